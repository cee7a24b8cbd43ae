using Wappa.Caching.Json.Files;

namespace Wappa.Caching.Json.Child;

/// <summary>Takes a lock and says what came of it.</summary>
internal static class LockCommand
{
    internal static int Run(string disk, string path)
    {
        IFileSystem files = disk == "portable" ? new PortableFileSystem() : new UnixFileSystem();
        using var held = DiskCommand.Say("lock", () => files.TryLock(path) ?? throw new FileSystemException("refused", FileError.Exists));
        return 0;
    }
}
