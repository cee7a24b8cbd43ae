using Wappa.Caching.Redis.Tests.Records;
using Wappa.Testing;

namespace Wappa.Caching.Redis.Tests.Entries;

/// <summary>The primary is found through sentinels.</summary>
internal static class WatchedEntries
{
    internal static EntryHarness Harness => new(RedisTarget.SentinelsAsync);
}

public sealed class SentinelEntryReadWriteTests() : CacheStoreReadWriteConformance(WatchedEntries.Harness);

public sealed class SentinelEntryArgumentTests() : CacheStoreArgumentConformance(WatchedEntries.Harness);

public sealed class SentinelEntryKeyTests() : CacheStoreKeyConformance(WatchedEntries.Harness);

public sealed class SentinelEntryTtlTests() : CacheStoreTtlConformance(WatchedEntries.Harness);

public sealed class SentinelEntrySlidingTests() : CacheStoreSlidingConformance(WatchedEntries.Harness);

public sealed class SentinelEntryRemovalTests() : CacheStoreRemovalConformance(WatchedEntries.Harness);

public sealed class SentinelEntryFencingTests() : CacheStoreFencingConformance(WatchedEntries.Harness);

public sealed class SentinelEntryConcurrencyTests() : CacheStoreConcurrencyConformance(WatchedEntries.Harness);
