using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Wappa.Caching;
using Wappa.Inbox;

namespace Wappa.Timers;

/// <summary>
/// Puts timers that are due into the lanes of their users: one loop and one timer of the clock, however many there are. It reads the
/// hints of the near future again and again, and so finds what was scheduled long ago, or by a process that is no more.
/// </summary>
/// <remarks>That a timer fires once is not decided here. Two processes may both post it; the mailbox lets one commit its end.</remarks>
internal sealed class TimerClock(WebhookInbox inbox, PipelineServices services, ILogger<TimerClock> logger) : BackgroundService
{
    private const int MostAtOnce = 256;

    /// <summary>Between two readings of the hints.</summary>
    internal static readonly TimeSpan ReadInterval = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan ReadAhead = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    private readonly TimerBook _book = services.Timers;
    private DateTimeOffset _nextReading = DateTimeOffset.MinValue;

    // Counts as running from here on, not from when the pool gets to it: what is due at the start is about to begin.
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        _book.Alarm.Begin();
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, inbox.Draining);
        try
        {
            while (true)
            {
                stop.Token.ThrowIfCancellationRequested();
                var seen = _book.Alarm.News;
                var wait = await TryStepAsync(stop.Token).ConfigureAwait(false);
                if (wait > TimeSpan.Zero) await _book.Alarm.SleepAsync(wait, seen, stop.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // What is due from now on is the next process's.
            await LeaveAsync().ConfigureAwait(false);
        }
        finally
        {
            _book.Alarm.End();
        }
    }

    private async ValueTask LeaveAsync()
    {
        try
        {
            await DeleteForgottenAsync(CancellationToken.None).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Stale hints are harmless: the next process finds out.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }

    private async ValueTask<TimeSpan> TryStepAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await StepAsync(cancellationToken).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Whatever a store throws: nothing is lost, the hints are read again.
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Log.TimersFailed(logger, error.GetType().Name);
            _nextReading = DateTimeOffset.MinValue;
            return RetryPause;
        }
    }

    /// <returns>How long there is nothing to do.</returns>
    private async ValueTask<TimeSpan> StepAsync(CancellationToken cancellationToken)
    {
        await DeleteForgottenAsync(cancellationToken).ConfigureAwait(false);
        var now = services.Time.GetUtcNow();
        if (now >= _nextReading)
        {
            await ReadAsync(now, cancellationToken).ConfigureAwait(false);
            _nextReading = now + ReadInterval;
        }

        while (_book.Queue.Take(now, MostAtOnce) is { Count: > 0 } due)
        {
            if (!await PostAsync(due, cancellationToken).ConfigureAwait(false)) return RetryPause;
        }

        var next = _book.Queue.Next is { } first && first < _nextReading ? first : _nextReading;
        return next - services.Time.GetUtcNow();
    }

    // Deleted hints first: what has just fired must not be read again.
    private async ValueTask DeleteForgottenAsync(CancellationToken cancellationToken)
    {
        var forgotten = _book.TakeForgotten();
        if (forgotten.Count == 0) return;
        try
        {
            await _book.Hints.DeleteAsync(forgotten, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            _book.GiveBack(forgotten);
            throw;
        }
    }

    private async ValueTask ReadAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var until = TimerHints.EndOfSlice(now + ReadAhead);
        _book.Queue.MoveHorizon(until);
        await foreach (var hint in _book.Hints.ReadAsync(until, cancellationToken).ConfigureAwait(false)) _book.Learn(hint);
    }

    /// <returns>False: the inbox takes nothing now; what is left stands in the queue again.</returns>
    private async ValueTask<bool> PostAsync(List<TimerHint> due, CancellationToken cancellationToken)
    {
        IReadOnlyList<DocumentRecord> records;
        try
        {
            var keys = due.Select(static hint => InboxKeys.Mailbox(hint.Key)).ToArray();
            records = await services.Store.GetManyAsync(keys, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            foreach (var hint in due) _book.Queue.Add(hint, hint.Due);
            throw;
        }

        for (var i = 0; i < due.Count; i++)
        {
            if (Find(due[i], records[i].Document) is not { } timer) continue;
            var item = timer.ToWebhook(due[i].Key);
            item.IsRecovered = _book.IsForeign(due[i]); // the process that made it may have died of it
            if (inbox.TryPost(item)) continue;
            foreach (var hint in due.Skip(i)) _book.Queue.Add(hint, hint.Due);
            return false;
        }

        return true;
    }

    private TimerEntry? Find(in TimerHint hint, CacheDocument? document)
    {
        var mailbox = new Mailbox(services.IsDurable);
        try
        {
            MailboxFormat.Read(document, mailbox);
        }
        catch (CacheStoreCorruptException error)
        {
            Log.TimersFailed(logger, error.GetType().Name); // the hint stays, and is read again
            return null;
        }

        var id = hint.Id;
        if (mailbox.Timers.Find(timer => timer.Id == id) is { } found) return found;
        _book.Miss(hint);
        return null;
    }
}
