using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Wappa.Caching.Administration;

/// <summary><see cref="CacheManager.HealthCheckAsync"/> as a health check.</summary>
internal sealed class EntryHealthCheck(CacheManager manager, TimeSpan? timeLimit) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        await manager.HealthCheckAsync(timeLimit, cancellationToken).ConfigureAwait(false)
            ? HealthCheckResult.Healthy("Entries are written, read and removed.")
            : new HealthCheckResult(context.Registration.FailureStatus, "Entries cannot be written, read and removed in time.");
}
