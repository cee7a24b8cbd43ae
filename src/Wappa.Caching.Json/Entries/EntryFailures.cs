namespace Wappa.Caching.Json.Entries;

/// <summary>What callers of the store of entries are told besides <see cref="Failures"/>.</summary>
internal static class EntryFailures
{
    internal static CacheStoreException NotDurable(CacheStoreException error) => new CacheStoreUnavailableException(
        "The disk failed while the change of the cache was being made durable. This process has the change; whether it is there " +
        "after a restart is not known until the disk works again. " + error.Message, error.InnerException ?? error, outcomeUnknown: true);

    internal static ObjectDisposedException Disposed() =>
        new(nameof(JsonCacheStore), "The store was disposed before the change was written.");
}
