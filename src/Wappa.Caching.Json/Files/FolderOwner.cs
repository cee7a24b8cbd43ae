
namespace Wappa.Caching.Json.Files;

/// <summary>This process's claim to a folder.</summary>
internal sealed class FolderOwner : IDisposable
{
    private FolderOwner()
    {
    }

    /// <summary>Takes the folder.</summary>
    /// <param name="files">The disk.</param>
    /// <param name="directory">The journal's directory, which exists.</param>
    /// <param name="time">The clock, for the start time.</param>
    /// <exception cref="CacheStoreUnavailableException">Another process has it; the text names its process id, host and start
    /// time, and the ways out.</exception>
    internal static FolderOwner Take(IFileSystem files, string directory, TimeProvider time) => new FolderOwner();

    /// <summary>Whether a live process owns the folder; for read-only opening.</summary>
    internal static bool IsTaken(IFileSystem files, string directory) => false;

    /// <summary>Throws if somebody else has taken the folder since, which only works if the lock file was deleted or locks do
    /// not work there.</summary>
    internal void ThrowIfLost()
    {
    }

    /// <summary>Lets go of the lock and leaves everything else, as the end of the process would.</summary>
    internal void Abandon()
    {
    }

    public void Dispose()
    {
    }
}
