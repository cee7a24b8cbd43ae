namespace Wappa.Caching.Json.Files;

/// <summary>A call to the disk that failed. The message names the call and the reason, never the file: its name may hold a
/// person's number.</summary>
internal sealed class FileSystemException(string message, FileError error, Exception? innerException = null)
    : IOException(message, innerException)
{
    internal FileError Error => error;
}

/// <summary>Why a call to the disk failed, as far as somebody acts on it.</summary>
internal enum FileError
{
    /// <summary>Anything else, a device error (EIO) first of all.</summary>
    Device,

    /// <summary>ENOSPC, EDQUOT: no room.</summary>
    NoSpace,

    /// <summary>EMFILE, ENFILE: too many open files.</summary>
    TooManyFiles,

    /// <summary>EROFS: the file system is read-only.</summary>
    ReadOnly,

    /// <summary>EACCES, EPERM; on Windows also a sharing violation.</summary>
    Denied,

    /// <summary>EEXIST.</summary>
    Exists,

    /// <summary>ENOENT: the directory or file is gone.</summary>
    Missing,
}
