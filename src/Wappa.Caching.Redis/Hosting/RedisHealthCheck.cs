using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Wappa.Caching.Redis.Hosting;

/// <summary>Whether the servers answer, with what they are and what is kept in memory beside it; no address and no key.</summary>
internal sealed class RedisHealthCheck(RedisUse use, TimeProvider time) : IHealthCheck
{
    internal const string Name = "wappa-cache-redis";

    /// <summary>What servers that do not answer make of the app. A restart does not bring them, so it is not unhealthy.</summary>
    internal const HealthStatus WorstStatus = HealthStatus.Degraded;

    /// <summary>How long the servers have. Whoever asks an app how it is waits a few seconds at most.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (use.Stores is not { } stores) return HealthCheckResult.Healthy("The Redis cache is not in use.");
        using var patience = new CancellationTokenSource(Patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        var began = time.GetTimestamp();
        try
        {
            await stores.CheckAsync(both.Token).ConfigureAwait(false);
            return HealthCheckResult.Healthy("It answers.", DataOf("connected", stores.Status, time.GetElapsedTime(began)));
        }
        catch (Exception error) when (
            error is CacheStoreException || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return new HealthCheckResult(
                context.Registration.FailureStatus, "It does not answer; calls fail until it does.",
                data: DataOf("away", stores.Status, time.GetElapsedTime(began)));
        }
    }

    private static Dictionary<string, object> DataOf(string state, RedisStoresStatus status, TimeSpan took) => new(StringComparer.Ordinal)
    {
        ["state"] = state,
        ["server"] = status.Server,
        ["cluster"] = status.IsCluster,
        ["tells_changes"] = status.TellsChanges,
        ["seconds"] = took.TotalSeconds,
        ["records_in_memory"] = status.RecordsInMemory,
        ["entries_in_memory"] = status.EntriesInMemory,
        ["bytes_in_memory"] = status.BytesInMemory,
    };
}
