using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Wappa.Benchmarks.Json;

/// <summary>What the peers ask of the disk, and where all of it happens: <c>bench/data</c>, beside the results, so that ours and the
/// peers are on one disk that is not memory.</summary>
internal static partial class Disk
{
    public static string Root { get; } = Path.GetFullPath(Path.Combine("bench", "data"));

    /// <summary>The file system of <see cref="Root"/>.</summary>
    /// <exception cref="InvalidOperationException">It is in memory, where durable writes mean nothing.</exception>
    public static string FileSystem { get; } = Find();

    /// <summary>An empty folder.</summary>
    public static string NewFolder(string name)
    {
        var path = Path.Combine(Root, name);
        if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
        Directory.CreateDirectory(path);
        return path;
    }

    /// <summary>Makes the bytes of a file durable. The runtime's own call tells no error on Unix.</summary>
    public static void Sync(SafeFileHandle file)
    {
        if (OperatingSystem.IsWindows()) RandomAccess.FlushToDisk(file);
        else if (FSync(file) != 0) throw Failed("fsync");
    }

    /// <summary>Makes the names in a folder durable, where that can be asked for.</summary>
    public static void SyncFolder(string path)
    {
        if (OperatingSystem.IsWindows()) return;
        var folder = Open(path, 0);
        if (folder < 0) throw Failed("open");
        try
        {
            if (FSync(folder) != 0) throw Failed("fsync");
        }
        finally
        {
            _ = Close(folder);
        }
    }

    /// <summary>Has the system write what it still holds, so that one case's leftovers are not the next one's bill.</summary>
    public static void Settle()
    {
        if (!OperatingSystem.IsWindows()) SyncAll();
    }

    private static string Find()
    {
        Directory.CreateDirectory(Root);
        if (!File.Exists("/proc/self/mounts")) return new DriveInfo(Root).DriveFormat;

        // Source, place, type: the longest place that the folder is below.
        var type = File.ReadLines("/proc/self/mounts").Select(line => line.Split(' '))
            .Where(mount => Root.StartsWith(mount[1].TrimEnd('/') + "/", StringComparison.Ordinal))
            .MaxBy(mount => mount[1].Length)![2];
        return type is "tmpfs" or "ramfs"
            ? throw new InvalidOperationException($"{Root} is in memory ({type}); run the benchmarks from a folder on a disk.")
            : type;
    }

    private static Win32Exception Failed(string call) => new(Marshal.GetLastPInvokeError(), $"{call} failed");

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(int file);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);

    [LibraryImport("libc", EntryPoint = "sync")]
    private static partial void SyncAll();
}
