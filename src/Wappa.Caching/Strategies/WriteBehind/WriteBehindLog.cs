using Microsoft.Extensions.Logging;

namespace Wappa.Caching.WriteBehind;

/// <summary>What write-behind queues log. Never a key or a value.</summary>
internal static partial class WriteBehindLog
{
    [LoggerMessage(40, LogLevel.Warning, "{Count} values of cache {Cache} could not be written to the database; they are tried again.")]
    internal static partial void BatchFailed(ILogger logger, Exception error, string cache, int count);

    [LoggerMessage(41, LogLevel.Error, "A value of cache {Cache} is a dead letter after {Attempts} attempts: {Reason}.")]
    internal static partial void GivenUp(ILogger logger, string cache, int attempts, string reason);

    [LoggerMessage(42, LogLevel.Error, "The journal of the write-behind queue of cache {Cache} fails; the queue waits for it.")]
    internal static partial void JournalFailed(ILogger logger, Exception error, string cache);

    [LoggerMessage(43, LogLevel.Information, "{Count} values of cache {Cache} were found in the journal and are written now.")]
    internal static partial void Adopted(ILogger logger, string cache, int count);

    [LoggerMessage(44, LogLevel.Error,
        "The write-behind queue of cache {Cache} was stopped with {Count} values left. They are in its journal: {Journalled}.")]
    internal static partial void Left(ILogger logger, string cache, int count, bool journalled);

    [LoggerMessage(45, LogLevel.Warning, "A batch of cache {Cache} takes longer than {Timeout}; its queue waits for it.")]
    internal static partial void BatchSlow(ILogger logger, string cache, TimeSpan timeout);

    [LoggerMessage(46, LogLevel.Error, "The write-behind queue of cache {Cache} met a bug and goes on.")]
    internal static partial void PumpFailed(ILogger logger, Exception error, string cache);

    [LoggerMessage(47, LogLevel.Error,
        "The journal of the write-behind queue of cache {Cache} holds a record that is no row; it is left there and the others go on.")]
    internal static partial void RowUnreadable(ILogger logger, Exception error, string cache);
}
