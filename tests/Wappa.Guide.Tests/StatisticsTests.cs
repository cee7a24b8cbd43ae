using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Wappa.Guide.Tests;

public class StatisticsTests
{
    [Fact]
    public async Task Manager_OfAnApp_TellsHealthAndStatisticsAndClears()
    {
        var services = new ServiceCollection().AddLogging();
        services.AddWappaCaching(caching => caching.UseMemory());

        // snippet: statistics-health
        services.AddHealthChecks().AddWappaCache();
        // end

        await using var app = services.BuildServiceProvider();
        var manager = app.GetRequiredService<CacheManager>();
        var store = app.GetRequiredService<ICacheStore>();
        await store.SetAsync(CacheKeyBuilder.Build("chat", "conversation", 123), new CacheEntry("1"u8.ToArray()) { Tags = ["user:7"] });
        await store.GetAsync("chat:v1:conversation:123");

        // snippet: statistics-manager
        bool works = await manager.HealthCheckAsync();
        CacheStoreStatistics stats = await manager.GetStatsAsync();
        Console.WriteLine($"{stats.Backend}: {stats.Hits} hits, {stats.Misses} misses, {stats.Entries} entries, {stats.HitRate:P0}");
        manager.ResetStats();
        // end

        works.ShouldBeTrue();
        (stats.Backend, stats.Hits, stats.Misses, stats.Entries, stats.HitRate).ShouldBe(("memory", 1, 0, 1, 1.0));
        (await manager.GetStatsAsync()).Hits.ShouldBe(0);

        // snippet: statistics-clear
        long cleared = await manager.ClearNamespaceAsync("chat"); // chat:v1:…, chat:v2:…, and never chat2:…
        await manager.InvalidateTagAsync("user:7");
        // end

        cleared.ShouldBe(1);
        (await app.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Status.ShouldBe(HealthStatus.Healthy);
    }
}
