using Wappa.Caching.Redis.Tests.Records;
using Wappa.Testing;

namespace Wappa.Caching.Redis.Tests.Layering;

/// <summary>Memory in front of the entries of one server, and of a cluster.</summary>
internal static class LayeredEntries
{
    internal static LayeredEntryHarness Standalone => new(RedisTarget.StandaloneAsync);

    internal static LayeredEntryHarness Cluster => new(RedisTarget.ClusterAsync);
}

public sealed class LayeredEntryReadWriteTests() : CacheStoreReadWriteConformance(LayeredEntries.Standalone);

public sealed class LayeredEntryArgumentTests() : CacheStoreArgumentConformance(LayeredEntries.Standalone);

public sealed class LayeredEntryKeyTests() : CacheStoreKeyConformance(LayeredEntries.Standalone);

public sealed class LayeredEntryTtlTests() : CacheStoreTtlConformance(LayeredEntries.Standalone);

public sealed class LayeredEntrySlidingTests() : CacheStoreSlidingConformance(LayeredEntries.Standalone);

public sealed class LayeredEntryRemovalTests() : CacheStoreRemovalConformance(LayeredEntries.Standalone);

public sealed class LayeredEntryFencingTests() : CacheStoreFencingConformance(LayeredEntries.Standalone);

public sealed class LayeredEntryConcurrencyTests() : CacheStoreConcurrencyConformance(LayeredEntries.Standalone);

public sealed class LayeredClusterEntryReadWriteTests() : CacheStoreReadWriteConformance(LayeredEntries.Cluster);

public sealed class LayeredClusterEntryArgumentTests() : CacheStoreArgumentConformance(LayeredEntries.Cluster);

public sealed class LayeredClusterEntryKeyTests() : CacheStoreKeyConformance(LayeredEntries.Cluster);

public sealed class LayeredClusterEntryTtlTests() : CacheStoreTtlConformance(LayeredEntries.Cluster);

public sealed class LayeredClusterEntrySlidingTests() : CacheStoreSlidingConformance(LayeredEntries.Cluster);

public sealed class LayeredClusterEntryRemovalTests() : CacheStoreRemovalConformance(LayeredEntries.Cluster);

public sealed class LayeredClusterEntryFencingTests() : CacheStoreFencingConformance(LayeredEntries.Cluster);

public sealed class LayeredClusterEntryConcurrencyTests() : CacheStoreConcurrencyConformance(LayeredEntries.Cluster);
