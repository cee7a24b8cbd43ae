namespace Wappa.Guide.Tests;

public class TableTests : HandlerView
{
    // snippet: table-product-type
    public sealed record Product(
        string Name, decimal Price, string Category, bool Available = true, ImmutableArray<string> Toppings = default);
    // end

    // snippet: table-order-type
    public sealed record Order(string CustomerId, ImmutableArray<OrderLine> Items, decimal Total)
    {
        public string Status { get; init; } = "pending";

        public string? EstimatedTime { get; init; }
    }

    public sealed record OrderLine(string Product, int Quantity);
    // end

    [Fact]
    public async Task SetAsync_TypedRow_IsReadAsTheType()
    {
        // snippet: table-set-typed
        var product = new Product("Large Pizza", 15.99m, "pizza", Toppings: ["cheese", "pepperoni", "mushrooms"]);
        await TableCache.SetAsync("products", "pizza_large", product);
        // end

        var webhook = Incoming;

        // snippet: table-get-typed
        if (await TableCache.GetAsync<Product>("products", "pizza_large") is { Available: true } found)
        {
            await Messenger.SendTextAsync($"🍕 {found.Name}: ${found.Price}", webhook.User.UserId);
        }
        // end

        Sent.ShouldBe(["🍕 Large Pizza: $15.99"]);
        (await TableCache.GetAsync<Product>("products", "pizza_large"))!.Toppings.ShouldBe(product.Toppings);
    }

    [Fact]
    public async Task SetAsync_Document_IsReadAsADocument()
    {
        // snippet: table-set-document
        await TableCache.SetAsync("products", "pizza_large", new
        {
            name = "Large Pizza",
            price = 15.99m,
            category = "pizza",
            available = true,
            toppings = new[] { "cheese", "pepperoni", "mushrooms" },
        });
        // end

        var webhook = Incoming;

        // snippet: table-get-document
        var found = await TableCache.GetAsync("products", "pizza_large");
        if (found?.GetField<bool>("available") == true)
        {
            var (name, price) = (found.GetField<string>("name"), found.GetField<decimal>("price"));
            await Messenger.SendTextAsync($"🍕 {name}: ${price}", webhook.User.UserId);
        }
        // end

        Sent.ShouldBe(["🍕 Large Pizza: $15.99"]);
    }

    [Fact]
    public async Task CreateIfAbsentAsync_RepeatedOrder_KeepsTheFirst()
    {
        // snippet: table-order
        var order = new Order("1234567890", [new("pizza_large", 2)], 31.98m)
        {
            Status = "preparing",
            EstimatedTime = "25 minutes",
        };
        var placed = await TableCache.CreateIfAbsentAsync("orders", "order_12345", order);
        // end

        placed.Written.ShouldBeTrue();

        // snippet: table-order-again
        var again = await TableCache.CreateIfAbsentAsync("orders", "order_12345", order with { Total = 0 });
        // again.Written is false, and again.Value is the order that was placed first
        // end

        again.Written.ShouldBeFalse();
        again.Outcome.ShouldBe(ChangeOutcome.Exists);
        again.Value!.Total.ShouldBe(31.98m);
        again.Revision.ShouldBe(placed.Revision);
        again.Value.Items.ShouldBe([new OrderLine("pizza_large", 2)]);
    }

    [Fact]
    public async Task ListAsync_Prefix_ListsTheRowsThatBeginWithIt()
    {
        await TableCache.SetAsync("products", "pizza_small", new Product("Small Pizza", 8.99m, "pizza"));
        await TableCache.SetAsync("products", "pizza_large", new Product("Large Pizza", 15.99m, "pizza"));
        await TableCache.SetAsync("products", "coke_can", new Product("Coke Can", 1.99m, "drinks"));

        // snippet: table-list
        var pizzas = new List<Product>();
        await foreach (var row in TableCache.ListAsync<Product>("products", prefix: "pizza_"))
        {
            pizzas.Add(row.Value); // row.Name is the record id, row.Revision and row.Ttl are there too
        }

        pizzas.Sort((a, b) => a.Price.CompareTo(b.Price)); // a listing comes in no particular order
        // end

        pizzas.Select(pizza => pizza.Name).ShouldBe(["Small Pizza", "Large Pizza"]);
    }

    [Fact]
    public async Task TableLevelRecord_Counters_AreNoRow()
    {
        // snippet: table-level
        var stats = TableKey.Table("stats");
        await TableCache.IncrementFieldAsync(stats, "messages_2025-01-15");
        await TableCache.IncrementFieldAsync(stats, "messages_2025-01-15");

        long messages = await TableCache.GetFieldAsync<long>(stats, "messages_2025-01-15");
        // end

        messages.ShouldBe(2);
        (await TableCache.ListAsync<CacheDocument>("stats").CountAsync()).ShouldBe(0);
        (await TableCache.DeleteAllAsync("stats")).ShouldBe(1);
    }

    [Fact]
    public async Task Rows_AnotherUserOfTheTenant_SeesThem()
    {
        await TableCache.SetAsync("products", "pizza_large", new Product("Large Pizza", 15.99m, "pizza"));

        (await Factory.ForUser("hotel123", "9876543210").Table.ExistsAsync("products", "pizza_large")).ShouldBeTrue();
        (await Factory.ForTenant("hotel123").Table.ExistsAsync("products", "pizza_large")).ShouldBeTrue();
        (await Factory.ForTenant("hotel456").Table.ExistsAsync("products", "pizza_large")).ShouldBeFalse();
    }
}
