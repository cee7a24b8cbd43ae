using Wappa.Testing;

namespace Wappa.Caching.Tests.Memory;

public sealed class MemoryCacheStoreReadWriteTests() : CacheStoreReadWriteConformance(new MemoryCacheStoreHarness());

public sealed class MemoryCacheStoreArgumentTests() : CacheStoreArgumentConformance(new MemoryCacheStoreHarness());

public sealed class MemoryCacheStoreTtlTests() : CacheStoreTtlConformance(new MemoryCacheStoreHarness());

public sealed class MemoryCacheStoreSlidingTests() : CacheStoreSlidingConformance(new MemoryCacheStoreHarness());

public sealed class MemoryCacheStoreRemovalTests() : CacheStoreRemovalConformance(new MemoryCacheStoreHarness());

public sealed class MemoryCacheStoreKeyTests() : CacheStoreKeyConformance(new MemoryCacheStoreHarness());

public sealed class MemoryCacheStoreFencingTests() : CacheStoreFencingConformance(new MemoryCacheStoreHarness());

public sealed class MemoryCacheStoreConcurrencyTests()
    : CacheStoreConcurrencyConformance(new MemoryCacheStoreHarness());

public sealed class MemoryCacheStoreConformanceTests
{
    [Fact]
    public void MissingIn_ThisProject_IsNoSuite() =>
        CacheStoreSuites.MissingIn(typeof(MemoryCacheStoreConformanceTests).Assembly).ShouldBeEmpty();

    [Fact]
    public void All_OfTheSuites_AreFound() => CacheStoreSuites.All.Count.ShouldBe(8);
}
