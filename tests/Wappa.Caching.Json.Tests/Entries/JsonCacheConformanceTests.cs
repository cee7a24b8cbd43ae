using Wappa.Testing;

namespace Wappa.Caching.Json.Tests.Entries;

public sealed class JsonCacheReadWriteTests() : CacheStoreReadWriteConformance(new JsonCacheHarness());

public sealed class JsonCacheArgumentTests() : CacheStoreArgumentConformance(new JsonCacheHarness());

public sealed class JsonCacheTtlTests() : CacheStoreTtlConformance(new JsonCacheHarness());

public sealed class JsonCacheSlidingTests() : CacheStoreSlidingConformance(new JsonCacheHarness(closes: true));

public sealed class JsonCacheRemovalTests() : CacheStoreRemovalConformance(new JsonCacheHarness());

public sealed class JsonCacheKeyTests() : CacheStoreKeyConformance(new JsonCacheHarness());

public sealed class JsonCacheFencingTests() : CacheStoreFencingConformance(new JsonCacheHarness());

public sealed class JsonCacheConcurrencyTests() : CacheStoreConcurrencyConformance(new JsonCacheHarness());

public sealed class JsonCacheIsProvenAsAWhole
{
    [Fact]
    public void CacheStoreSuites_OfTheJsonStore_AreAllRun() =>
        CacheStoreSuites.MissingIn(typeof(JsonCacheIsProvenAsAWhole).Assembly).ShouldBeEmpty();
}
