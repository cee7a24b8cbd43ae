using System.Diagnostics.CodeAnalysis;
using Wappa.Caching;
using Wappa.Outbox;
using Wappa.Telemetry;
using Wappa.Timers;
using Wappa.Turns;
using Wappa.UserData;

namespace Wappa.Inbox;

/// <summary>Whose items run one after the other. Items about no user share the lane of their tenant with an empty
/// user.</summary>
internal readonly record struct LaneKey(string Tenant, string User);

/// <summary>
/// The items of one user and what they have left to send. It exists only while there is something to do. The inbox's lock guards
/// the queue; everything else belongs to the one loop that runs it.
/// </summary>
internal sealed class Lane : IThreadPoolWorkItem, IDisposable
{
    private readonly WebhookInbox _inbox;
    private readonly PipelineServices _services;
    private readonly LaneMailbox _mailbox;
    private readonly Sender _sender;
    private Webhook? _first;
    private Webhook? _last;
    private TaskCompletionSource? _arrival;

    internal Lane(WebhookInbox inbox, PipelineServices services, Tenure tenure, LaneKey key)
    {
        _inbox = inbox;
        _services = services;
        Key = key;
        Tenure = tenure;
        _mailbox = new(services, key);
        Activity = new(services.Watch.Idle);
        _sender = new(services, _mailbox, key, Activity, tenure, inbox.Aborted);
        Activity.Begin();
    }

    internal LaneKey Key { get; }

    /// <summary>For how long it may begin anything.</summary>
    internal Tenure Tenure { get; }

    /// <summary>Whether it runs or waits; kept for who waits until nothing runs.</summary>
    internal LaneActivity Activity { get; }

    /// <summary>The next lane to start, while a batch is being accepted.</summary>
    internal Lane? NextStarted { get; set; }

    public void Dispose() => _mailbox.Dispose();

    internal void Append(Webhook item)
    {
        if (_last is null) _first = item;
        else _last.Next = item;
        _last = item;
        _arrival?.TrySetResult();
        Activity.Arrived();
    }

    internal Webhook? Take()
    {
        var item = _first;
        if (item is null) return null;
        _first = item.Next;
        if (_first is null) _last = null;
        item.Next = null;
        return item;
    }

    /// <summary>Begins to wait for an item. Under the inbox's lock, like the queue.</summary>
    /// <returns>Null: there is one.</returns>
    internal Task? ListenLocked()
    {
        if (_first is not null) return null;
        Activity.AwaitSender();
        return (_arrival = new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
    }

    void IThreadPoolWorkItem.Execute() => _ = _inbox.RunAsync(this);

    /// <summary>Handles one item to its end.</summary>
    /// <returns>False: it was given up because the app shuts down, or another instance has its partition; it is not done.</returns>
    internal async ValueTask<bool> HandleAsync(Webhook item)
    {
        try
        {
            while (true)
            {
                await _services.Turns.EnterAsync(Key.Tenant, _inbox.Aborted).ConfigureAwait(false);
                _services.Watch.Claimed(item);
                TimeSpan? pause;
                try
                {
                    if (!Tenure.IsHeld) return false;
                    pause = await AttemptAsync(item).ConfigureAwait(false);
                }
#pragma warning disable CA1031 // What a turn or a store throws is handled there. Only a logger that throws gets here, or a
                catch (Exception error) when (!IsShutdown(error)) // store with exceptions of its own: no reason to lose the lane.
#pragma warning restore CA1031
                {
                    pause = _services.Backoff(++item.StoreFailures, _services.Inbox.RetryDelay);
                }
                finally
                {
                    _services.Turns.Exit();
                }

                if (pause is not { } delay) return true;
                if (!await PauseAsync(delay).ConfigureAwait(false)) return false;
            }
        }
        catch (OperationCanceledException) when (_inbox.Aborted.IsCancellationRequested)
        {
            Log.TurnCancelled(_services.Logger, item.Kind);
            return false;
        }
    }

    /// <summary>Waits until everything is sent and stored, or another item comes.</summary>
    internal async ValueTask SettleAsync()
    {
        _sender.Start();
        if (!_sender.IsRunning || _inbox.Listen(this) is not { } arrival) return;
        await Task.WhenAny(_sender.Running, arrival).ConfigureAwait(false);
        Activity.Arrived();
    }

    /// <summary>Messages it has not sent.</summary>
    internal int Unsent => _mailbox.Unsent;

    /// <summary>Whether nothing is left to send that this process could still send.</summary>
    internal bool IsSettled => _sender.IsDone;

    /// <returns>How long to wait before the next attempt; null: the item is done.</returns>
    private async ValueTask<TimeSpan?> AttemptAsync(Webhook item)
    {
        try
        {
            if (item is EraseItem erase) return await EraseAsync(erase).ConfigureAwait(false);
            if (await _mailbox.HasSeenAsync(item).ConfigureAwait(false))
            {
                // Whoever has done it may be gone before its messages are: then this batch is what leads to them.
                await _mailbox.LendTicketAsync(item).ConfigureAwait(false);
                _services.Watch.Duplicate(item);
                _sender.Start();
                return null;
            }

            if (item.IsRecovered && item.Attempts == 0) item.Attempts = _mailbox.TriesOf(item);
            if (item.Attempts >= _services.Inbox.MaxAttempts) return await ParkAsync(item).ConfigureAwait(false);
            item.Attempts++;
            if (item.IsRecovered) await _mailbox.CountAsync(item).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            return StoreFailed(item, error);
        }

        return await RunAsync(item).ConfigureAwait(false);
    }

    private async ValueTask<TimeSpan?> EraseAsync(EraseItem item)
    {
        var erasure = new UserErasure(_services, _inbox.DeadLetters, _inbox.IsPending);
        await _mailbox.EraseAsync(erasure).ConfigureAwait(false);
        await erasure.EraseTracesAsync(item).ConfigureAwait(false);
        item.SetDone();
        return null;
    }

    private async ValueTask<TimeSpan?> RunAsync(Webhook item)
    {
        var services = _services.TurnServices;
        var store = new TurnStore(services.Store, item.Tenant, item.UserId, services.MaxRecordBytes, _services.Time);
        var timers = new TurnTimers(item, _mailbox, services.Serializer, _services.Time);
        var turn = new Turn(item, services, store, timers);
        using var activity = TurnActivities.StartTurn(item);
        try
        {
            List<RecordWrite> changes;
            try
            {
                if (item is not StateExpiredWebhook expired ||
                    await timers.HasEndedAsync(expired, store, _inbox.Aborted).ConfigureAwait(false))
                    await _services.Runner.RunAsync(item, turn, _inbox.Aborted).ConfigureAwait(false);
            }
            finally
            {
                changes = store.End();
                turn.End();
            }

            if (turn.Routes is { WatchesStates: true } routes) await timers.WatchAsync(store, routes).ConfigureAwait(false);
            switch (await _services.Watch.CommitAsync(_mailbox, item, changes, turn.Outgoing, timers.Changes).ConfigureAwait(false))
            {
                case TurnCommit.Done:
                    turn.Committed();
                    _sender.Start();
                    return null;
                case TurnCommit.Overtaken:
                    item.Attempts--;
                    return TimeSpan.Zero;
                default:
                    turn.Dropped();
                    return Conflicted(item);
            }
        }
        catch (Exception error) when (!IsShutdown(error))
        {
            if (error is not CacheStoreException { OutcomeUnknown: true }) turn.Dropped();
            return IsStoreFailure(error) ? StoreFailed(item, error, begun: true) : await FailedAsync(item, error).ConfigureAwait(false);
        }
    }

    private TimeSpan? Conflicted(Webhook item)
    {
        item.Failure = new InvalidOperationException(
            "Somebody else changed a record that the turn relied on, each time it was run.");
        Log.TurnConflicted(_services.Logger, item.Kind, item.Attempts, _services.Inbox.MaxAttempts);
        Retried(item, "conflict", item.Failure);
        return TimeSpan.Zero;
    }

    private async ValueTask<TimeSpan?> FailedAsync(Webhook item, Exception error)
    {
        item.Failure = error;
        var last = item.Attempts >= _services.Inbox.MaxAttempts;
        _services.Runner.LogFailure(item, error, item.Attempts, last);
        if (last) return TimeSpan.Zero;
        Retried(item, "handler", error);
        try
        {
            await _mailbox.CountAsync(item).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Whatever the store throws: the attempt has failed already.
        catch (Exception)
#pragma warning restore CA1031
        {
            // Not known to the next process, then: it allows one attempt more.
        }

        return _services.Backoff(item.Attempts, _services.Inbox.RetryDelay);
    }

    // The row first: an item that is in both places is listed and not run again; in neither it would be lost.
    private async ValueTask<TimeSpan?> ParkAsync(Webhook item)
    {
        await _inbox.DeadLetters.AddAsync(item).ConfigureAwait(false);
        var parked = await _mailbox.CommitAsync(item, [], [], []).ConfigureAwait(false);
        if (parked != TurnCommit.Done) return TimeSpan.Zero;
        Log.ItemParked(_services.Logger, item.Kind, item.Attempts);
        _services.Watch.Parked(item);
        return null;
    }

    private TimeSpan? StoreFailed(Webhook item, Exception error, bool begun = false)
    {
        if (begun) item.Attempts--; // not the item's fault
        item.StoreFailures++;
        Log.StoreFailed(_services.Logger, item.Kind, error.GetType().Name);
        Retried(item, "store", error);
        return _services.Backoff(item.StoreFailures, _services.Inbox.RetryDelay);
    }

    private void Retried(Webhook item, string reason, Exception error)
    {
        item.AcceptedAt = _services.Time.GetTimestamp();
        _services.Watch.Retried(item, reason, error);
    }

    private async ValueTask<bool> PauseAsync(TimeSpan pause)
    {
        if (pause <= TimeSpan.Zero) return true;
        if (Tenure.Draining.IsCancellationRequested) return !_services.IsDurable;
        try
        {
            await Activity.PauseLoopAsync(pause, _services.Time, Tenure.Draining).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            // What is stored can wait for the next process; what is not gets its last chances now.
            return !_services.IsDurable;
        }
    }

    private static bool IsStoreFailure(Exception error) => error is CacheStoreException and not CacheStoreCorruptException;

    private bool IsShutdown(Exception error) =>
        error is OperationCanceledException && _inbox.Aborted.IsCancellationRequested;
}
