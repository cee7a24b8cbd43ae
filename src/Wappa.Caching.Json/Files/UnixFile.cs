using Microsoft.Win32.SafeHandles;

namespace Wappa.Caching.Json.Files;

/// <summary>A file being written on Linux or macOS.</summary>
/// <remarks>The handle counts its users, so a write that overlaps with <see cref="Dispose"/> cannot hit another file that got the
/// same descriptor.</remarks>
internal sealed class UnixFile(SafeFileHandle handle) : IWritableFile
{
    private static readonly string SyncCall = OperatingSystem.IsMacOS() ? "F_FULLFSYNC" : "fdatasync";
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
    private volatile int _lost;

    internal static UnixFile Create(string path, bool exclusive)
    {
        if (!OperatingSystem.IsLinux()) return new UnixFile(CreateByRuntime(path, exclusive));
        var error = UnixCalls.Create(path, exclusive, out var file);
        Errno.ThrowIfFailed("open", error);
        return new UnixFile(file);
    }

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);

        // The width of an offset is certain on 64-bit systems only. The runtime's write reports its errors, unlike its sync.
        if (nint.Size == sizeof(long)) Errno.ThrowIfFailed("pwrite", UnixCalls.Write(handle, offset, bytes));
        else PortableFile.Write(handle, offset, bytes);
    }

    public void Sync()
    {
        // After a failure the kernel holds the pages for clean, and the next sync would succeed without them.
        if (_lost != Errno.None) throw Errno.Failure($"{SyncCall} (earlier)", _lost);
        var error = UnixCalls.SyncData(handle);
        if (error == Errno.None) return;
        _lost = error;
        throw Errno.Failure(SyncCall, error);
    }

    public void Dispose() => handle.Dispose();

    // The mode of a new file is a variadic argument, which cannot be passed on Apple's arm64.
    private static SafeFileHandle CreateByRuntime(string path, bool exclusive)
    {
        try
        {
            var mode = exclusive ? FileMode.CreateNew : FileMode.Create;
            var file = File.OpenHandle(path, mode, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            Narrow(file);
            return file;
        }
        catch (Exception error) when (ManagedErrors.IsFailure(error))
        {
            throw ManagedErrors.Failure("Creating a file", error);
        }
    }

    // The runtime lets everybody read what the umask does not forbid.
    private static void Narrow(SafeFileHandle file)
    {
        try
        {
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, File.GetUnixFileMode(file) & Mode);
        }
        catch (Exception error) when (ManagedErrors.IsFailure(error))
        {
            // A file system without modes.
        }
    }
}
