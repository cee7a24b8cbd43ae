namespace Wappa.Guide.Tests;

public class PerformanceTests : HandlerView
{
    public sealed record Product(string Name, decimal Price, string Category, bool Available = true);

    [Fact]
    public async Task SetManyAsync_Products_AreOneRoundTrip()
    {
        // snippet: performance-set-many
        var products = new Dictionary<string, Product>
        {
            ["pizza_small"] = new("Small Pizza", 8.99m, "pizza"),
            ["pizza_large"] = new("Large Pizza", 15.99m, "pizza"),
            ["coke_can"] = new("Coke Can", 1.99m, "drinks"),
        };
        IReadOnlyList<bool> stored = await TableCache.SetManyAsync(
            products.Select(product => KeyValuePair.Create(TableKey.Row("products", product.Key), product.Value)),
            ttl: TimeSpan.FromHours(24));
        // end

        stored.ShouldBe([true, true, true]);

        // snippet: performance-get-many
        TableKey[] wanted = [TableKey.Row("products", "pizza_large"), TableKey.Row("products", "pizza_huge")];
        IReadOnlyList<CacheResult<Product>> found = await TableCache.GetManyAsync<Product>(wanted);
        var known = found.Where(one => one.IsHit).Select(one => one.Value!.Name); // one answer per key, in order

        IReadOnlyList<bool> deleted = await TableCache.DeleteManyAsync(wanted);
        // end

        known.ShouldBe(["Large Pizza"]);
        found.Select(one => one.IsHit).ShouldBe([true, false]);
        deleted.ShouldBe([true, false]);
    }

    [Fact]
    public async Task SetFieldAsync_PartOfARecord_LeavesTheRest()
    {
        var clock = Clock;
        await UserCache.SetAsync("profile", new { name = "Sarah" });
        await TableCache.SetAsync("products", "pizza_large", new Product("Large Pizza", 15.99m, "pizza"));

        // snippet: performance-fields
        await UserCache.SetFieldAsync("profile", "last_seen", clock.GetUtcNow());            // no read, no full write
        await TableCache.SetFieldAsync("products", "pizza_large", "available", false);       // off the menu
        bool available = await TableCache.GetFieldAsync<bool>("products", "pizza_large", "available");
        // end

        available.ShouldBeFalse();
        (await UserCache.GetFieldAsync<DateTimeOffset>("profile", "last_seen")).ShouldBe(clock.GetUtcNow());
        (await TableCache.GetAsync<Product>("products", "pizza_large"))!.Price.ShouldBe(15.99m);
    }
}
