using System.Globalization;

namespace Wappa.Guide.Tests;

public class PizzaFlowTests
{
    // snippet: pizza-state
    public sealed record PizzaOrder(string Step, string? Size = null, decimal Total = 0)
    {
        public ImmutableArray<string> Toppings { get; init; } = [];

        public required DateTimeOffset CreatedAt { get; init; }
    }

    public sealed record PlacedOrder(string CustomerId, string Size, ImmutableArray<string> Toppings, decimal Total);
    // end

    // snippet: pizza-handler
    public sealed class PizzaOrderHandler(TimeProvider clock) : WappaEventHandler
    {
        private static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);
        private static readonly Dictionary<string, decimal> Prices = new()
        {
            ["small"] = 8.99m, ["medium"] = 12.99m, ["large"] = 15.99m,
        };

        public override async Task HandleMessageAsync(MessageWebhook webhook, CancellationToken ct)
        {
            var message = webhook.GetMessageText().Trim().ToLowerInvariant();
            var order = await StateCache.GetAsync<PizzaOrder>("pizza_order", ct);
            var answer = order?.Step switch
            {
                null => await StartAsync(ct),
                "size" => await ChooseSizeAsync(order, message, ct),
                "toppings" => await ChooseToppingsAsync(order, message, ct),
                _ => await ConfirmAsync(order, message, webhook, ct),
            };
            await Messenger.SendTextAsync(answer, webhook.User.UserId, ct);
        }

        private async Task<string> StartAsync(CancellationToken ct)
        {
            var order = new PizzaOrder("size") { CreatedAt = clock.GetUtcNow() };
            await StateCache.SetAsync("pizza_order", order, Patience, ct);
            return "🍕 What size pizza? (small/medium/large)";
        }

        private async Task<string> ChooseSizeAsync(PizzaOrder order, string message, CancellationToken ct)
        {
            if (!Prices.TryGetValue(message, out var price)) return "🍕 What size pizza? (small/medium/large)";
            order = order with { Step = "toppings", Size = message, Total = price };
            await StateCache.SetAsync("pizza_order", order, Patience, ct);
            return "🧀 What toppings? (pepperoni/mushrooms/cheese)";
        }

        private async Task<string> ChooseToppingsAsync(PizzaOrder order, string message, CancellationToken ct)
        {
            var toppings = message.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            if (toppings.Length == 0 || toppings.Any(one => one is not ("pepperoni" or "mushrooms" or "cheese")))
                return "🧀 What toppings? (pepperoni/mushrooms/cheese)";

            order = order with { Step = "confirm", Toppings = [.. toppings] };
            await StateCache.SetAsync("pizza_order", order, Patience, ct);
            return string.Create(CultureInfo.InvariantCulture, $"""
                📋 Order Summary:
                Size: {char.ToUpperInvariant(order.Size![0])}{order.Size[1..]}
                Toppings: {string.Join(", ", toppings)}
                Total: ${order.Total:0.00}

                Confirm? (yes/no)
                """);
        }

        private async Task<string> ConfirmAsync(
            PizzaOrder order, string message, MessageWebhook webhook, CancellationToken ct)
        {
            if (message is not ("yes" or "no")) return "Confirm? (yes/no)";
            if (message == "yes")
            {
                // The message's own id names the order: handled twice, it is still one order.
                var placed = new PlacedOrder(webhook.User.UserId, order.Size!, order.Toppings, order.Total);
                await TableCache.CreateIfAbsentAsync("orders", webhook.Message.Id, placed, cancellationToken: ct);
            }

            await StateCache.DeleteAsync("pizza_order", ct);
            return message == "yes" ? "✅ Order confirmed!" : "❌ Order cancelled.";
        }
    }
    // end

    [Fact]
    public async Task PizzaOrderHandler_WholeFlow_PlacesOneOrder()
    {
        await using var conversation = await Conversation.StartAsync<PizzaOrderHandler>();
        var (state, table) = (conversation.Caches.State, conversation.Caches.Table);

        (await conversation.SayAsync("hello")).ShouldBe(["🍕 What size pizza? (small/medium/large)"]);
        (await conversation.SayAsync("huge")).ShouldBe(["🍕 What size pizza? (small/medium/large)"]);
        (await conversation.SayAsync("Large")).ShouldBe(["🧀 What toppings? (pepperoni/mushrooms/cheese)"]);
        (await conversation.SayAsync("pepperoni, pineapple"))
            .ShouldBe(["🧀 What toppings? (pepperoni/mushrooms/cheese)"]);
        (await conversation.SayAsync("pepperoni, mushrooms")).ShouldBe(
            ["📋 Order Summary:\nSize: Large\nToppings: pepperoni, mushrooms\nTotal: $15.99\n\nConfirm? (yes/no)"]);
        (await state.GetFieldAsync<DateTimeOffset>("pizza_order", "created_at"))
            .ShouldBe(conversation.Clock.GetUtcNow());
        (await state.GetTtlAsync("pizza_order")).Remaining.ShouldBe(TimeSpan.FromMinutes(30));
        (await conversation.SayAsync("maybe")).ShouldBe(["Confirm? (yes/no)"]);
        (await conversation.SayAsync("yes")).ShouldBe(["✅ Order confirmed!"]);

        (await state.ExistsAsync("pizza_order")).ShouldBeFalse();
        var orders = await table.ListAsync<PlacedOrder>("orders").ToListAsync();
        var order = orders.ShouldHaveSingleItem().Value;
        (order.CustomerId, order.Size, order.Total).ShouldBe((UserPhone.UserId, "large", 15.99m));
        order.Toppings.ShouldBe(["pepperoni", "mushrooms"]);
    }

    [Fact]
    public async Task PizzaOrderHandler_NoOrSilence_EndsTheOrder()
    {
        await using var conversation = await Conversation.StartAsync<PizzaOrderHandler>();
        foreach (var text in new[] { "hello", "small", "cheese" }) await conversation.SayAsync(text);
        (await conversation.SayAsync("no")).ShouldBe(["❌ Order cancelled."]);

        await conversation.SayAsync("hello");
        conversation.Clock.Advance(TimeSpan.FromMinutes(30));
        (await conversation.SayAsync("small")).ShouldBe(["🍕 What size pizza? (small/medium/large)"]);
        (await conversation.Caches.Table.ListAsync<PlacedOrder>("orders").CountAsync()).ShouldBe(0);
    }
}
