using System.Globalization;
using Wappa.Caching.Json.Files;

namespace Wappa.Caching.Json.Child;

/// <summary>Runs out of descriptors where few are allowed, and shows that the disk works again when some are free.</summary>
internal static class OpenManyCommand
{
    internal static int Run(string root, int most)
    {
        var disk = new UnixFileSystem();
        var open = new List<IWritableFile>();
        EachOnce(disk, Path.Combine(root, "none"), "before-"); // the runtime loads what it needs for this while it can
        try
        {
            while (open.Count < most)
                open.Add(disk.Create(Path.Combine(root, open.Count.ToString(CultureInfo.InvariantCulture)), exclusive: true));
            Console.WriteLine("create ok");
        }
        catch (FileSystemException error)
        {
            Console.WriteLine($"create {error.Error}");
        }

        EachOnce(disk, root, "");
        foreach (var file in open) file.Dispose();
        DiskCommand.Say("read-after", () => disk.TryRead(Path.Combine(root, "0"), new FileBuffer()));
        return 0;
    }

    private static void EachOnce(UnixFileSystem disk, string root, string prefix)
    {
        DiskCommand.Say(prefix + "read", () => disk.TryRead(Path.Combine(root, "0"), new FileBuffer()));
        DiskCommand.Say(prefix + "directory", () => disk.SyncDirectory(root));
        DiskCommand.Say(prefix + "lock", () => disk.TryLock(Path.Combine(root, "LOCK")));
        DiskCommand.Say(prefix + "list", () => disk.List(root, (_, _) => true));
    }
}
