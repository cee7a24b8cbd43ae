namespace Wappa.Caching.Json.Files;

/// <summary>The disk of Linux and macOS, by the C library's own calls.</summary>
/// <remarks>The runtime's calls would do for most of this, but not for what matters: its sync reports no error, it cannot sync a
/// directory, its move becomes a copy where the file system ends, and its locks can be absent without a word.</remarks>
internal sealed class UnixFileSystem : IFileSystem
{
    private readonly Lock _gate = new();
    private readonly List<UnixLock> _locks = []; // the oldest first

    public bool TryRead(string path, FileBuffer content)
    {
        content.Clear();
        var error = UnixCalls.OpenToRead(path, out var file);
        if (error == Errno.NoEntry) return false;
        Errno.ThrowIfFailed("open", error);
        try
        {
            // Until a read gets nothing. Its size would cost a call too, and the file can be replaced meanwhile.
            while (true)
            {
                error = UnixCalls.Read(file, content.Free(atLeast: 512), out var count);
                Errno.ThrowIfFailed("read", error);
                if (count == 0) return true;
                content.Advance(count);
            }
        }
        finally
        {
            UnixCalls.Close(file);
        }
    }

    public IWritableFile Create(string path, bool exclusive) => UnixFile.Create(path, exclusive);

    public void Rename(string from, string to) => Errno.ThrowIfFailed("rename", UnixCalls.Rename(from, to));

    public void Move(string from, string to) => Errno.ThrowIfFailed("rename", UnixCalls.RenameToFreeName(from, to));

    public bool Delete(string path)
    {
        var error = UnixCalls.Unlink(path);
        if (error == Errno.NoEntry) return false;
        Errno.ThrowIfFailed("unlink", error);
        return true;
    }

    // By induction a directory has names in it only after its own name was made durable, whenever a process ended in between:
    // so an existing directory's name is synced too, and before anything is put into it.
    public void CreateDirectory(string path)
    {
        path = Path.TrimEndingDirectorySeparator(path);
        var above = Path.GetDirectoryName(path);
        if (IsDirectory(path))
        {
            if (above is not null) SyncNameOfExisting(above);
            return;
        }

        if (above is null) throw Errno.Failure("mkdir", Errno.NoEntry);
        CreateDirectory(above);
        var error = UnixCalls.MakeDirectory(path);
        if (error == Errno.Exists && IsDirectory(path)) error = Errno.None; // another thread was faster
        Errno.ThrowIfFailed("mkdir", error);
        SyncDirectory(above);
    }

    public void SyncDirectory(string path) => Errno.ThrowIfFailed("fsync of a directory", UnixCalls.SyncDirectory(path));

    public bool TrySyncAll(string root)
    {
        // The kernel tells each open file of errors since it was opened. One opened only now would miss an error that somebody
        // else has been told of meanwhile; the lock's file is older than all that is to be synced.
        root = Path.TrimEndingDirectorySeparator(root);
        if (OldestLockWithin(root) is not { } held || !WholeFileSystem.CanSync(root)) return false;
        Errno.ThrowIfFailed("syncfs", UnixCalls.SyncFileSystem(held.File));
        return true;
    }

    public void List(string directory, FileVisitor visit) => DirectoryNames.Visit(directory, visit);

    public IDisposable? TryLock(string path)
    {
        var taken = UnixLock.TryTake(path, Forget);
        if (taken is null) return null;
        lock (_gate) _locks.Add(taken);
        return taken;
    }

    private static bool IsDirectory(string path)
    {
        var error = UnixCalls.OpenDirectory(path, out var directory);
        directory.Dispose();
        if (error is Errno.NoEntry or Errno.NotDirectory) return false;

        // It is there and may not be read, or one above may not be passed: mkdir knows which, and makes nothing in either case.
        if (error == Errno.Access && UnixCalls.MakeDirectory(path) == Errno.Exists) return true;
        Errno.ThrowIfFailed("open", error);
        return true;
    }

    // A directory above that may not be read, or whose file system cannot sync directories, is not one that this class has made
    // something in: the sync after that would have failed. Its name is the administrator's business.
    private static void SyncNameOfExisting(string above)
    {
        var error = UnixCalls.SyncDirectory(above);
        if (Errno.Meaning(error) == FileError.Denied || Errno.IsUnsupported(error)) return;
        Errno.ThrowIfFailed("fsync of a directory", error);
    }

    private UnixLock? OldestLockWithin(string root)
    {
        var within = root + "/";
        lock (_gate) return _locks.Find(held => held.Path.StartsWith(within, StringComparison.Ordinal));
    }

    private void Forget(UnixLock released)
    {
        lock (_gate) _locks.Remove(released);
    }
}
