using Wappa.Testing;

namespace Wappa.Caching.Tests.Layering;

public sealed class LayeredCacheStoreReadWriteTests() : CacheStoreReadWriteConformance(new LayeredCacheStoreHarness());

public sealed class LayeredCacheStoreArgumentTests() : CacheStoreArgumentConformance(new LayeredCacheStoreHarness());

public sealed class LayeredCacheStoreTtlTests() : CacheStoreTtlConformance(new LayeredCacheStoreHarness());

public sealed class LayeredCacheStoreSlidingTests() : CacheStoreSlidingConformance(new LayeredCacheStoreHarness());

public sealed class LayeredCacheStoreRemovalTests() : CacheStoreRemovalConformance(new LayeredCacheStoreHarness());

public sealed class LayeredCacheStoreKeyTests() : CacheStoreKeyConformance(new LayeredCacheStoreHarness());

public sealed class LayeredCacheStoreFencingTests() : CacheStoreFencingConformance(new LayeredCacheStoreHarness());

public sealed class LayeredCacheStoreConcurrencyTests() : CacheStoreConcurrencyConformance(new LayeredCacheStoreHarness());
