namespace Wappa.Caching.Json.Files;

/// <summary>Where files go that cannot be read: moved aside with the reason, never deleted.</summary>
/// <param name="files">The disk.</param>
/// <param name="root">The cache's folder; the quarantine is its sub-directory <c>quarantine</c>.</param>
/// <param name="time">The clock, for names and reasons.</param>
internal sealed class Quarantine(IFileSystem files, string root, TimeProvider time)
{
    /// <summary>How many things were put here since the store was opened.</summary>
    internal int Count { get; private set; }

    /// <summary>Moves a file here; true once both names are durable. A file that is gone already is no error.</summary>
    /// <param name="path">Its absolute path.</param>
    /// <param name="reason">A sentence for a person.</param>
    internal void Take(string path, string reason) => throw new NotSupportedException($"{files} {root} {time} {path} {reason}");

    /// <summary>Keeps a copy of bytes that stay where they are: the invalid part of a journal segment.</summary>
    /// <param name="name">What the file is called here, as far as it is free.</param>
    /// <param name="content">The bytes.</param>
    /// <param name="reason">A sentence for a person.</param>
    internal void Keep(string name, ReadOnlySpan<byte> content, string reason) => throw new NotSupportedException(name + reason);
}
