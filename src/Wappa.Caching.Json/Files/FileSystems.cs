namespace Wappa.Caching.Json.Files;

/// <summary>The machine's disk.</summary>
internal static class FileSystems
{
    /// <summary>The implementation for this operating system.</summary>
    /// <exception cref="PlatformNotSupportedException">There is none: elsewhere the runtime does not say whether something
    /// reached the disk.</exception>
    internal static IFileSystem Default => OfThisSystem.Value;

    private static Lazy<IFileSystem> OfThisSystem { get; } = new(() =>
        OperatingSystem.IsWindows() ? new PortableFileSystem()
        : OperatingSystem.IsLinux() || OperatingSystem.IsMacOS() ? new UnixFileSystem()
        : throw new PlatformNotSupportedException(
            "The JSON backend knows the disks of Linux, macOS and Windows. Use another backend on this system."));
}
