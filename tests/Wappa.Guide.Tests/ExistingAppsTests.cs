using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;

namespace Wappa.Guide.Tests;

public class ExistingAppsTests
{
    [Fact]
    public async Task AddWappaDistributedCache_InAnExistingApp_TakesTheFormerOnesPlace()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Path;
        var services = new ServiceCollection();
        services.AddDistributedMemoryCache();

        // snippet: existing-distributed
        services.AddWappaCaching(caching => caching.UseJson(path)); // or UseMemory()
        services.AddWappaDistributedCache();
        services.AddSession(options => options.IdleTimeout = TimeSpan.FromMinutes(20));
        // end

        await using var app = services.BuildServiceProvider();
        var sessions = app.GetServices<IDistributedCache>().ShouldHaveSingleItem();

        // snippet: existing-distributed-use
        await sessions.SetStringAsync("visitor:4711", "hello", new DistributedCacheEntryOptions
        {
            SlidingExpiration = TimeSpan.FromMinutes(20),
            AbsoluteExpirationRelativeToNow = TimeSpan.FromHours(8),
        });
        string? greeting = await sessions.GetStringAsync("visitor:4711"); // 20 more minutes, until the 8 hours are over
        // end

        greeting.ShouldBe("hello");
        app.GetRequiredService<ICacheStore>().Backend.ShouldBe("json");
    }

    [Fact]
    public async Task AddWappaHybridCache_InAnExistingApp_Works()
    {
        var services = new ServiceCollection();

        // snippet: existing-hybrid
        services.AddWappaCaching(caching => caching.UseMemory());
        services.AddWappaHybridCache(options => options.Policy = options.Policy with
        {
            Ttl = TimeSpan.FromMinutes(10),          // default: 5 minutes
            StaleIfError = TimeSpan.FromHours(1),    // what HybridCache has no option for
            HardTimeout = TimeSpan.FromSeconds(10),  // default: 30 seconds
        });
        // end

        await using var app = services.BuildServiceProvider();
        var cache = app.GetRequiredService<HybridCache>();
        var db = new Catalog();

        // snippet: existing-hybrid-use
        var product = await cache.GetOrCreateAsync(
            "product:pizza_large", db, static (db, token) => db.FindAsync("pizza_large", token), tags: ["products"]);
        await cache.RemoveByTagAsync("products"); // on every node; a load that runs meanwhile is not stored
        // end

        product.Name.ShouldBe("Large Pizza");
        (await app.GetRequiredService<ICacheStore>().GetAsync("hybrid:v1:product:pizza_large")).ShouldBeNull();
    }

    [Fact]
    public async Task AddKeyed_InAnExistingApp_AreCachesOfTheirOwn()
    {
        var services = new ServiceCollection();

        // snippet: existing-keyed
        services.AddKeyedWappaHybridCache("orders", ns: "orders", CacheEntryPolicy.Default with { Ttl = TimeSpan.FromMinutes(1) });
        services.AddKeyedWappaDistributedCache("tokens", ns: "tokens");
        // end

        await using var app = services.BuildServiceProvider();
        await app.GetRequiredKeyedService<HybridCache>("orders").SetAsync("1", 15.99m);
        await app.GetRequiredKeyedService<IDistributedCache>("tokens").SetStringAsync("1", "t");
        var manager = app.GetRequiredService<CacheManager>();
        (await manager.ClearNamespaceAsync("orders")).ShouldBe(1);
        (await manager.ClearNamespaceAsync("tokens")).ShouldBe(1);
    }

    private sealed record Product(string Name, decimal Price);

    private sealed class Catalog
    {
        internal ValueTask<Product> FindAsync(string id, CancellationToken token)
        {
            token.ThrowIfCancellationRequested();
            return ValueTask.FromResult(new Product(id == "pizza_large" ? "Large Pizza" : id, 15.99m));
        }
    }
}
