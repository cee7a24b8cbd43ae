using System.Diagnostics.Metrics;
using Wappa.Caching.AspNetCore.Responses;

namespace Wappa.Caching.AspNetCore.Telemetry;

/// <summary>What the meter <c>Wappa.Caching</c> tells of responses beside the counters every cache has (hits, misses, loads, under
/// <c>cache=http</c>). No tag holds a path, a key or a person.</summary>
internal static class ResponseMeter
{
    private static readonly Counter<long> NotStoredCount = CachingMeter.Meter.CreateCounter<long>(
        "wappa.caching.http.not_stored", "{response}", "Responses of cached endpoints that were not stored, by reason.");

    private static readonly Counter<long> Invalidated = CachingMeter.Meter.CreateCounter<long>(
        "wappa.caching.http.invalidations", "{write}", "Writes that invalidated responses, by whether the store did it.");

    /// <returns>The reason in words.</returns>
    internal static string CountNotStored(NotStored reason)
    {
        var text = Text(reason);
        NotStoredCount.Add(1, new KeyValuePair<string, object?>("reason", text));
        return text;
    }

    internal static void CountInvalidation(bool succeeded) =>
        Invalidated.Add(1, new KeyValuePair<string, object?>("succeeded", succeeded));

    private static string Text(NotStored reason) => reason switch
    {
        NotStored.TooLarge => "too_large",
        NotStored.Streaming => "streaming",
        NotStored.Aborted => "aborted",
        NotStored.Truncated => "truncated",
        NotStored.Status => "status",
        NotStored.Cookie => "cookie",
        NotStored.Forbidden => "forbidden",
        NotStored.Unrepeatable => "unrepeatable",
        _ => "other",
    };
}
