using Wappa.Caching.Redis.Tests.Records;
using Wappa.Testing;

namespace Wappa.Caching.Redis.Tests.Entries;

/// <summary>Three primaries: tags, fences and entries live apart.</summary>
internal static class ClusteredEntries
{
    internal static EntryHarness Harness => new(RedisTarget.ClusterAsync);
}

public sealed class ClusterEntryReadWriteTests() : CacheStoreReadWriteConformance(ClusteredEntries.Harness);

public sealed class ClusterEntryArgumentTests() : CacheStoreArgumentConformance(ClusteredEntries.Harness);

public sealed class ClusterEntryKeyTests() : CacheStoreKeyConformance(ClusteredEntries.Harness);

public sealed class ClusterEntryTtlTests() : CacheStoreTtlConformance(ClusteredEntries.Harness);

public sealed class ClusterEntrySlidingTests() : CacheStoreSlidingConformance(ClusteredEntries.Harness);

public sealed class ClusterEntryRemovalTests() : CacheStoreRemovalConformance(ClusteredEntries.Harness);

public sealed class ClusterEntryFencingTests() : CacheStoreFencingConformance(ClusteredEntries.Harness);

public sealed class ClusterEntryConcurrencyTests() : CacheStoreConcurrencyConformance(ClusteredEntries.Harness);
