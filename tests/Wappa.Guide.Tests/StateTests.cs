namespace Wappa.Guide.Tests;

public class StateTests : HandlerView
{
    // snippet: state-type
    public sealed record PizzaOrder(
        string Step = "start", string? Size = null, ImmutableArray<string> Toppings = default, decimal Total = 0)
    {
        public DateTimeOffset? CreatedAt { get; init; }
    }
    // end

    [Fact]
    public async Task SetAsync_TypedState_IsReadAsTheType()
    {
        var (webhook, now) = (Incoming, Clock.GetUtcNow());

        // snippet: state-set-typed
        var order = new PizzaOrder("toppings", "large", ["pepperoni", "mushrooms"], 15.99m) { CreatedAt = now };
        await StateCache.SetAsync("pizza_order", order, ttl: TimeSpan.FromMinutes(30));
        // end

        // snippet: state-get-typed
        var stored = await StateCache.GetAsync<PizzaOrder>("pizza_order");
        if (stored is { Step: "toppings" })
        {
            await Messenger.SendTextAsync("Add more toppings or type 'done'", webhook.User.UserId);
        }
        // end

        // snippet: state-change
        var more = stored! with { Toppings = [.. stored.Toppings, "cheese"] };
        await StateCache.SetAsync("pizza_order", more, ttl: TimeSpan.FromMinutes(30));
        // end

        Sent.ShouldBe(["Add more toppings or type 'done'"]);

        var changed = await StateCache.GetAsync<PizzaOrder>("pizza_order");
        changed.ShouldNotBeNull();
        changed.Toppings.ShouldBe(["pepperoni", "mushrooms", "cheese"]);
        (changed with { Toppings = default }).ShouldBe(order with { Toppings = default });
        (await StateCache.GetTtlAsync("pizza_order")).Remaining.ShouldBe(TimeSpan.FromMinutes(30));
    }

    [Fact]
    public async Task SetAsync_Document_IsReadAsADocument()
    {
        // snippet: state-set-document
        await StateCache.SetAsync("pizza_order", new
        {
            step = "toppings",
            size = "large",
            toppings = new[] { "pepperoni", "mushrooms" },
            total = 15.99m,
        });
        // end

        var webhook = Incoming;

        // snippet: state-get-document
        CacheDocument? order = await StateCache.GetAsync("pizza_order");
        if (order?.GetField<string>("step") == "toppings")
        {
            await Messenger.SendTextAsync("Add more toppings or type 'done'", webhook.User.UserId);
        }
        // end

        Sent.ShouldBe(["Add more toppings or type 'done'"]);
        order!.ToString()
            .ShouldBe("""{"step":"toppings","size":"large","toppings":["pepperoni","mushrooms"],"total":15.99}""");
        (await StateCache.GetAsync<PizzaOrder>("pizza_order"))!.Total.ShouldBe(15.99m);
    }

    [Fact]
    public async Task SetAsync_SupportTicket_KeepsItsNull()
    {
        // snippet: state-support-ticket
        await StateCache.SetAsync("support_ticket", new
        {
            ticket_id = "T123",
            category = "billing",
            status = "open",
            agent_assigned = (string?)null,
        });

        var agent = await StateCache.TryGetFieldAsync<string>("support_ticket", "agent_assigned");
        var waiting = agent.IsHit && agent.Value is null; // the field is there and nobody has the ticket yet
        // end

        waiting.ShouldBeTrue();
        (await StateCache.TryGetFieldAsync<string>("support_ticket", "agent")).IsHit.ShouldBeFalse();
        (await StateCache.GetFieldAsync<string>("support_ticket", "ticket_id")).ShouldBe("T123");
    }

    [Fact]
    public async Task ListAsync_StatesOfTheUser_NamesEachFlow()
    {
        await StateCache.SetAsync("pizza_order", new PizzaOrder("size"));
        await StateCache.SetAsync("support_ticket", new { step = "category" });

        // snippet: state-list-delete
        var open = new List<string>();
        await foreach (var state in StateCache.ListAsync<CacheDocument>())
        {
            open.Add($"{state.Name} is at '{state.Value.GetField<string>("step")}'");
        }

        bool wasThere = await StateCache.DeleteAsync("pizza_order"); // one flow has ended
        long ended = await StateCache.DeleteAllAsync();              // the user starts over
        // end

        open.Order().ShouldBe(["pizza_order is at 'size'", "support_ticket is at 'category'"]);
        wasThere.ShouldBeTrue();
        ended.ShouldBe(1);
    }

    [Fact]
    public async Task StateCache_AnotherUserOrTenant_SeesNothing()
    {
        await StateCache.SetAsync("pizza_order", new PizzaOrder("size"));

        (await Factory.ForUser("hotel123", "9876543210").State.ExistsAsync("pizza_order")).ShouldBeFalse();
        (await Factory.ForUser("hotel456", "1234567890").State.ExistsAsync("pizza_order")).ShouldBeFalse();
    }
}
