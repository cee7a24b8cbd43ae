using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Wappa.Caching.Json.Files;

/// <summary>Renaming on Windows so that the new name is on the disk when the call returns; the runtime's move does not ask for
/// that. Never a copy: another volume is an error.</summary>
[SupportedOSPlatform("windows")]
internal static partial class WindowsMove
{
    private const uint ReplaceExisting = 0x1;
    private const uint WriteThrough = 0x8;

    // From this length on Windows takes a path only in its long form.
    private const int ShortPath = 248;

    internal static void Move(string from, string to, bool overwrite)
    {
        if (MoveFileEx(Long(from), Long(to), WriteThrough | (overwrite ? ReplaceExisting : 0))) return;
        var code = Marshal.GetLastPInvokeError();
        throw new FileSystemException(
            $"MoveFileEx failed: {Marshal.GetPInvokeErrorMessage(code)} (code {code}).", ManagedErrors.WindowsMeaning(code));
    }

    /// <summary>A path in the form without a limit of 260 characters, if it needs it.</summary>
    internal static string Long(string path)
    {
        if (path.Length < ShortPath || path.StartsWith(@"\\?\", StringComparison.Ordinal)) return path;
        path = path.Replace('/', '\\'); // the long form is taken literally
        return path.StartsWith(@"\\", StringComparison.Ordinal) ? @"\\?\UNC\" + path[2..] : @"\\?\" + path;
    }

    [LibraryImport("kernel32", EntryPoint = "MoveFileExW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool MoveFileEx(string from, string to, uint flags);
}
