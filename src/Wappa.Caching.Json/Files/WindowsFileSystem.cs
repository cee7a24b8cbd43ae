using System.Runtime.InteropServices;

namespace Wappa.Caching.Json.Files;

/// <summary>The disk of a Windows machine. A directory cannot be synced there; a rename is written through instead.</summary>
internal sealed partial class WindowsFileSystem : IFileSystem
{
    private const uint ReplaceExisting = 1;
    private const uint WriteThrough = 8;

    public bool TryRead(string path, FileBuffer content)
    {
        content.Clear();
        try
        {
            using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            while (true)
            {
                var count = RandomAccess.Read(handle, content.Free(4096), content.Length);
                if (count == 0) return true;
                content.Advance(count);
            }
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (Exception error) when (RuntimeErrors.IsOfTheDisk(error))
        {
            throw RuntimeErrors.Failed("read", error);
        }
    }

    public IWritableFile Create(string path, bool exclusive) => new RuntimeFile(path, exclusive);

    public void Rename(string from, string to) => Move(from, to, ReplaceExisting | WriteThrough);

    public void Move(string from, string to) => Move(from, to, WriteThrough);

    public bool Delete(string path) => RuntimeErrors.Call("delete", () =>
    {
        if (!File.Exists(path)) return false;
        File.Delete(path);
        return true;
    });

    public void CreateDirectory(string path) => RuntimeErrors.Call("create a directory", () => Directory.CreateDirectory(path));

    public void SyncDirectory(string path)
    {
        // Windows has no documented way; names are written through where they are made.
    }

    public bool TrySyncAll(string root) => false;

    public void List(string directory, FileVisitor visit) => DirectoryNames.Visit(directory, visit);

    public IDisposable? TryLock(string path)
    {
        try
        {
            return File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error) when ((error.HResult & 0xFFFF) is 0x20 or 0x21)
        {
            return null;
        }
        catch (Exception error) when (RuntimeErrors.IsOfTheDisk(error))
        {
            throw RuntimeErrors.Failed("lock", error);
        }
    }

    private static void Move(string from, string to, uint flags)
    {
        if (!OperatingSystem.IsWindows()) RuntimeErrors.Call("move", () => File.Move(from, to, (flags & ReplaceExisting) != 0));
        else if (!MoveFileEx(from, to, flags)) throw RuntimeErrors.Failed("move", new IOException(null, Marshal.GetHRForLastWin32Error()));
    }

    [LibraryImport("kernel32.dll", EntryPoint = "MoveFileExW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool MoveFileEx(string from, string to, uint flags);
}
