using System.Security.Cryptography;
using System.Text;
using Wappa;
using Wappa.Caching;

namespace PizzaBot;

/// <summary>Takes a pizza order in four questions and remembers where each customer stands.</summary>
public sealed class PizzaOrderHandler(TimeProvider time) : WappaEventHandler
{
    private const string State = "pizza_order";
    private const string AskSize = "🍕 What size pizza? (small/medium/large)";
    private const string AskToppings = "🧀 What toppings? (pepperoni/mushrooms/cheese)";
    private static readonly TimeSpan StateTtl = TimeSpan.FromMinutes(30);

    public override async Task HandleMessageAsync(MessageWebhook webhook, CancellationToken ct)
    {
        await RememberAsync(webhook.User, ct);
        if (webhook.Message is not TextMessage) return; // a reaction or a picture answers no question
        var answer = await AnswerAsync(webhook, webhook.GetMessageText().Trim().ToLowerInvariant(), ct);
        await Messenger.SendTextAsync(answer, webhook.User.UserId, ct);
    }

    private async Task<string> AnswerAsync(MessageWebhook webhook, string text, CancellationToken ct)
    {
        if (text == "menu") return await Menu.DescribeAsync(TableCache, ct);
        var order = await StateCache.GetAsync<PizzaOrder>(State, ct);
        return order?.Step switch
        {
            null or OrderSteps.Start => await KeepAsync(PizzaOrder.New, AskSize, ct),
            OrderSteps.Size => await ChooseSizeAsync(order, text, ct),
            OrderSteps.Toppings => await ChooseToppingsAsync(order, text, ct),
            _ => await ConfirmAsync(order, text, webhook, ct),
        };
    }

    private async Task<string> ChooseSizeAsync(PizzaOrder order, string text, CancellationToken ct) =>
        Menu.Sizes.Contains(text)
            ? await KeepAsync(order with { Step = OrderSteps.Toppings, Size = text }, AskToppings, ct)
            : AskSize;

    private async Task<string> ChooseToppingsAsync(PizzaOrder order, string text, CancellationToken ct)
    {
        var named = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct().ToArray();
        if (named.Length == 0 || named.Except(Menu.Toppings).Any()) return AskToppings;
        var next = order with
        {
            Step = OrderSteps.Confirm,
            Toppings = [.. named],
            Total = await Menu.PriceAsync(TableCache, order.Size!, ct),
        };
        return await KeepAsync(next, Summary(next), ct);
    }

    private async Task<string> ConfirmAsync(PizzaOrder order, string text, MessageWebhook webhook, CancellationToken ct)
    {
        if (text is not ("yes" or "no")) return Summary(order);
        var answer = "❌ Order cancelled.";
        if (text == "yes")
        {
            var number = OrderNumber(webhook.Message.Id);
            var placed = new PlacedOrder(
                webhook.User.UserId, $"pizza_{order.Size}", order.Toppings, order.Total, "preparing", "25 minutes", time.GetUtcNow());

            // Rows act at once, and a turn may run twice. The id comes from the message, so the second run finds the row.
            await TableCache.CreateIfAbsentAsync("orders", number, placed, cancellationToken: ct);
            answer = $"✅ Order confirmed! Your order number is {number}. Estimated time: {placed.EstimatedTime}";
        }

        await StateCache.DeleteAsync(State, ct);
        return answer;
    }

    private async Task<string> KeepAsync(PizzaOrder order, string answer, CancellationToken ct)
    {
        await StateCache.SetAsync(State, order, StateTtl, ct);
        return answer;
    }

    private async Task RememberAsync(WebhookUser user, CancellationToken ct)
    {
        await UserCache.IncrementFieldAsync<UserStats>("stats", stats => stats.MessageCount, cancellationToken: ct);
        var seen = new Dictionary<string, object?> { ["last_seen"] = time.GetUtcNow() };
        if (user.Name is not null) seen["name"] = user.Name;
        if (user.PhoneNumber is not null) seen["phone"] = user.PhoneNumber;
        await UserCache.SetFieldsAsync("profile", seen, cancellationToken: ct); // what else the profile holds stays
    }

    private static string Summary(PizzaOrder order) =>
        $"📋 Order Summary:\nSize: {char.ToUpperInvariant(order.Size![0])}{order.Size[1..]}\n" +
        $"Toppings: {string.Join(", ", order.Toppings)}\nTotal: {Menu.Dollars(order.Total)}\n\nConfirm? (yes/no)";

    // 64 bits of a hash: short enough to copy, and no two messages of a shop's lifetime share it.
    private static string OrderNumber(string messageId) =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(messageId)), 0, 8);
}
