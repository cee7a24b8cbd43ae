using Wappa.Caching.Json.Files;

namespace Wappa.Caching.Json.Tests.Simulation;

/// <summary>
/// A disk in memory that forgets all it is allowed to forget: only a sync of a file makes its bytes and length durable, only a
/// sync of a directory its names. Snapshots cost next to nothing, so that one can be taken before every call.
/// </summary>
/// <remarks>One thread at a time, and every run of the same calls is the same. It is stricter than any file system known: a
/// rename may survive without the creation before it, a deletion without the rename after it.</remarks>
internal sealed class SimDisk : IFileSystem
{
    private readonly List<SimFile?> _files = [];
    private readonly List<SimDirectory> _directories = [];
    private readonly HashSet<string> _locks = new(StringComparer.Ordinal);
    private object _owner = new(); // a new one after each snapshot: what was there before is shared then
    private int _moves;
    private long _forgets;

    internal SimDisk() => _directories.Add(new(_owner, "", -1) { IsDurable = true });

    private SimDisk(int moves) => _moves = moves;

    /// <summary>Sees each call and may spoil it.</summary>
    internal IDiskScript? Script { get; set; }

    /// <summary>Whether <see cref="TrySyncAll"/> works here.</summary>
    internal bool CanSyncAll { get; init; } = true;

    /// <summary>Nothing would be lost by a power cut.</summary>
    internal bool IsSynced =>
        _files.TrueForAll(file => file is null || file.IsSynced) &&
        _directories.TrueForAll(directory => directory.IsSynced && directory.IsDurable);

    /// <summary>The disk as the next process finds it after this one was killed: everybody sees what was written, and it is as
    /// little durable as before.</summary>
    internal SimDisk AfterKill()
    {
        var copy = new SimDisk(_moves) { CanSyncAll = CanSyncAll };
        copy._files.AddRange(_files);
        copy._directories.AddRange(_directories);
        _owner = new();
        return copy;
    }

    /// <summary>The disk when the machine is on again.</summary>
    internal SimDisk AfterPowerCut(Choices choices)
    {
        var cut = new SimDisk(_moves) { CanSyncAll = CanSyncAll };
        Dictionary<int, bool> moves = [];
        List<int> kept = []; // where each directory is now; -1: lost
        foreach (var directory in _directories)
        {
            var parentLost = directory.Parent >= 0 && kept[directory.Parent] < 0;
            if (parentLost || (!directory.IsDurable && choices.Next(2) == 0))
            {
                kept.Add(-1);
                continue;
            }

            kept.Add(cut._directories.Count);
            var parent = directory.Parent < 0 ? -1 : kept[directory.Parent];
            cut._directories.Add(directory.AfterPowerCut(cut._owner, choices, moves, parent));
        }

        foreach (var _ in _files) cut._files.Add(null);
        foreach (var directory in cut._directories)
        {
            foreach (var (_, file) in directory.Names) cut._files[file] ??= _files[file]!.AfterPowerCut(cut._owner, choices);
        }

        _owner = new();
        return cut;
    }

    /// <summary>How many different disks a power cut could leave; at most <see cref="int.MaxValue"/>.</summary>
    internal long CountPowerCuts()
    {
        var counted = new CountedChoices();
        AfterPowerCut(counted);
        return counted.Combinations;
    }

    /// <summary>All files, for tests that look at them or spoil them.</summary>
    internal IReadOnlyList<string> Paths =>
        [.. _directories.SelectMany(directory => directory.Names.Select(name => $"{directory.Path}/{name.Name}"))];

    internal byte[] BytesOf(string path) => FileAt(path, out _, out _) is { } file ? file.Bytes.ToArray() : [];

    /// <summary>Replaces a file's bytes on the platter too, as damage does. A file that is missing is made.</summary>
    internal void Damage(string path, ReadOnlySpan<byte> bytes)
    {
        var directory = DirectoryAt(Above(path));
        var holder = _directories[directory];
        var at = holder.Find(NameIn(path));
        var id = at < 0 ? _files.Count : holder.Names[at].File;
        if (at < 0)
        {
            _files.Add(null);
            holder = Own(directory);
            holder.Add(NameIn(path).ToString(), id);
            holder.Sync();
        }

        var file = _files[id] = new SimFile(_owner);
        file.Write(0, bytes);
        file.Sync();
    }

    public bool TryRead(string path, FileBuffer content)
    {
        Ask(new(DiskAct.Read, path));
        content.Clear();
        if (FileAt(path, out _, out _) is not { } file) return false;
        content.Append(file.Bytes);
        return true;
    }

    public IWritableFile Create(string path, bool exclusive)
    {
        var obey = Ask(new(DiskAct.Create, path));
        var file = FileAt(path, out var directory, out var name);
        if (file is not null && exclusive) throw Error("create", FileError.Exists);
        if (directory < 0) throw Error("create", FileError.Missing);
        if (file is not null)
        {
            var number = NumberOf(path);
            Own(number, file).Truncate();
            return new Handle(this, path, number);
        }

        _files.Add(new SimFile(_owner));
        if (obey) Own(directory).Add(name.ToString(), _files.Count - 1);
        return new Handle(this, path, _files.Count - 1);
    }

    public void Rename(string from, string to)
    {
        var obey = Ask(new(DiskAct.Rename, from, to));
        if (FileAt(from, out var directory, out var name) is null) throw Error("rename", FileError.Missing);
        FileAt(to, out var target, out var newName);
        if (target != directory) throw new InvalidOperationException("A rename to another directory; that is what Move is for.");
        if (obey) Own(directory).Rename(name.ToString(), newName.ToString(), NumberOf(from));
    }

    public void Move(string from, string to)
    {
        var obey = Ask(new(DiskAct.Move, from, to));
        if (FileAt(from, out var source, out var name) is null) throw Error("move", FileError.Missing);
        if (FileAt(to, out var target, out var newName) is not null) throw Error("move", FileError.Exists);
        if (target < 0) throw Error("move", FileError.Missing);
        if (!obey) return;
        var file = NumberOf(from);
        if (source == target)
        {
            Own(source).Rename(name.ToString(), newName.ToString(), file);
            return;
        }

        _moves++;
        Own(target).MoveIn(newName.ToString(), file, _moves);
        Own(source).MoveOut(name.ToString(), _moves);
    }

    public bool Delete(string path)
    {
        var obey = Ask(new(DiskAct.Delete, path));
        if (FileAt(path, out var directory, out var name) is null) return false;
        if (obey) Own(directory).Remove(name.ToString());
        return true;
    }

    public void CreateDirectory(string path)
    {
        if (DirectoryAt(path) >= 0) return;
        if (FileAt(path, out _, out _) is not null) throw Error("create a directory", FileError.Exists);
        var above = Above(path).ToString();
        CreateDirectory(above);
        Ask(new(DiskAct.MakeDirectory, path));
        _directories.Add(new(_owner, path, DirectoryAt(above)));
        SyncDirectory(above);
    }

    public void SyncDirectory(string path)
    {
        var obey = Ask(new(DiskAct.SyncDirectory, path));
        var at = DirectoryAt(path);
        if (at < 0) throw Error("sync a directory", FileError.Missing);
        if (!obey) return;
        Own(at).Sync();
        for (var i = 0; i < _directories.Count; i++)
        {
            if (_directories[i].Parent == at && !_directories[i].IsDurable) Own(i).IsDurable = true;
        }
    }

    public bool TrySyncAll(string root)
    {
        if (!CanSyncAll) return false;
        if (!Ask(new(DiskAct.SyncAll, root))) return true;
        for (var i = 0; i < _directories.Count; i++)
        {
            var path = _directories[i].Path;
            if (path != root && !(path.StartsWith(root, StringComparison.Ordinal) && path[root.Length] == '/')) continue;
            var directory = Own(i);
            directory.Sync();
            directory.IsDurable = true;
            foreach (var (_, file) in directory.Names) Own(file, _files[file]!).Sync();
        }

        return true;
    }

    public void List(string directory, FileVisitor visit)
    {
        Ask(new(DiskAct.List, directory));
        var at = DirectoryAt(directory);
        if (at < 0) return;
        foreach (var (name, _) in _directories[at].Names.ToArray())
        {
            if (!visit(name, false)) return;
        }

        foreach (var child in _directories.ToArray())
        {
            if (child.Parent == at && !visit(child.Path.AsSpan(_directories[at].Path.Length + 1), true)) return;
        }
    }

    public IDisposable? TryLock(string path)
    {
        Ask(new(DiskAct.Lock, path));
        if (FileAt(path, out var directory, out var name) is null)
        {
            if (directory < 0) throw Error("lock", FileError.Missing);
            _files.Add(new SimFile(_owner));
            Own(directory).Add(name.ToString(), _files.Count - 1);
        }

        return _locks.Add(path) ? new Held(_locks, path) : null;
    }

    /// <summary>Syncs a file behind everybody's back.</summary>
    internal void Persist(string path)
    {
        if (FileAt(path, out _, out _) is { } file) Own(NumberOf(path), file).Sync();
    }

    private DiskVerdict Decide(in DiskCall call) => Script?.Before(call) ?? DiskVerdict.Obey;

    private bool Ask(in DiskCall call)
    {
        var verdict = Decide(call);
        if (verdict.Deed is DiskDeed.Obey or DiskDeed.Skip) return verdict.Deed == DiskDeed.Obey;
        throw Error(call.Act.ToString(), verdict.Error);
    }

    private void Write(string path, int number, long offset, ReadOnlySpan<byte> bytes)
    {
        var verdict = Decide(new(DiskAct.Write, path, "", offset, bytes.Length));
        var file = Own(number, _files[number]!);
        if (verdict.Deed == DiskDeed.Obey) file.Write(offset, bytes);
        if (verdict.Deed == DiskDeed.FailHalfway) file.Write(offset, bytes[..(bytes.Length / 2)]);
        if (verdict.Deed is not (DiskDeed.Obey or DiskDeed.Skip)) throw Error("write", verdict.Error);
    }

    private void Sync(string path, int number)
    {
        var verdict = Decide(new(DiskAct.Sync, path));
        var file = Own(number, _files[number]!);
        if (verdict.Deed == DiskDeed.Obey) file.Sync();
        if (verdict.Deed == DiskDeed.ForgetAndFail) file.Forget(new RandomChoices(++_forgets));
        if (verdict.Deed is not (DiskDeed.Obey or DiskDeed.Skip)) throw Error("sync", verdict.Error);
    }

    private static FileSystemException Error(string what, FileError error) => new($"The call '{what}' failed: {error}.", error);

    private SimFile? FileAt(string path, out int directory, out ReadOnlySpan<char> name)
    {
        name = NameIn(path);
        directory = DirectoryAt(Above(path));
        if (directory < 0) return null;
        var at = _directories[directory].Find(name);
        return at < 0 ? null : _files[_directories[directory].Names[at].File];
    }

    private int NumberOf(string path)
    {
        var directory = _directories[DirectoryAt(Above(path))];
        return directory.Names[directory.Find(NameIn(path))].File;
    }

    private int DirectoryAt(ReadOnlySpan<char> path)
    {
        path = path.TrimEnd("/\\");
        for (var i = 0; i < _directories.Count; i++)
        {
            if (path.SequenceEqual(_directories[i].Path)) return i;
        }

        return -1;
    }

    private static ReadOnlySpan<char> Above(ReadOnlySpan<char> path) => path[..Math.Max(0, path.LastIndexOfAny('/', '\\'))];

    private static ReadOnlySpan<char> NameIn(ReadOnlySpan<char> path) => path[(path.LastIndexOfAny('/', '\\') + 1)..];

    private SimFile Own(int number, SimFile file) =>
        ReferenceEquals(file.Owner, _owner) ? file : _files[number] = file.CopyFor(_owner);

    private SimDirectory Own(int number) => ReferenceEquals(_directories[number].Owner, _owner)
        ? _directories[number]
        : _directories[number] = _directories[number].CopyFor(_owner);

    private sealed class Handle(SimDisk disk, string path, int number) : IWritableFile
    {
        public void Write(long offset, ReadOnlySpan<byte> bytes) => disk.Write(path, number, offset, bytes);

        public void Sync() => disk.Sync(path, number);

        public void Dispose()
        {
        }
    }

    private sealed class Held(HashSet<string> locks, string path) : IDisposable
    {
        private bool _released;

        public void Dispose()
        {
            if (!_released) locks.Remove(path);
            _released = true; // the next one who has it keeps it
        }
    }
}
