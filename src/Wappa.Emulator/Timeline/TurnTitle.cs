namespace Wappa.Emulator;

/// <summary>A turn in a few words.</summary>
internal static class TurnTitle
{
    private const int MaxLength = 80;

    internal static string Of(Webhook item)
    {
        var words = item switch
        {
            MessageWebhook { Message: TextMessage text } => text.Body,
            MessageWebhook { Message: ChoiceMessage choice } => choice.Title ?? choice.ChoiceId,
            MessageWebhook message => message.Message.Type,
            StatusWebhook status => status.Status.State,
            TimerWebhook timer => timer.Name,
            _ => item.Kind,
        };
        words = words.ReplaceLineEndings(" ").Trim();
        if (words.Length <= MaxLength) return words;
        // Never half of an emoji.
        var end = char.IsHighSurrogate(words[MaxLength - 1]) ? MaxLength - 1 : MaxLength;
        return string.Concat(words.AsSpan(0, end), "…");
    }
}
