using Microsoft.Extensions.Logging;

namespace Wappa;

/// <summary>Every line this package logs. None has a parameter that could name a person: no user id, number, text or
/// key.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Warning, "Refused a webhook with status {Status}: {Reason}.")]
    internal static partial void WebhookRefused(ILogger logger, int status, string reason);

    [LoggerMessage(2, LogLevel.Warning, "Ignored {Count} item(s) of a webhook that cannot be used: {Reasons}.")]
    internal static partial void ItemsIgnored(ILogger logger, int count, Webhooks.IgnoredReasons reasons);

    [LoggerMessage(3, LogLevel.Debug, "Dropped {Count} item(s) that were delivered before.")]
    internal static partial void DuplicatesDropped(ILogger logger, int count);

    [LoggerMessage(4, LogLevel.Error, "The handler failed on a {Kind}: {Exception}: {Message}\n{Stack}")]
    internal static partial void TurnFailed(
        ILogger logger, string kind, string exception, string message, string stack);

    [LoggerMessage(5, LogLevel.Trace, "The failure in full. This level may name people: use it on test data only.")]
    internal static partial void TurnFailureDetails(ILogger logger, Exception error);

    [LoggerMessage(6, LogLevel.Warning, "A turn ({Kind}) was cancelled because the app shuts down.")]
    internal static partial void TurnCancelled(ILogger logger, string kind);

    [LoggerMessage(7, LogLevel.Error, "WhatsApp reports error {Code}.")]
    internal static partial void PlatformError(ILogger logger, int code);

    [LoggerMessage(8, LogLevel.Error,
        "{Count} accepted item(s) were not handled when the shutdown deadline of {Timeout} passed.")]
    internal static partial void DrainIncomplete(ILogger logger, int count, TimeSpan timeout);

    [LoggerMessage(9, LogLevel.Warning,
        "Webhook signatures are not checked: no webhook secret is configured. Anyone who can reach this app can write " +
        "to the bot. Set WHATSAPP_WEBHOOK_SECRET; outside Development it is required.")]
    internal static partial void SignaturesUnchecked(ILogger logger);
}
