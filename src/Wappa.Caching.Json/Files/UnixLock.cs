using Microsoft.Win32.SafeHandles;

namespace Wappa.Caching.Json.Files;

/// <summary>A lock by <c>flock</c>: the kernel's, given back when the process ends, not inherited by its children.</summary>
/// <remarks>The runtime's own (<c>FileShare.None</c>) is the same lock, but it takes an error for success and a variable of the
/// environment switches it off.</remarks>
internal sealed class UnixLock : IDisposable
{
    private const int MostTries = 5;
    private readonly Action<UnixLock> _released;

    private UnixLock(string path, SafeFileHandle file, Action<UnixLock> released)
    {
        Path = path;
        File = file;
        _released = released;
    }

    internal string Path { get; }

    /// <summary>The locked file, open since before this process wrote anything under the lock.</summary>
    internal SafeFileHandle File { get; }

    /// <summary>Takes the lock.</summary>
    /// <returns>Null: somebody else has it.</returns>
    internal static UnixLock? TryTake(string path, Action<UnixLock> released)
    {
        for (var attempt = 0; attempt < MostTries; attempt++)
        {
            var file = Open(path);
            var keep = false;
            try
            {
                var error = UnixCalls.LockExclusively(file);
                if (error == Errno.WouldBlock) return null;
                if (error != Errno.None) throw Unlockable(Errno.Failure("flock", error).Message);
                keep = KeepsOthersOut(path);
                if (keep) return new UnixLock(path, file, released);
            }
            finally
            {
                if (!keep) file.Dispose();
            }

            // Either the lock is worth nothing, or somebody deleted the file between our opening and our locking it, and we
            // have locked what has no name any more. The next try tells the two apart.
        }

        throw Unlockable("A second lock on the same file was granted.");
    }

    public void Dispose()
    {
        _released(this);
        File.Dispose(); // the last descriptor of this opening: the lock goes with it
    }

    // A lock that somebody else can take as well is none: some mounts say yes to everybody.
    private static bool KeepsOthersOut(string path)
    {
        var opened = UnixCalls.OpenToLock(path, out var second);
        using (second)
        {
            if (opened == Errno.NoEntry) return false;
            Errno.ThrowIfFailed("open", opened);
            return UnixCalls.LockExclusively(second) == Errno.WouldBlock;
        }
    }

    private static SafeFileHandle Open(string path)
    {
        for (var attempt = 0; ; attempt++)
        {
            var error = UnixCalls.OpenToLock(path, out var file);
            if (error == Errno.None) return file;
            if (error != Errno.NoEntry || attempt == MostTries) throw Errno.Failure("open", error);
            try
            {
                UnixFile.Create(path, exclusive: true).Dispose();
            }
            catch (FileSystemException failure) when (failure.Error == FileError.Exists)
            {
                // Somebody else made it first.
            }
        }
    }

    private static FileSystemException Unlockable(string reason) => new(
        $"Files cannot be locked on this file system: two processes could write to one folder unnoticed. {reason} Keep the " +
        "folder on a local disk.",
        FileError.Device);
}
