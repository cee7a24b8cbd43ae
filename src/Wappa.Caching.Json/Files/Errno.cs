using System.Runtime.InteropServices;

namespace Wappa.Caching.Json.Files;

/// <summary>The error numbers of Linux and macOS that mean something here, and what they mean.</summary>
internal static class Errno
{
    internal const int None = 0;
    internal const int NotPermitted = 1;
    internal const int NoEntry = 2;
    internal const int Interrupted = 4;
    internal const int InputOutput = 5;
    internal const int Access = 13;
    internal const int Exists = 17;
    internal const int CrossDevice = 18;
    internal const int NotDirectory = 20;
    internal const int Invalid = 22;
    internal const int TooManyFilesInSystem = 23;
    internal const int TooManyFiles = 24;
    internal const int NotTerminal = 25;
    internal const int NoSpace = 28;
    internal const int ReadOnly = 30;

    internal static readonly int WouldBlock = OperatingSystem.IsMacOS() ? 35 : 11;
    private static readonly int Quota = OperatingSystem.IsMacOS() ? 69 : 122;
    private static readonly int NoSystemCall = OperatingSystem.IsMacOS() ? 78 : 38;
    private static readonly int NotSupported = OperatingSystem.IsMacOS() ? 45 : 95;
    private static readonly int OperationNotSupported = OperatingSystem.IsMacOS() ? 102 : 95;

    /// <summary>Whether the kernel or the file system does not know the operation, as opposed to having failed at it.</summary>
    internal static bool IsUnsupported(int errno) =>
        errno is Invalid or NotTerminal || errno == NoSystemCall || errno == NotSupported || errno == OperationNotSupported;

    internal static FileError Meaning(int errno) => errno switch
    {
        NoSpace => FileError.NoSpace,
        TooManyFiles or TooManyFilesInSystem => FileError.TooManyFiles,
        ReadOnly => FileError.ReadOnly,
        Access or NotPermitted => FileError.Denied,
        Exists => FileError.Exists,
        NoEntry => FileError.Missing,
        _ when errno == Quota => FileError.NoSpace,
        _ => FileError.Device,
    };

    /// <param name="call">The call that failed, as the manual names it.</param>
    /// <param name="errno">The error number it left.</param>
    internal static FileSystemException Failure(string call, int errno) =>
        new($"{call} failed: {Marshal.GetPInvokeErrorMessage(errno)} (errno {errno}).", Meaning(errno));

    internal static void ThrowIfFailed(string call, int errno)
    {
        if (errno != None) throw Failure(call, errno);
    }
}
