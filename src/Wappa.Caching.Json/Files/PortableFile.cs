using Microsoft.Win32.SafeHandles;

namespace Wappa.Caching.Json.Files;

/// <summary>A file being written by the runtime's calls.</summary>
internal sealed class PortableFile(SafeFileHandle handle) : IWritableFile
{
    private FileSystemException? _lost;

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        Write(handle, offset, bytes);
    }

    public void Sync()
    {
        if (_lost is { } first) throw new FileSystemException($"Syncing a file failed earlier. {first.Message}", first.Error);
        try
        {
            RandomAccess.FlushToDisk(handle);
        }
        catch (Exception error) when (ManagedErrors.IsFailure(error))
        {
            throw _lost = ManagedErrors.Failure("Syncing a file", error);
        }
    }

    public void Dispose() => handle.Dispose();

    /// <summary>Writes all of it; the runtime repeats what the system writes in part.</summary>
    internal static void Write(SafeFileHandle file, long offset, ReadOnlySpan<byte> bytes)
    {
        try
        {
            RandomAccess.Write(file, bytes, offset);
        }
        catch (Exception error) when (ManagedErrors.IsFailure(error))
        {
            throw ManagedErrors.Failure("Writing to a file", error);
        }
    }
}
