namespace Wappa.Caching.Json.Files;

/// <summary>The runtime's exceptions of a disk as ours, without the paths they name.</summary>
internal static class RuntimeErrors
{
    internal static bool IsOfTheDisk(Exception error) => error is IOException or UnauthorizedAccessException;

    internal static void Call(string call, Action action) => Call(call, () =>
    {
        action();
        return 0;
    });

    internal static T Call<T>(string call, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception error) when (IsOfTheDisk(error))
        {
            throw Failed(call, error);
        }
    }

    // ERROR_* of Windows stands in the low half of the code.
    internal static FileSystemException Failed(string call, Exception error)
    {
        var code = error.HResult & 0xFFFF;
        var kind = error switch
        {
            FileNotFoundException or DirectoryNotFoundException => FileError.Missing,
            UnauthorizedAccessException => FileError.Denied,
            _ => code switch
            {
                0x27 or 0x70 => FileError.NoSpace,
                0x04 => FileError.TooManyFiles,
                0x13 => FileError.ReadOnly,
                0x20 or 0x21 => FileError.Denied,
                0x50 or 0xB7 => FileError.Exists,
                _ => FileError.Device,
            },
        };
        return new FileSystemException($"The call '{call}' failed (code 0x{code:X}).", kind);
    }
}
