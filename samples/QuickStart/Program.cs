// snippet: quick-start
using Wappa;

var app = new WappaBuilder(args)
    .WithConfiguredCache("json") // files under cache/; --cache memory forgets at a restart
    .WithHandler<PizzaOrderHandler>()
    .WithEmulator() // in Development, without credentials: a chat in the browser
    .Build();
await app.RunAsync();

internal sealed record PizzaOrder(string Step = "start");

internal sealed class PizzaOrderHandler : WappaEventHandler
{
    public override async Task HandleMessageAsync(MessageWebhook webhook, CancellationToken ct)
    {
        var order = await StateCache.GetAsync<PizzaOrder>("pizza_order", ct) ?? new PizzaOrder();
        var (next, answer) = order.Step switch
        {
            "start" => (order with { Step = "size" }, "🍕 What size pizza? (small/medium/large)"),
            _ => (new PizzaOrder(), $"📋 One {webhook.GetMessageText()} pizza, coming up!"),
        };
        await StateCache.SetAsync("pizza_order", next, ttl: TimeSpan.FromMinutes(30), ct);
        await UserCache.IncrementFieldAsync("stats", "message_count", cancellationToken: ct);
        await Messenger.SendTextAsync(answer, webhook.User.UserId, ct);
    }
}
// end
