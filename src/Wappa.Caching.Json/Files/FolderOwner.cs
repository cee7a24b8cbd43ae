using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Wappa.Caching.Json.Files;

/// <summary>This process's claim to a folder: a lock of the operating system, and beside it who has it.</summary>
/// <remarks>The lock decides. The text beside it is for the one who is refused, and its random token shows the owner that
/// somebody else has come in, which takes a deleted lock file or a file system whose locks do not work.</remarks>
internal sealed class FolderOwner : IDisposable
{
    private readonly IFileSystem _files;
    private readonly string _path;
    private readonly string _token;
    private readonly IDisposable _lock;

    private FolderOwner(IFileSystem files, string path, string token, IDisposable held)
    {
        _files = files;
        _path = path;
        _token = token;
        _lock = held;
    }

    /// <summary>Takes the folder.</summary>
    /// <param name="files">The disk.</param>
    /// <param name="directory">The journal's directory, which exists.</param>
    /// <param name="time">The clock, for the start time.</param>
    /// <exception cref="CacheStoreUnavailableException">Another process has it; the text names its process id, host and start
    /// time, and the ways out.</exception>
    internal static FolderOwner Take(IFileSystem files, string directory, TimeProvider time)
    {
        var path = Path.Combine(directory, "owner.json");
        var held = files.TryLock(LockOf(directory)) ?? throw Refused(files, path);
        try
        {
            var token = Guid.NewGuid().ToString("N");
            Write(files, path, token, time);
            return new FolderOwner(files, path, token, held);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Whether a live process owns the folder; for read-only opening.</summary>
    internal static bool IsTaken(IFileSystem files, string directory)
    {
        using var held = files.TryLock(LockOf(directory));
        return held is null;
    }

    /// <summary>Throws if somebody else has taken the folder since.</summary>
    /// <exception cref="CacheStoreUnavailableException">Somebody has.</exception>
    internal void ThrowIfLost()
    {
        var owner = Read(_files, _path);
        if (owner?.Token == _token) return;
        throw new CacheStoreUnavailableException(
            "The cache's folder " + (owner is null ? "has no owner file any more" : $"was taken over by {owner.Name}") +
            ": its lock file was deleted or replaced while this process was running. It stops writing. Stop the other process " +
            "and start this one again.");
    }

    /// <summary>Lets go of the lock and leaves everything else, as the end of the process would.</summary>
    internal void Abandon() => _lock.Dispose();

    // The lock file stays: a process that waits for it would hold a lock on a file without a name.
    public void Dispose()
    {
        try
        {
            _files.Delete(_path);
        }
        catch (FileSystemException)
        {
            // The next owner writes it anew.
        }

        _lock.Dispose();
    }

    private static string LockOf(string directory) => Path.Combine(directory, "LOCK");

    private static void Write(IFileSystem files, string path, string token, TimeProvider time)
    {
        var text = new FileBuffer();
        text.Append(JsonSerializer.SerializeToUtf8Bytes(
            new Owner(Environment.ProcessId, Environment.MachineName, time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture), token)));
        var temporary = path + ".tmp";
        using (var file = files.Create(temporary, exclusive: false)) file.Write(0, text.Span);
        files.Rename(temporary, path);
    }

    private static Owner? Read(IFileSystem files, string path)
    {
        var text = new FileBuffer();
        if (!files.TryRead(path, text)) return null;
        try
        {
            return JsonSerializer.Deserialize<Owner>(text.Span);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static CacheStoreUnavailableException Refused(IFileSystem files, string path)
    {
        var owner = Read(files, path);
        return new CacheStoreUnavailableException(
            $"The cache's folder is in use by {owner?.Name ?? "another process that has not said its name yet"}. One process owns " +
            "a folder at a time: stop that one, give this one a folder of its own, open it with ReadOnly, or let several " +
            "processes share a Redis cache.");
    }

    private sealed record Owner(int Pid, string Host, string Started, string Token)
    {
        internal string Name => string.Create(CultureInfo.InvariantCulture, $"process {Pid} on {Host}, started {Started}");
    }
}
