using Microsoft.Win32.SafeHandles;

namespace Wappa.Caching.Json.Files;

/// <summary>A file opened by the runtime; synced by it on Windows only, where it reports what goes wrong.</summary>
internal sealed class RuntimeFile : IWritableFile
{
    private readonly SafeFileHandle _handle;

    internal RuntimeFile(string path, bool exclusive) => _handle = RuntimeErrors.Call("create", () => File.OpenHandle(
        path, exclusive ? FileMode.CreateNew : FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete));

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        try
        {
            RandomAccess.Write(_handle, bytes, offset);
        }
        catch (Exception error) when (RuntimeErrors.IsOfTheDisk(error))
        {
            throw RuntimeErrors.Failed("write", error);
        }
    }

    public void Sync()
    {
        if (OperatingSystem.IsWindows()) RuntimeErrors.Call("sync", () => RandomAccess.FlushToDisk(_handle));
        else if (!Libc.SyncData((int)_handle.DangerousGetHandle())) throw Libc.Failed("sync");
    }

    public void Dispose() => _handle.Dispose();
}
