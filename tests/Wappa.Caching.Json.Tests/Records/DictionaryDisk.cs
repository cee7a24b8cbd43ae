using Wappa.Caching.Json.Files;

namespace Wappa.Caching.Json.Tests.Records;

/// <summary>A disk in memory that keeps everything, says what was done in which order, and fails where it is told to.</summary>
internal sealed class DictionaryDisk : IFileSystem
{
    private readonly HashSet<string> _directories = ["/"];

    internal SortedDictionary<string, byte[]> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>Every call that changes something, in order: <c>move /a/b /c/d</c>.</summary>
    internal List<string> Calls { get; } = [];

    /// <summary>The error of a call, by its text in <see cref="Calls"/>.</summary>
    internal Func<string, FileError?> Fail { get; set; } = _ => null;

    public bool TryRead(string path, FileBuffer content)
    {
        content.Clear();
        ThrowIfTold($"read {path}");
        if (!Files.TryGetValue(path, out var bytes)) return false;
        content.Append(bytes);
        return true;
    }

    public IWritableFile Create(string path, bool exclusive)
    {
        Do($"create {path}");
        if (!_directories.Contains(Path.GetDirectoryName(path)!)) throw Error(FileError.Missing);
        if (exclusive && Files.ContainsKey(path)) throw Error(FileError.Exists);
        Files[path] = [];
        return new OpenFile(this, path);
    }

    public void Rename(string from, string to)
    {
        Do($"rename {from} {to}");
        if (!Files.Remove(from, out var bytes)) throw Error(FileError.Missing);
        Files[to] = bytes;
    }

    public void Move(string from, string to)
    {
        Do($"move {from} {to}");
        if (!Files.TryGetValue(from, out var bytes) || !_directories.Contains(Path.GetDirectoryName(to)!))
            throw Error(FileError.Missing);
        if (!Files.TryAdd(to, bytes)) throw Error(FileError.Exists);
        Files.Remove(from);
    }

    public bool Delete(string path)
    {
        Do($"delete {path}");
        return Files.Remove(path);
    }

    public void CreateDirectory(string path)
    {
        Do($"mkdir {path}");
        for (var at = path; at is not null; at = Path.GetDirectoryName(at)) _directories.Add(at);
    }

    public void SyncDirectory(string path) => Do($"syncdir {path}");

    public bool TrySyncAll(string root) => false;

    public void List(string directory, FileVisitor visit)
    {
        foreach (var path in Files.Keys.ToArray())
        {
            if (Path.GetDirectoryName(path) == directory && !visit(Path.GetFileName(path), isDirectory: false)) return;
        }

        foreach (var path in _directories)
        {
            if (Path.GetDirectoryName(path) == directory && !visit(Path.GetFileName(path), isDirectory: true)) return;
        }
    }

    public IDisposable? TryLock(string path) => null;

    internal void Put(string path, ReadOnlySpan<byte> content)
    {
        for (var at = Path.GetDirectoryName(path); at is not null; at = Path.GetDirectoryName(at)) _directories.Add(at);
        Files[path] = content.ToArray();
    }

    /// <summary>As if a person had deleted a directory with all that is in it.</summary>
    internal void Forget(string directory)
    {
        foreach (var path in Files.Keys.Where(path => Path.GetDirectoryName(path) == directory).ToArray()) Files.Remove(path);
        _directories.Remove(directory);
    }

    private static FileSystemException Error(FileError error) => new($"The call failed: {error}.", error);

    private void Do(string call)
    {
        Calls.Add(call);
        ThrowIfTold(call);
    }

    private void ThrowIfTold(string call)
    {
        if (Fail(call) is { } error) throw Error(error);
    }

    private sealed class OpenFile(DictionaryDisk disk, string path) : IWritableFile
    {
        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            disk.Do($"write {path}");
            offset.ShouldBe(disk.Files[path].Length);
            disk.Files[path] = [.. disk.Files[path], .. bytes];
        }

        public void Sync() => disk.Do($"sync {path}");

        public void Dispose()
        {
        }
    }
}
