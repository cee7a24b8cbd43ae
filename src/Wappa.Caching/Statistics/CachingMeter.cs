using System.Diagnostics.Metrics;

namespace Wappa.Caching;

/// <summary>The meter <c>Wappa.Caching</c>. Its tags never hold a key, a tenant or a user.</summary>
internal static class CachingMeter
{
    internal static Meter Meter { get; } = new("Wappa.Caching");

    private static readonly Counter<long> Errors = Meter.CreateCounter<long>(
        "wappa.caching.errors", "{error}", "Operations a store failed, by kind of failure.");

    internal static void CountError(string backend, CacheStoreException error) => CountError(backend, KindOf(error));

    internal static void CountError(string backend, string kind) => Errors.Add(1, new("backend", backend), new("error", kind));

    internal static string KindOf(Exception error) => error switch
    {
        CacheStoreUnavailableException => "unavailable",
        CacheStoreTimeoutException => "timeout",
        CacheStoreCorruptException => "corrupt",
        _ => "other",
    };
}
