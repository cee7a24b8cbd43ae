using System.Diagnostics.Metrics;

namespace Wappa.Caching;

/// <summary>The meter <c>Wappa.Caching</c>. Its tags never hold a key, a tenant or a user.</summary>
internal static class CachingMeter
{
    internal static Meter Meter { get; } = new("Wappa.Caching");

    private static readonly Counter<long> Errors = Meter.CreateCounter<long>(
        "wappa.caching.errors", "{error}", "Operations a store failed, by kind of failure.");

    internal static void CountError(string backend, CacheStoreException error) => Errors.Add(
        1, new("backend", backend), new("error", error switch
        {
            CacheStoreUnavailableException => "unavailable",
            CacheStoreTimeoutException => "timeout",
            CacheStoreCorruptException => "corrupt",
            _ => "other",
        }));
}
