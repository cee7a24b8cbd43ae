using Wappa.Caching.Json.Files;

namespace Wappa.Caching.Json;

/// <summary>What callers are told when the disk does not do what it should.</summary>
internal static class Failures
{
    internal static CacheStoreException NotWritten(Exception error, bool outcomeUnknown) => new CacheStoreUnavailableException(
        (outcomeUnknown
            ? "The disk failed while the change was being made durable, so it may or may not have happened. "
            : "The change was not written, because the disk failed. ") + Hint(error), error, outcomeUnknown);

    internal static CacheStoreException PartlyWritten(CacheStoreException error) => new CacheStoreUnavailableException(
        "Some of the writes were made, and then one failed; read the records to see which. " + error.Message, error, true);

    internal static CacheStoreException ReadOnlyNow(Exception? error) => new CacheStoreUnavailableException(
        "The JSON store takes no changes since the disk failed; it tries again every second, and reads go on. " + Hint(error), error);

    internal static CacheStoreException Full(long maxBytes, Exception? error) => new CacheStoreUnavailableException(
        $"The journal holds {maxBytes} bytes that are not in the record files yet (MaxJournalBytes), and they cannot be written. " +
        Hint(error), error);

    internal static CacheStoreException Unreadable(Exception error) => new CacheStoreUnavailableException(
        "A record's file could not be read. " + Hint(error), error);

    internal static CacheStoreException OpenedReadOnly() => new CacheStoreUnavailableException(
        "The cache's folder was opened with ReadOnly, so it can only be looked at. Open it without, in the one process that owns it.");

    internal static CacheStoreException NoFolder() => new CacheStoreUnavailableException(
        "There is no cache in the folder that was to be opened with ReadOnly. Check the path; without ReadOnly it would be made.");

    internal static CacheStoreException NotOpened(Exception error) => new CacheStoreUnavailableException(
        "The JSON store's folder could not be opened. " + Hint(error), error);

    private static string Hint(Exception? error) => error is not FileSystemException known
        ? "See the inner exception."
        : known.Error switch
        {
            FileError.NoSpace => "There is no space left: free some, or move the cache's folder.",
            FileError.TooManyFiles => "Too many files are open: raise the limit (ulimit -n).",
            FileError.ReadOnly => "The file system is read-only: the kernel may have made it so after errors.",
            FileError.Denied => "Access is denied: check the owner and the modes of the cache's folder.",
            FileError.Missing => "The cache's folder or a part of it is gone.",
            _ => "See the inner exception and the kernel's log.",
        };
}
