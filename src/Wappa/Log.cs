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

    [LoggerMessage(
        EventId = 4, Message = "The handler failed on a {Kind} (attempt {Attempt}): {Exception}: {Message}\n{Stack}")]
    internal static partial void TurnFailed(
        ILogger logger, LogLevel level, string kind, int attempt, string exception, string message, string stack);

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

    [LoggerMessage(10, LogLevel.Information, "Took up {Count} item(s) that an earlier process accepted and did not finish.")]
    internal static partial void ItemsRecovered(ILogger logger, int count);

    [LoggerMessage(11, LogLevel.Error,
        "A batch of accepted items cannot be read ({Exception}): something else has changed the record. It is left as it is.")]
    internal static partial void BatchUnreadable(ILogger logger, string exception);

    [LoggerMessage(12, LogLevel.Warning,
        "A record that a turn ({Kind}) relied on was changed by somebody else; attempt {Attempt} of {MaxAttempts} is repeated.")]
    internal static partial void TurnConflicted(ILogger logger, string kind, int attempt, int maxAttempts);

    [LoggerMessage(13, LogLevel.Warning, "A {Kind} was given up after {Attempts} attempt(s); it is among the dead letters.")]
    internal static partial void ItemParked(ILogger logger, string kind, int attempts);

    [LoggerMessage(14, LogLevel.Warning, "The store failed during a turn ({Kind}): {Exception}. The turn is run again.")]
    internal static partial void StoreFailed(ILogger logger, string kind, string exception);

    [LoggerMessage(15, LogLevel.Warning, "The store failed while a message was being sent: {Exception}.")]
    internal static partial void SenderFailed(ILogger logger, string exception);

    [LoggerMessage(16, LogLevel.Warning,
        "A message may have been sent: the answer was lost. It is not sent again unless its statuses say nothing and you do.")]
    internal static partial void MessageHeld(ILogger logger);

    [LoggerMessage(17, LogLevel.Warning,
        "A message could not be sent yet (code {Code}, attempt {Attempt}); it is tried again in {Pause}.")]
    internal static partial void MessageDelayed(ILogger logger, int code, int attempt, TimeSpan pause);

    [LoggerMessage(18, LogLevel.Error, "A message was refused and is not sent: {Summary}")]
    internal static partial void MessageRefused(ILogger logger, string summary);

    [LoggerMessage(19, LogLevel.Error, "The inbox cannot read what was accepted before ({Exception}); webhooks are refused until it can.")]
    internal static partial void InboxNotOpened(ILogger logger, string exception);

    [LoggerMessage(20, LogLevel.Error, "A webhook could not be stored: {Exception}.")]
    internal static partial void BatchNotStored(ILogger logger, string exception);

    [LoggerMessage(40, LogLevel.Information, "Runs {Taken} partition(s) of the inbox more: {Held} of {Count}.")]
    internal static partial void PartitionsTaken(ILogger logger, int taken, int held, int count);

    [LoggerMessage(41, LogLevel.Warning,
        "Partition {Partition} of the inbox was not held to the end of its lease in time; what waited is read again by its owner.")]
    internal static partial void PartitionLost(ILogger logger, int partition);

    [LoggerMessage(42, LogLevel.Error,
        "The leases of the inbox cannot be renewed ({Exception}); what waits is run when the store is back, or by another instance.")]
    internal static partial void PartitionsUnattended(ILogger logger, string exception);

    [LoggerMessage(43, LogLevel.Warning, "Accepted items cannot be read ({Exception}); they are looked for again every second.")]
    internal static partial void PullFailed(ILogger logger, string exception);

    [LoggerMessage(44, LogLevel.Warning,
        "The store carries no messages between instances ({Exception}); items wait up to a second longer. On Redis, allow SUBSCRIBE, " +
        "PUBLISH and the channel.")]
    internal static partial void SignalsMissing(ILogger logger, string exception);

    [LoggerMessage(45, LogLevel.Critical, "The app is stopped. {Problem}")]
    internal static partial void PartitionsDisagree(ILogger logger, string problem);

    [LoggerMessage(21, LogLevel.Error, "An observer of turns failed ({Exception}); the turn goes on.")]
    internal static partial void ObserverFailed(ILogger logger, string exception);

    [LoggerMessage(22, LogLevel.Error,
        "{Items} accepted item(s) and {Messages} message(s) are lost: the memory cache keeps nothing beyond this process. " +
        "WithJsonCache() and WithRedisCache() do.")]
    internal static partial void LostWithTheProcess(ILogger logger, int items, int messages);

    [LoggerMessage(30, LogLevel.Error,
        "Nobody knows whether a message was sent: its answer was lost and no status came for {HeldFor}. It is among the held messages.")]
    internal static partial void MessageUnsettled(ILogger logger, TimeSpan heldFor);

    [LoggerMessage(31, LogLevel.Error,
        "The mailbox of a user could not be read {Tries} time(s) and was set aside as their record wappa.mailbox.broken. Messages that " +
        "waited in it are not sent; what was delivered before may be handled again.")]
    internal static partial void MailboxSetAside(ILogger logger, int tries);

    [LoggerMessage(32, LogLevel.Error,
        "A part of what a user's mailbox remembers could not be read; what was delivered before may be handled again.")]
    internal static partial void SegmentUnreadable(ILogger logger);

    [LoggerMessage(33, LogLevel.Warning, "The timers that are due could not be read: {Exception}. They are read again.")]
    internal static partial void TimersFailed(ILogger logger, string exception);
}
