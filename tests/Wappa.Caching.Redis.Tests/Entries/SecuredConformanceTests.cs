using Wappa.Caching.Redis.Tests.Records;
using Wappa.Testing;

namespace Wappa.Caching.Redis.Tests.Entries;

/// <summary>TLS, and a user who may do no more than an app needs.</summary>
internal static class SecuredEntries
{
    internal static EntryHarness Harness => new(RedisTarget.SecuredAsync);
}

public sealed class SecuredEntryReadWriteTests() : CacheStoreReadWriteConformance(SecuredEntries.Harness);

public sealed class SecuredEntryArgumentTests() : CacheStoreArgumentConformance(SecuredEntries.Harness);

public sealed class SecuredEntryKeyTests() : CacheStoreKeyConformance(SecuredEntries.Harness);

public sealed class SecuredEntryTtlTests() : CacheStoreTtlConformance(SecuredEntries.Harness);

public sealed class SecuredEntrySlidingTests() : CacheStoreSlidingConformance(SecuredEntries.Harness);

public sealed class SecuredEntryRemovalTests() : CacheStoreRemovalConformance(SecuredEntries.Harness);

public sealed class SecuredEntryFencingTests() : CacheStoreFencingConformance(SecuredEntries.Harness);

public sealed class SecuredEntryConcurrencyTests() : CacheStoreConcurrencyConformance(SecuredEntries.Harness);
