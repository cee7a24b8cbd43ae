using ChatFeedApi.Data;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Wappa.Caching;

namespace ChatFeedApi.Hosting;

/// <summary><c>/health</c> says that the process answers, <c>/health/ready</c> how well it can work. A cache or a database that is away
/// makes the app degraded, not dead: restarting it would not help. No secrets in either.</summary>
internal static class Health
{
    internal static void MapHealth(this WebApplication app)
    {
        app.MapHealthChecks("/health", Page(static _ => false));
        app.MapHealthChecks("/health/ready", Page(static check => check.Tags.Contains(CachingHealth.ReadyTag)));
    }

    internal static IHealthChecksBuilder AddDatabase(this IHealthChecksBuilder checks) => checks.AddCheck<DatabaseCheck>(
        "database", HealthStatus.Degraded, [CachingHealth.ReadyTag], timeout: TimeSpan.FromSeconds(2));

    private static HealthCheckOptions Page(Func<HealthCheckRegistration, bool> checks) => new()
    {
        Predicate = checks,
        ResponseWriter = static (context, report) => context.Response.WriteAsJsonAsync(
            new
            {
                Status = Name(report.Status),
                Checks = report.Entries.ToDictionary(check => check.Key, check => Name(check.Value.Status)),
            },
            context.RequestAborted),
    };

    private static string Name(HealthStatus status) => status.ToString().ToLowerInvariant();

    private sealed class DatabaseCheck(Database database) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            await database.ExecuteAsync($"SELECT 1", cancellationToken); // what it throws is the check's failure
            return HealthCheckResult.Healthy();
        }
    }
}
