using System.Diagnostics.Metrics;

namespace Wappa.Caching;

/// <summary>The meter <c>Wappa.Caching</c>. Its tags never hold a key, a tenant or a user.</summary>
internal static class CachingMeter
{
    internal static Meter Meter { get; } = new("Wappa.Caching");

    private static readonly Counter<long> Errors = Meter.CreateCounter<long>(
        "wappa.caching.errors", "{error}", "Operations a store failed, by kind of failure.");

    /// <summary>The tag of what concerns entries; what concerns records has <see cref="Records"/>.</summary>
    internal static KeyValuePair<string, object?> Entries { get; } = new("scope", "entries");

    internal static KeyValuePair<string, object?> Records { get; } = new("scope", "records");

    internal static void CountError(string backend, KeyValuePair<string, object?> scope, CacheStoreException error) =>
        CountError(backend, scope, KindOf(error));

    internal static void CountError(string backend, KeyValuePair<string, object?> scope, string kind) =>
        Errors.Add(1, new("backend", backend), scope, new("error", kind));

    internal static string KindOf(Exception error) => error switch
    {
        CacheStoreUnavailableException => "unavailable",
        CacheStoreTimeoutException => "timeout",
        CacheStoreCorruptException => "corrupt",
        _ => "other",
    };
}
