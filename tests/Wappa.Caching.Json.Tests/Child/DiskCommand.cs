using Wappa.Caching.Json.Files;

namespace Wappa.Caching.Json.Child;

/// <summary>Calls the disk once in every way, so that a tracer can look at the system's calls and make each of them fail.</summary>
internal static class DiskCommand
{
    internal static int Run(string root)
    {
        var disk = new UnixFileSystem();
        string At(string name) => Path.Combine(root, name);
        IWritableFile? file = null;
        Say("mkdir", () => disk.CreateDirectory(At("made/within")));
        using var held = Say("lock", () => disk.TryLock(At("LOCK")));
        Say("create", () => file = disk.Create(At("file"), exclusive: true));
        Say("write", () => file?.Write(0, "0123456789"u8));
        Say("sync", () => file?.Sync());
        Say("sync-again", () => file?.Sync());
        file?.Dispose();
        Say("rename", () => disk.Rename(At("file"), At("renamed")));
        Say("directory", () => disk.SyncDirectory(root));
        Say("read", () => disk.TryRead(At("renamed"), new FileBuffer()));
        Say("move", () => disk.Move(At("renamed"), At("made/moved")));
        Say("all", () => disk.TrySyncAll(root));
        Say("move-back", () => disk.Move(At("made/moved"), At("renamed")));
        Say("delete", () => disk.Delete(At("renamed")));
        return 0;
    }

    internal static void Say(string step, Action action) => Say<object?>(step, () =>
    {
        action();
        return null;
    });

    internal static T? Say<T>(string step, Func<T> action)
    {
        try
        {
            var result = action();
            Console.WriteLine(result is bool or null ? $"{step} ok {result}".TrimEnd() : $"{step} ok");
            return result;
        }
        catch (FileSystemException error)
        {
            Console.WriteLine($"{step} {error.Error} {error.Message}");
            return default;
        }
    }
}
