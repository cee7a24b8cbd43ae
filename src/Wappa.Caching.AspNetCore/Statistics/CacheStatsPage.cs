using System.Text.Json;
using System.Text.Json.Serialization;

namespace Wappa.Caching.AspNetCore.Statistics;

/// <summary>The statistics as they are sent: counts and sizes, and never a key, a tenant or an address.</summary>
internal sealed record CacheStatsPage(
    string Backend, long Hits, long Misses, double? HitRate, long Sets, long Deletes, long Errors, long? Evictions, long? Entries,
    long? Bytes)
{
    internal static CacheStatsPage Of(CacheStoreStatistics statistics) => new(
        statistics.Backend, statistics.Hits, statistics.Misses, statistics.HitRate, statistics.Sets, statistics.Deletes,
        statistics.Errors, statistics.Evictions, statistics.Entries, statistics.Bytes);
}

/// <summary>What a reset answers.</summary>
internal sealed record CacheStatsReset(string Status)
{
    internal static CacheStatsReset Done { get; } = new("reset");
}

/// <summary>How both are written.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(CacheStatsPage))]
[JsonSerializable(typeof(CacheStatsReset))]
internal sealed partial class CacheStatsJson : JsonSerializerContext;
