namespace Wappa.EndToEnd.Child;

/// <summary>Counts a user's messages, keeps their texts in order, and answers each with its number.</summary>
internal sealed class CountingHandler : WappaEventHandler
{
    public override async Task HandleMessageAsync(MessageWebhook webhook, CancellationToken ct)
    {
        var text = webhook.GetMessageText();
        var count = await UserCache.IncrementFieldAsync("stats", "message_count", cancellationToken: ct);
        await StateCache.AppendToListAsync("log", "texts", text, cancellationToken: ct);
        await Messenger.SendTextAsync($"{count} {text}", webhook.User.UserId, ct);
    }
}
