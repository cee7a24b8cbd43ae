using System.Globalization;

namespace Wappa.Caching.Json.Files;

/// <summary>What the runtime's exceptions for files mean here.</summary>
/// <remarks>They are not kept as inner exceptions: their texts name the file, and with it a person.</remarks>
internal static class ManagedErrors
{
    // Windows, in the low half of the HResult.
    private const int FileNotFound = 2;
    private const int PathNotFound = 3;
    private const int TooManyOpenFiles = 4;
    private const int AccessDenied = 5;
    private const int WriteProtected = 19;
    private const int SharingViolation = 32;
    private const int LockViolation = 33;
    private const int HandleDiskFull = 39;
    private const int FileExists = 80;
    private const int DiskFull = 112;
    private const int AlreadyExists = 183;
    private const int DiskQuotaExceeded = 1295;

    /// <summary>Whether an exception is a failure of the disk at all.</summary>
    internal static bool IsFailure(Exception error) =>
        error is (IOException or UnauthorizedAccessException) and not FileSystemException;

    /// <summary>Whether somebody else has the file open and does not share it.</summary>
    internal static bool IsSharingViolation(Exception error) =>
        OperatingSystem.IsWindows()
            ? (error.HResult & 0xFFFF) is SharingViolation or LockViolation
            : error.HResult == Errno.WouldBlock;

    /// <param name="call">What was tried, a noun for a sentence: <c>Opening a file</c>.</param>
    /// <param name="error">What the runtime threw.</param>
    internal static FileSystemException Failure(string call, Exception error)
    {
        var meaning = error switch
        {
            FileNotFoundException or DirectoryNotFoundException => FileError.Missing,
            UnauthorizedAccessException => FileError.Denied,
            PathTooLongException => FileError.Device,
            _ => Meaning(error.HResult),
        };
        var code = error.HResult.ToString(error.HResult < 0 ? "X8" : "D", CultureInfo.InvariantCulture);
        return new FileSystemException($"{call} failed: {meaning} ({error.GetType().Name}, {code}).", meaning);
    }

    // On Unix the HResult of an IOException is the error number; on Windows 0x8007 and the system's code.
    internal static FileError Meaning(int result) => result >= 0 ? Errno.Meaning(result) : WindowsMeaning(result & 0xFFFF);

    internal static FileError WindowsMeaning(int code) => code switch
    {
        FileNotFound or PathNotFound => FileError.Missing,
        TooManyOpenFiles => FileError.TooManyFiles,
        AccessDenied or SharingViolation or LockViolation => FileError.Denied,
        WriteProtected => FileError.ReadOnly,
        HandleDiskFull or DiskFull or DiskQuotaExceeded => FileError.NoSpace,
        FileExists or AlreadyExists => FileError.Exists,
        _ => FileError.Device,
    };
}
