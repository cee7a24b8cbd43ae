using Microsoft.Extensions.Diagnostics.HealthChecks;
using Wappa.Caching;
using Wappa.Inbox;

namespace Wappa.Hosting;

/// <summary>Whether the records can be read. A failing store makes the app degraded, not dead: restarting it would not
/// help.</summary>
internal sealed class CacheHealthCheck(IDocumentStore store, TimeProvider time) : IHealthCheck
{
    internal const string Name = "wappa-cache";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);
    private static readonly RecordKey Probe = RecordKey.Table("wappa-health", TableKey.Row("health", "probe"));

    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            // The store may ignore its token, so the wait is bounded as well.
            await store.GetTtlAsync(Probe, cancellationToken).AsTask()
                .WaitAsync(Timeout, time, cancellationToken).ConfigureAwait(false);
            return HealthCheckResult.Healthy();
        }
#pragma warning disable CA1031 // Whatever a store throws, also one that is not ours: the app lives and can say so.
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            return HealthCheckResult.Degraded();
        }
    }
}

/// <summary>Whether webhooks are being accepted.</summary>
internal sealed class InboxHealthCheck(WebhookInbox inbox) : IHealthCheck
{
    internal const string Name = "wappa-inbox";

    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(inbox.Refuses is not { } reason
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Degraded(data: new Dictionary<string, object> { [HealthEndpoints.Reason] = reason }));
}
