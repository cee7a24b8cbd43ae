using Microsoft.Win32.SafeHandles;

namespace Wappa.Caching.Json.Files;

/// <summary>The disk of a Linux or macOS machine.</summary>
internal sealed class UnixFileSystem : IFileSystem
{
    private const int FileMode = 0b110_100_000;      // rw-r-----: records are about people
    private const int DirectoryMode = 0b111_101_000; // rwxr-x---

    // syncfs reports errors since Linux 5.8, and only those that came after its descriptor was opened: so one is kept.
    private static readonly bool ReportsSyncFs = OperatingSystem.IsLinux() && Environment.OSVersion.Version >= new Version(5, 8);

    private readonly Dictionary<string, int> _roots = new(StringComparer.Ordinal);

    public bool TryRead(string path, FileBuffer content)
    {
        content.Clear();
        var fd = Libc.Open(path, Libc.ReadOnly);
        if (fd < 0) return Libc.LastError is Libc.Enoent or Libc.Enotdir ? false : throw Libc.Failed("open");
        try
        {
            while (true)
            {
                var count = Libc.Read(fd, content.Free(4096));
                if (count < 0) throw Libc.Failed("read");
                if (count == 0) return true;
                content.Advance((int)count);
            }
        }
        finally
        {
            Libc.Close(fd);
        }
    }

    public IWritableFile Create(string path, bool exclusive)
    {
        // open is variadic where it takes a mode, and on Apple's processors such arguments travel differently.
        if (!OperatingSystem.IsLinux()) return CreateByRuntime(path, exclusive);
        var fd = Libc.Open(path, Libc.WriteNew(exclusive), FileMode);
        return fd < 0 ? throw Libc.Failed("create") : new UnixFile(fd);
    }

    public void Rename(string from, string to)
    {
        if (Libc.Rename(from, to) != 0) throw Libc.Failed("rename");
    }

    // A second name, then the first one away: a name that is taken makes the first step fail, and a crash in between leaves
    // both, which whoever finds them can tell.
    public void Move(string from, string to)
    {
        if (Libc.Link(from, to) != 0) throw Libc.Failed("link");
        if (Libc.Unlink(from) != 0) throw Libc.Failed("unlink");
    }

    public bool Delete(string path)
    {
        if (Libc.Unlink(path) == 0) return true;
        return Libc.LastError is Libc.Enoent or Libc.Enotdir ? false : throw Libc.Failed("unlink");
    }

    public void CreateDirectory(string path)
    {
        if (Libc.MakeDirectory(path, DirectoryMode) != 0)
        {
            if (Libc.LastError == Libc.Eexist) return;
            var above = Path.GetDirectoryName(path);
            if (Libc.LastError != Libc.Enoent || above is null) throw Libc.Failed("mkdir");
            CreateDirectory(above);
            if (Libc.MakeDirectory(path, DirectoryMode) != 0 && Libc.LastError != Libc.Eexist) throw Libc.Failed("mkdir");
        }

        if (Path.GetDirectoryName(path) is { } parent) SyncDirectory(parent);
    }

    public void SyncDirectory(string path)
    {
        var fd = Libc.Open(path, Libc.ReadOnly);
        if (fd < 0) throw Libc.Failed("open of a directory");
        try
        {
            if (!Libc.SyncAll(fd)) throw Libc.Failed("sync of a directory");
        }
        finally
        {
            Libc.Close(fd);
        }
    }

    public bool TrySyncAll(string root)
    {
        if (!ReportsSyncFs) return false;
        int fd;
        lock (_roots)
        {
            if (!_roots.TryGetValue(root, out fd))
            {
                fd = Libc.Open(root, Libc.ReadOnly);
                if (fd < 0) throw Libc.Failed("open of a directory");
                _roots.Add(root, fd);
            }
        }

        return Libc.SyncFileSystem(fd) == 0 ? true : throw Libc.Failed("sync of the file system");
    }

    public void List(string directory, FileVisitor visit) => DirectoryNames.Visit(directory, visit);

    public IDisposable? TryLock(string path)
    {
        var fd = OpenLock(path);
        if (!Libc.TryLock(fd))
        {
            var taken = Libc.WouldBlock;
            var error = Libc.Failed("lock");
            Libc.Close(fd);
            return taken ? null : throw error;
        }

        // Some mounts accept every lock. What is refused to ourselves is refused to others.
        var second = OpenLock(path);
        var works = !Libc.TryLock(second) && Libc.WouldBlock;
        Libc.Close(second);
        if (works) return new UnixFile(fd);
        Libc.Close(fd);
        throw new FileSystemException(
            "Locks do not work on this file system, so two processes could write to one folder. Use a local disk, or Redis.",
            FileError.Denied);
    }

    private static int OpenLock(string path)
    {
        if (!OperatingSystem.IsLinux() && !File.Exists(path)) CreateByRuntime(path, exclusive: false).Dispose();
        var fd = Libc.Open(path, OperatingSystem.IsLinux() ? Libc.ReadWriteMake : Libc.ReadOnly, FileMode);
        return fd < 0 ? throw Libc.Failed("open of the lock") : fd;
    }

    private static RuntimeFile CreateByRuntime(string path, bool exclusive) => new(path, exclusive);

    private sealed class UnixFile(int fd) : IWritableFile
    {
        private int _fd = fd;

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            if (!Libc.WriteAll(_fd, bytes, offset)) throw Libc.Failed("write");
        }

        public void Sync()
        {
            if (!Libc.SyncData(_fd)) throw Libc.Failed("sync");
        }

        public void Dispose()
        {
            var open = Interlocked.Exchange(ref _fd, -1);
            if (open >= 0) Libc.Close(open);
        }
    }
}
