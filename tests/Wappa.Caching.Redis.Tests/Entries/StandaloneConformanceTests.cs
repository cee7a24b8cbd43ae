using Wappa.Caching.Redis.Tests.Records;
using Wappa.Testing;

namespace Wappa.Caching.Redis.Tests.Entries;

/// <summary>One server, a database of its own.</summary>
internal static class StandaloneEntries
{
    internal static EntryHarness Harness => new(RedisTarget.StandaloneAsync);
}

public sealed class RedisEntryReadWriteTests() : CacheStoreReadWriteConformance(StandaloneEntries.Harness);

public sealed class RedisEntryArgumentTests() : CacheStoreArgumentConformance(StandaloneEntries.Harness);

public sealed class RedisEntryKeyTests() : CacheStoreKeyConformance(StandaloneEntries.Harness);

public sealed class RedisEntryTtlTests() : CacheStoreTtlConformance(StandaloneEntries.Harness);

public sealed class RedisEntrySlidingTests() : CacheStoreSlidingConformance(StandaloneEntries.Harness);

public sealed class RedisEntryRemovalTests() : CacheStoreRemovalConformance(StandaloneEntries.Harness);

public sealed class RedisEntryFencingTests() : CacheStoreFencingConformance(StandaloneEntries.Harness);

public sealed class RedisEntryConcurrencyTests() : CacheStoreConcurrencyConformance(StandaloneEntries.Harness);

public sealed class RedisEntriesAreProvenAsAWhole
{
    [Fact]
    public void CacheStoreSuites_OfTheRedisStore_AreAllRun() =>
        CacheStoreSuites.MissingIn(typeof(RedisEntriesAreProvenAsAWhole).Assembly).ShouldBeEmpty();
}
