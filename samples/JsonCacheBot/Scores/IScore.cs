using Wappa;
using Wappa.Caching;

namespace JsonCacheBot.Scores;

/// <summary>One responsibility of the bot.</summary>
public interface IScore
{
    /// <summary>Whether the message concerns it.</summary>
    bool CanHandle(IncomingMessage message);

    /// <summary>Does its part.</summary>
    /// <returns>What to answer; null: nothing.</returns>
    Task<string?> ProcessAsync(IncomingMessage message, CancellationToken ct);
}

/// <summary>A message, and the caches of the user who wrote it.</summary>
public sealed record IncomingMessage(MessageWebhook Webhook, IStateCache State, IUserCache User, ITableCache Table)
{
    public string UserId => Webhook.User.UserId;

    /// <summary>As typed; empty for a picture.</summary>
    public string Text { get; } = Webhook.GetMessageText().Trim();

    /// <summary>The first word in capitals if it begins with a slash, such as <c>/WAPPA</c>; else empty.</summary>
    public string Command => Text is ['/', ..] ? Text.Split((char[]?)null, 2)[0].ToUpperInvariant() : "";
}
