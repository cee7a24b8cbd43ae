using Microsoft.Extensions.Diagnostics.HealthChecks;
using Wappa.Caching;
using Wappa.Caching.Administration;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>The health of the cache among the app's health checks.</summary>
public static class WappaCacheHealthExtensions
{
    /// <summary>The name of the check unless another is given.</summary>
    public const string DefaultName = "wappa-cache-entries";

    /// <summary>Adds a check that writes, reads and removes an entry of its own, on whichever backend the app has. A cache that fails
    /// makes the app degraded, not dead.</summary>
    /// <param name="builder">The app's health checks.</param>
    /// <param name="name">The check's name.</param>
    /// <param name="timeLimit">How long it may take, above zero. Default: 2 seconds.</param>
    /// <param name="failureStatus">What a failing cache makes of the app. Default: degraded.</param>
    /// <param name="tags">Default: <see cref="CachingHealth.ReadyTag"/>, by which <c>/health/ready</c> of a bot asks it.</param>
    /// <returns>The same health checks.</returns>
    public static IHealthChecksBuilder AddWappaCache(
        this IHealthChecksBuilder builder, string name = DefaultName, TimeSpan? timeLimit = null,
        HealthStatus failureStatus = HealthStatus.Degraded, IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (timeLimit is { } limit) ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(limit, TimeSpan.Zero, nameof(timeLimit));
        builder.Services.AddWappaCaching();
        return builder.Add(new HealthCheckRegistration(
            name, provider => new EntryHealthCheck(provider.GetRequiredService<CacheManager>(), timeLimit), failureStatus,
            tags ?? [CachingHealth.ReadyTag]));
    }
}
