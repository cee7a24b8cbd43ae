using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Wappa.Caching.Json.Hosting;

/// <summary>How the stores of records and entries are, with counts and bytes beside it; no path and no key. It asks the
/// stores and not the disk, so it costs nothing and cannot hang.</summary>
internal sealed class JsonHealthCheck(JsonStores stores) : IHealthCheck
{
    internal const string Name = "wappa-cache-json";

    /// <summary>What a failed store makes of the app. Reads go on and a restart does not help, so it is not unhealthy.</summary>
    internal const HealthStatus WorstStatus = HealthStatus.Degraded;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        JsonStoreStatus?[] open = [stores.Documents?.Status, stores.Entries?.Status];
        var statuses = open.OfType<JsonStoreStatus>().ToArray();
        if (statuses.Length == 0) return Task.FromResult(HealthCheckResult.Healthy("The JSON cache is not in use."));
        var worst = statuses.Max(status => status.State);
        var (health, description) = worst switch
        {
            JsonStoreState.Healthy => (HealthStatus.Healthy, "It reads and writes."),
            JsonStoreState.Degraded => (HealthStatus.Degraded, "It reads and writes; something was damaged, or the files lag behind."),
            _ => (context.Registration.FailureStatus, "It reads; writes fail until the disk works again."),
        };
        return Task.FromResult(new HealthCheckResult(health, description, data: DataOf(worst, statuses)));
    }

    private static Dictionary<string, object> DataOf(JsonStoreState worst, JsonStoreStatus[] statuses) => new(StringComparer.Ordinal)
    {
        ["state"] = worst switch
        {
            JsonStoreState.Healthy => "healthy",
            JsonStoreState.Degraded => "degraded",
            _ => "failed",
        },
        ["journal_bytes"] = statuses.Sum(status => status.JournalBytes),
        ["cached_bytes"] = statuses.Sum(status => status.CachedBytes),
        ["records_behind"] = statuses.Sum(status => status.RecordsBehind),
        ["files_lag_seconds"] = statuses.Max(status => status.FilesLag.TotalSeconds),
        ["quarantined"] = statuses.Sum(status => status.Quarantined),
        ["healed"] = statuses.Sum(status => status.Healed),
    };
}
