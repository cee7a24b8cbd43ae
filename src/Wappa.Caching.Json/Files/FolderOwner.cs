namespace Wappa.Caching.Json.Files;

/// <summary>This process's claim to a folder: a lock that ends with the process, and a file beside it that says whose it
/// is.</summary>
/// <remarks>
/// <para>The lock decides. <c>owner.json</c> is for people, and for one danger: if somebody deletes the lock's file, the next
/// process locks a new one and two owners write. The file then has another token, which the first owner sees when it
/// looks.</para>
/// <para>The lock's file is never deleted, for the same reason.</para>
/// </remarks>
internal sealed class FolderOwner : IDisposable
{
    private const string LockName = "LOCK";

    private const int FewTries = 3;
    private const int ManyTries = 400; // about half a second

    private readonly IFileSystem _files;
    private readonly string _directory;
    private readonly OwnerRecord _mine;
    private readonly IDisposable _lock;
    private volatile bool _lost;

    private FolderOwner(IFileSystem files, string directory, OwnerRecord mine, IDisposable held)
    {
        _files = files;
        _directory = directory;
        _mine = mine;
        _lock = held;
    }

    /// <summary>Takes the folder.</summary>
    /// <param name="files">The disk.</param>
    /// <param name="directory">The journal's directory, which exists.</param>
    /// <param name="time">The clock, for the start time.</param>
    /// <exception cref="CacheStoreUnavailableException">Another process has it; the text names its process id, host and start
    /// time, and the ways out. Or the disk does not let anybody take it; the cause is inside.</exception>
    internal static FolderOwner Take(IFileSystem files, string directory, TimeProvider time)
    {
        IDisposable? held = null;
        try
        {
            held = Lock(files, directory);
            var mine = OwnerRecord.OfThisProcess(time);
            mine.Write(files, directory);
            mine.Begin();
            var owner = new FolderOwner(files, directory, mine, held);
            held = null;
            return owner;
        }
        catch (FileSystemException error)
        {
            throw new CacheStoreUnavailableException($"The cache folder cannot be taken. {error.Message}", error);
        }
        finally
        {
            held?.Dispose();
        }
    }

    /// <summary>Whether a live process owns the folder; for read-only opening. Nothing is written. True also if that cannot be
    /// found out: an owner has left its name, and the lock may not be touched from here.</summary>
    internal static bool IsTaken(IFileSystem files, string directory)
    {
        // An owner that ended properly has left no name, so most of the time the lock need not be touched. A crashed one has.
        try
        {
            if (OwnerRecord.Read(files, directory) is null) return false;
            if (!files.TryRead(Path.Combine(directory, LockName), new FileBuffer())) return false;
            using var held = files.TryLock(Path.Combine(directory, LockName));
            return held is null;
        }
        catch (FileSystemException)
        {
            return true;
        }
    }

    /// <summary>Throws if somebody else has taken the folder since, which only works if the lock file was deleted or locks do
    /// not work there. Once lost it stays lost.</summary>
    /// <exception cref="CacheStoreUnavailableException">The folder is not this process's any more.</exception>
    /// <exception cref="FileSystemException">It could not be found out; ask again later.</exception>
    internal void ThrowIfLost()
    {
        // Missing counts: a second owner removes the file when it ends properly, and has written in between.
        if (_lost || !_mine.IsSameAs(OwnerRecord.Read(_files, _directory)))
        {
            _lost = true;
            throw new CacheStoreUnavailableException(
                "Another process has taken the cache folder: its lock file was deleted, or 'owner.json' was changed. This " +
                "process writes nothing more. See that one process uses the folder, leave 'LOCK' and 'owner.json' alone, and " +
                "restart.");
        }
    }

    /// <summary>Lets go of the lock and leaves everything else, as the end of the process would.</summary>
    internal void Abandon()
    {
        _mine.End();
        _lock.Dispose();
    }

    /// <summary>Lets go of the folder.</summary>
    public void Dispose()
    {
        try
        {
            // First the name, as long as nobody else can have written theirs; never another owner's.
            if (!_lost && _mine.IsSameAs(OwnerRecord.Read(_files, _directory))) OwnerRecord.Remove(_files, _directory);
        }
        catch (FileSystemException)
        {
            // The name of an owner that is gone does no harm: the lock is free.
        }

        Abandon();
    }

    // A lock that nobody alive has a name beside is about to be free or to get its name: somebody is looking (IsTaken), going,
    // or coming. That is worth a moment; an owner that is there is not.
    private static IDisposable Lock(IFileSystem files, string directory)
    {
        var path = Path.Combine(directory, LockName);
        var wait = default(SpinWait);
        for (var attempt = 1; ; attempt++)
        {
            if (files.TryLock(path) is { } held) return held;
            var owner = OwnerRecord.Read(files, directory);
            if (attempt >= (owner is not null && owner.MayBeAlive ? FewTries : ManyTries)) throw Refusal(owner);
            wait.SpinOnce();
        }
    }

    private static CacheStoreUnavailableException Refusal(OwnerRecord? owner) => new(
        $"The cache folder is in use by {owner?.Describe() ?? "another process, which has not left its name"}. One process " +
        "owns a folder at a time: stop that one, give this one another folder " +
        $"({nameof(JsonStoreOptions)}.{nameof(JsonStoreOptions.Path)}), open it with " +
        $"{nameof(JsonStoreOptions)}.{nameof(JsonStoreOptions.ReadOnly)}, or use the Redis backend, which several processes share.");
}
