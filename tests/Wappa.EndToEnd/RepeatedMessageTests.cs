using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Json;
using PizzaBot;

namespace Wappa.EndToEnd;

/// <summary>WhatsApp delivers at least once; an order is placed once.</summary>
public class RepeatedMessageTests
{
    private const string MessageId = "wamid.the-one-that-confirms";
    private static readonly PizzaOrder Confirming = new(OrderSteps.Confirm, "large", ImmutableArray.Create("cheese"), 15.99m);

    [Fact]
    public async Task Yes_DeliveredTwiceAtOnce_IsAnsweredOnce()
    {
        await using var bot = await RunningBot.StartAsync();
        await bot.User.State.SetAsync("pizza_order", Confirming);

        await PostAsync(bot, Text(MessageId, "yes"));
        await PostAsync(bot, Text(MessageId, "yes"));

        (await bot.NextAnswerAsync()).ShouldContain("Order confirmed");
        (await bot.SayAsync("hello")).ShouldContain("What size");
        (await bot.User.User.GetFieldAsync<long>("stats", "message_count")).ShouldBe(2);
    }

    [Fact]
    public async Task Yes_RepeatedAfterItWasForgottenAsSeen_FindsTheSameOrder()
    {
        await using var bot = await RunningBot.StartAsync("--Wappa:Inbox:DuplicateCapacity", "256");
        await bot.User.State.SetAsync("pizza_order", Confirming);
        await PostAsync(bot, Text(MessageId, "yes"));
        var first = await bot.NextAnswerAsync();

        await PostAsync(bot, Statuses(600)); // more items of the same user than are remembered
        await bot.User.State.SetAsync("pizza_order", Confirming);
        await PostAsync(bot, Text(MessageId, "yes"));

        (await bot.NextAnswerAsync()).ShouldBe(first);
        var orders = 0;
        await foreach (var _ in bot.User.Table.ListAsync<PlacedOrder>("orders")) orders++;
        orders.ShouldBe(1);
    }

    private static async Task PostAsync(RunningBot bot, object value)
    {
        var envelope = new
        {
            @object = "whatsapp_business_account",
            entry = new[] { new { id = "1", changes = new[] { new { field = "messages", value } } } },
        };
        using var answer = await bot.Http.PostAsJsonAsync("/webhook/whatsapp", envelope);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private static object Text(string id, string body) => new
    {
        metadata = new { phone_number_id = "100000000000002" },
        messages = new[] { new { id, from = RunningBot.Phone, timestamp = "1789000000", type = "text", text = new { body } } },
    };

    private static object Statuses(int count) => new
    {
        metadata = new { phone_number_id = "100000000000002" },
        statuses = Enumerable.Range(0, count)
            .Select(i => new { id = $"wamid.{i}", status = "delivered", recipient_id = RunningBot.Phone, timestamp = "1789000000" }),
    };
}
