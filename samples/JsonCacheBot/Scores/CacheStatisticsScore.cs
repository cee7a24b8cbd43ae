using System.Globalization;
using JsonCacheBot.Models;
using JsonCacheBot.Statistics;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Wappa.Caching;

namespace JsonCacheBot.Scores;

/// <summary>Tells on <c>/STATS</c> how the cache is doing.</summary>
/// <param name="checks">What the app's readiness page asks.</param>
/// <param name="files">The JSON store; null with another backend.</param>
public sealed class CacheStatisticsScore(
    HealthCheckService checks, CallCounts counts, ICacheFactory caches, TimeProvider time, JsonDocumentStore? files = null) : IScore
{
    public bool CanHandle(IncomingMessage message) => message.Command == "/STATS";

    public async Task<string?> ProcessAsync(IncomingMessage message, CancellationToken ct)
    {
        var health = await checks.CheckHealthAsync(check => check.Tags.Contains(CachingHealth.ReadyTag), ct);
        var log = await message.Table.GetAsync<MessageLog>(TableKey.Row(MessageHistoryScore.Table, message.UserId), ct);
        var isWappa = await message.State.ExistsAsync(StateCommandsScore.State, ct);
        return string.Create(CultureInfo.InvariantCulture, $"""
            📊 *Cache Statistics*

            🔗 Connection: {(health.Status == HealthStatus.Unhealthy ? "❌ Lost" : "✅ Connected")}
            💾 Cache type: {caches.Backend.ToUpperInvariant()}
            🕐 Checked at: {time.GetUtcNow():HH:mm:ss}

            • Operations: {counts.Total} ({counts.Reads} reads, {counts.Writes} writes)
            • Hit ratio: {counts.HitRatio:P0} ({counts.Hits} hits, {counts.Misses} misses)
            • Errors: {counts.Errors} ({counts.ErrorRatio:P0})
            • Health: {health.Status.ToString().ToLowerInvariant()}
            {Files()}
            • Messages logged: {log?.Total ?? 0}
            • WAPPA state: {(isWappa ? "active" : "inactive")}
            """);
    }

    private string Files() => files?.Status is { } status
        ? string.Create(CultureInfo.InvariantCulture, $"• Files behind: {status.RecordsBehind}, in quarantine: {status.Quarantined}")
        : "• Files: none";
}
