using Wappa.Testing;

namespace Wappa.Caching.Tests.Transforms;

public sealed class TransformedReadWriteTests() : CacheStoreReadWriteConformance(new TransformedHarness());

public sealed class TransformedArgumentTests() : CacheStoreArgumentConformance(new TransformedHarness());

public sealed class TransformedTtlTests() : CacheStoreTtlConformance(new TransformedHarness());

public sealed class TransformedSlidingTests() : CacheStoreSlidingConformance(new TransformedHarness());

public sealed class TransformedRemovalTests() : CacheStoreRemovalConformance(new TransformedHarness());

public sealed class TransformedKeyTests() : CacheStoreKeyConformance(new TransformedHarness());

public sealed class TransformedFencingTests() : CacheStoreFencingConformance(new TransformedHarness());

public sealed class TransformedConcurrencyTests() : CacheStoreConcurrencyConformance(new TransformedHarness());
