namespace Wappa.Caching.Json.Files;

/// <summary>The machine's disk.</summary>
internal static class FileSystems
{
    internal static IFileSystem Default { get; } = OperatingSystem.IsWindows() ? new WindowsFileSystem() : new UnixFileSystem();
}
