using Wappa.Caching.Json.Files;

namespace Wappa.Caching.Json.Records;

/// <summary>The text of a record's file.</summary>
internal static class RecordFile
{
    /// <param name="image">The version; its document is not null.</param>
    /// <param name="updatedAt">Unix milliseconds, UTC.</param>
    /// <param name="output">Emptied first.</param>
    internal static void Write(in RecordImage image, long updatedAt, FileBuffer output) => throw new NotSupportedException();

    /// <param name="content">The file's bytes.</param>
    /// <param name="image">What it holds.</param>
    /// <param name="problem">Why it is <see cref="RecordFileState.Damaged"/>, without anything from its content.</param>
    internal static RecordFileState Read(ReadOnlySpan<byte> content, out RecordImage image, out string problem) =>
        throw new NotSupportedException();
}

/// <summary>What a record's file is.</summary>
internal enum RecordFileState
{
    /// <summary>As this store wrote it: the checksum fits.</summary>
    Valid,

    /// <summary>Without a checksum line: a person edited it, and it is accepted as it stands. Its revision may be missing (0).</summary>
    Edited,

    /// <summary>A file of the original (<c>_metadata</c> and <c>data</c>), which can be imported.</summary>
    Original,

    /// <summary>None of these.</summary>
    Damaged,
}
