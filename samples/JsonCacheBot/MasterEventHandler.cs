using JsonCacheBot.Scores;
using Wappa;
using Wappa.Caching;

namespace JsonCacheBot;

/// <summary>Hands each message to every score that can handle it and sends one answer.</summary>
public sealed class MasterEventHandler(IEnumerable<IScore> scores) : WappaEventHandler
{
    private const string Apology = "🚨 Sorry, I could not remember that. Please try again.";

    public override async Task HandleMessageAsync(MessageWebhook webhook, CancellationToken ct)
    {
        var message = new IncomingMessage(webhook, StateCache, UserCache, TableCache);
        var answer = await AnswerAsync(message, ct);
        if (answer is not null) await Messenger.SendTextAsync(answer, webhook.User.UserId, ct);
    }

    // Later scores are more specific: "/STATS" gets the statistics, not "message received".
    private async Task<string?> AnswerAsync(IncomingMessage message, CancellationToken ct)
    {
        string? answer = null;
        try
        {
            foreach (var score in scores.Where(score => score.CanHandle(message)))
                answer = await score.ProcessAsync(message, ct) ?? answer;
        }
        catch (CacheStoreException error)
        {
            Log.StoreFailed(Logger, error);
            return Apology;
        }

        return answer;
    }
}

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Error, "The cache failed during a turn.")]
    internal static partial void StoreFailed(ILogger logger, Exception error);
}
