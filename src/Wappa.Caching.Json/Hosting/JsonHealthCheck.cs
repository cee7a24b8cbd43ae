using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Wappa.Caching.Json.Hosting;

/// <summary>How the store of records is, with counts and bytes beside it; no path and no key. It asks the store and not the
/// disk, so it costs nothing and cannot hang.</summary>
internal sealed class JsonHealthCheck(JsonStores stores) : IHealthCheck
{
    internal const string Name = "wappa-cache-json";

    /// <summary>What a failed store makes of the app. Reads go on and a restart does not help, so it is not unhealthy.</summary>
    internal const HealthStatus WorstStatus = HealthStatus.Degraded;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (stores.Documents is not { } store) return Task.FromResult(HealthCheckResult.Healthy("The JSON cache is not in use."));
        var status = store.Status;
        var (health, description) = status.State switch
        {
            JsonStoreState.Healthy => (HealthStatus.Healthy, "It reads and writes."),
            JsonStoreState.Degraded => (HealthStatus.Degraded, "It reads and writes; something was damaged, or the files lag behind."),
            _ => (context.Registration.FailureStatus, "It reads; writes fail until the disk works again."),
        };
        return Task.FromResult(new HealthCheckResult(health, description, data: DataOf(status)));
    }

    private static Dictionary<string, object> DataOf(JsonStoreStatus status) => new(StringComparer.Ordinal)
    {
        ["state"] = status.State switch
        {
            JsonStoreState.Healthy => "healthy",
            JsonStoreState.Degraded => "degraded",
            _ => "failed",
        },
        ["journal_bytes"] = status.JournalBytes,
        ["cached_bytes"] = status.CachedBytes,
        ["records_behind"] = status.RecordsBehind,
        ["files_lag_seconds"] = status.FilesLag.TotalSeconds,
        ["quarantined"] = status.Quarantined,
        ["healed"] = status.Healed,
    };
}
