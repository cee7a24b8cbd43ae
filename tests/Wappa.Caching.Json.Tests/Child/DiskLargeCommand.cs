using Wappa.Caching.Json.Files;

namespace Wappa.Caching.Json.Child;

/// <summary>Writes more than the process may.</summary>
internal static class DiskLargeCommand
{
    internal static int Run(string root)
    {
        using var file = new UnixFileSystem().Create(Path.Combine(root, "large"), exclusive: true);
        DiskCommand.Say("write", () => file.Write(0, new byte[10_000]));
        return 0;
    }
}
