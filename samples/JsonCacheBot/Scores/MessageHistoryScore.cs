using System.Globalization;
using JsonCacheBot.Models;
using Wappa.Caching;

namespace JsonCacheBot.Scores;

/// <summary>Logs every message, and shows the log on <c>/HISTORY</c>.</summary>
public sealed class MessageHistoryScore(TimeProvider time) : IScore
{
    internal const string Table = "msg_history";

    public bool CanHandle(IncomingMessage message) => true;

    public async Task<string?> ProcessAsync(IncomingMessage message, CancellationToken ct)
    {
        var (text, type) = (message.Text, message.Webhook.Message.Type);
        var at = message.Webhook.Timestamp ?? time.GetUtcNow();
        var log = await message.Table.UpdateAsync<MessageLog>(
            TableKey.Row(Table, message.UserId), known => (known ?? MessageLog.Empty).Add(text, type, at), cancellationToken: ct);
        return message.Command == "/HISTORY" ? Describe(log) : null;
    }

    private static string Describe(MessageLog log)
    {
        var lines = log.Messages.Select((message, index) => $"{index + 1:00}. {Line(message)}");
        var rest = log.Total > log.Messages.Length ? $"\n\n... showing last {log.Messages.Length} of {log.Total} messages" : "";
        return $"📚 Your Message History ({log.Total} total messages):\n\n{string.Join('\n', lines)}{rest}";
    }

    private static string Line(LoggedMessage message)
    {
        var at = message.Timestamp.UtcDateTime.ToString("MM/dd HH:mm", CultureInfo.InvariantCulture);
        var type = message.MessageType == "text" ? "" : $"[{message.MessageType}] ";
        var text = message.Message.ReplaceLineEndings(" ");
        return $"{at} {type}{(text.Length > 50 ? text[..50].TrimEnd() + "..." : text)}";
    }
}
