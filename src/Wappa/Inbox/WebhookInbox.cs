using Microsoft.Extensions.Logging;
using Wappa.Caching;

namespace Wappa.Inbox;

/// <summary>
/// Accepts items, durably, and runs them: one lane per tenant and user, each in order, all lanes side by side.
/// </summary>
/// <remarks>
/// One lock covers counting, what is pending, and the lanes, because they must agree: a lane found empty must leave the table in
/// the same step, or an item appended in between would wait for ever. Nothing under the lock calls out.
/// </remarks>
internal sealed class WebhookInbox : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<LaneKey, Lane> _lanes = [];
    private readonly HashSet<Fingerprint> _pendingItems = [];
    private readonly CancellationTokenSource _drain = new();
    private readonly CancellationTokenSource _abort = new();
    private readonly PipelineServices _services;
    private readonly int _capacity;

    private int _pending;
    private int _left; // given up by a shutdown
    private int _unsent; // likewise
    private bool _open;
    private bool _closed;
    private TaskCompletionSource? _empty;

    public WebhookInbox(PipelineServices services)
    {
        _services = services;
        _capacity = services.Inbox.Capacity;
        // Kept aside: a turn that outlives the shutdown must not find its sources disposed.
        Draining = _drain.Token;
        Aborted = _abort.Token;
        DeadLetters = new(services);
        if (services.IsDurable) Batches = new(services.Store, services.MaxRecordBytes, services.Time, services.Logger, Draining, Aborted);
        else _open = true;
    }

    internal DeadLetters DeadLetters { get; }

    /// <summary>Where accepted items are stored; null: the store would not keep them any longer than this process.</summary>
    internal BatchLog? Batches { get; }

    /// <summary>The app shuts down: nothing is worth a wait any more.</summary>
    internal CancellationToken Draining { get; }

    /// <summary>The shutdown's deadline has passed.</summary>
    internal CancellationToken Aborted { get; }

    /// <summary>Accepted items that are not done.</summary>
    internal int Pending
    {
        get
        {
            lock (_gate) return _pending;
        }
    }

    /// <summary>Users with something to do. Lanes that have run empty are gone.</summary>
    internal int ActiveLanes
    {
        get
        {
            lock (_gate) return _lanes.Count;
        }
    }

    /// <summary>Why another item would not be accepted; null: it would.</summary>
    internal string? Refuses
    {
        get
        {
            lock (_gate) return _closed ? "draining" : !_open ? "opening" : _pending >= _capacity ? "full" : null;
        }
    }

    /// <summary>Messages that a shutdown has left unsent, so far.</summary>
    internal int Unsent
    {
        get
        {
            lock (_gate) return _unsent + _lanes.Values.Sum(static lane => lane.Unsent);
        }
    }

    /// <summary>How long handlers that listen to their token get to unwind after the deadline, before the services they
    /// use are disposed. Default: 1 second.</summary>
    internal TimeSpan UnwindTime { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Takes up what earlier processes have left. Nothing is accepted before it has: what comes must stand behind
    /// what has come.</summary>
    /// <exception cref="CacheStoreException">The store failed; ask again.</exception>
    internal async ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        if (Batches is null) return;
        var items = await Batches.ReadAsync(cancellationToken).ConfigureAwait(false);
        var batch = default(WebhookBatch);
        foreach (var item in items) batch.Add(item);
        _services.Watch.Recovered(items);
        if (items.Count > 0) Log.ItemsRecovered(_services.Logger, items.Count);
        lock (_gate) _pending += items.Count;
        Enqueue(batch);
        lock (_gate) _open = true;
    }

    /// <summary>Stores every item that is not pending already, or nothing.</summary>
    /// <returns>False: full, shutting down or not open yet; nothing was accepted.</returns>
    /// <exception cref="CacheStoreException">The store failed; nothing was accepted.</exception>
    internal async ValueTask<bool> AcceptAsync(WebhookBatch batch, CancellationToken cancellationToken = default)
    {
        for (var item = batch.First; item is not null; item = item.Next)
        {
            if (item.Fingerprint == default) item.Fingerprint = item.Identify();
            if (item.Fingerprint == default) item.Fingerprint = Fingerprint.NewUnique();
            item.AcceptedAt = _services.Time.GetTimestamp();
        }

        if (!TryReserve(ref batch)) return false;
        if (Batches is not null && batch.Count > 0)
        {
            try
            {
                await Batches.StoreAsync(batch, cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                Finish(batch.Count);
                throw;
            }
        }

        _services.Watch.Stored(batch);
        Enqueue(batch);
        return true;
    }

    /// <summary>Whether an item is accepted and not done.</summary>
    internal bool IsPending(Fingerprint item)
    {
        lock (_gate) return _pendingItems.Contains(item);
    }

    /// <summary>Puts an item into the lane of its user that is stored elsewhere.</summary>
    /// <returns>False: not now. True also if it is there already.</returns>
    internal bool TryPost(Webhook item)
    {
        lock (_gate)
        {
            if (!_open || _closed || _pending >= _capacity) return false;
            if (_pendingItems.Contains(item.Fingerprint)) return true;
            _pending++;
        }

        var batch = default(WebhookBatch);
        batch.Add(item);
        Enqueue(batch);
        return true;
    }

    /// <summary>Accepts nothing more, and lets nobody wait for another attempt.</summary>
    internal Task CloseAsync()
    {
        lock (_gate) _closed = true;
        return _drain.CancelAsync();
    }

    /// <summary>Accepts nothing more and waits until everything accepted was handled and sent.</summary>
    /// <param name="timeout">After it, running turns are cancelled and waiting items are dropped from memory.</param>
    /// <param name="cancellationToken">Ends the wait like the timeout.</param>
    /// <returns>How many items were left undone: 0 unless the wait was cut short, or an item waits for its next attempt.</returns>
    internal async Task<int> DrainAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        Task empty;
        lock (_gate)
        {
            _closed = true;
            _empty ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            empty = _empty.Task;
            SignalIfEmpty();
        }

        await CloseAsync().ConfigureAwait(false);
        if (await IsDoneAsync(empty, timeout, cancellationToken).ConfigureAwait(false))
        {
            if (Batches is not null) await Batches.FlushAsync(UnwindTime).ConfigureAwait(false);
            return _left;
        }

        var dropped = DropWaiting();
        await _abort.CancelAsync().ConfigureAwait(false);
        await IsDoneAsync(empty, UnwindTime, CancellationToken.None).ConfigureAwait(false);
        return dropped + _left + Pending;
    }

    public void Dispose()
    {
        _abort.Cancel();
        _drain.Dispose();
        _abort.Dispose();
    }

    /// <summary>Runs a lane until nothing is left to do in it.</summary>
    internal async Task RunAsync(Lane lane)
    {
        do
        {
            while (Take(lane) is { } item)
            {
                if (await lane.HandleAsync(item).ConfigureAwait(false)) Done(item);
                else Leave(lane, item);
            }

            await lane.SettleAsync().ConfigureAwait(false);
        }
        while (!TryRetire(lane));
        lane.Dispose();
    }

    /// <summary>Ends when an item comes for the lane; null: one is there.</summary>
    internal Task? Listen(Lane lane)
    {
        lock (_gate) return lane.ListenLocked();
    }

    // A batch larger than the inbox is taken when nothing waits: refused for ever, it could never be delivered.
    private bool TryReserve(ref WebhookBatch batch)
    {
        var duplicates = default(WebhookBatch);
        lock (_gate)
        {
            if (!_open || _closed) return false;
            var fresh = default(WebhookBatch);
            for (Webhook? item = batch.First, next; item is not null; item = next)
            {
                next = item.Next;
                item.Next = null;
                // It is stored, so this delivery adds nothing. One that is only about to be stored may still fail.
                if (_pendingItems.Contains(item.Fingerprint)) duplicates.Add(item);
                else fresh.Add(item);
            }

            batch = fresh;
            if (_pending > 0 && _pending + batch.Count > _capacity) return false;
            _pending += batch.Count;
        }

        ReportDuplicates(duplicates);
        return true;
    }

    private void Enqueue(WebhookBatch batch)
    {
        Lane? firstStarted = null, lastStarted = null;
        var repeated = default(WebhookBatch);
        lock (_gate)
        {
            for (Webhook? item = batch.First, next; item is not null; item = next)
            {
                next = item.Next;
                item.Next = null;
                if (!_pendingItems.Add(item.Fingerprint)) repeated.Add(item);
                else if (Append(item) is { } started)
                {
                    if (lastStarted is null) firstStarted = started;
                    else lastStarted.NextStarted = started;
                    lastStarted = started;
                }
            }
        }

        Start(firstStarted);
        if (repeated.Count == 0) return;
        ReportDuplicates(repeated);
        for (var item = repeated.First; item is not null; item = item.Next) item.Ticket?.Release();
        Finish(repeated.Count);
    }

    private void ReportDuplicates(in WebhookBatch duplicates)
    {
        if (duplicates.Count > 0) Log.DuplicatesDropped(_services.Logger, duplicates.Count);
        for (var item = duplicates.First; item is not null; item = item.Next) _services.Watch.Duplicate(item);
    }

    private Lane? Append(Webhook item)
    {
        var key = new LaneKey(item.Tenant, item.UserId ?? "");
        if (_lanes.TryGetValue(key, out var lane))
        {
            lane.Append(item);
            return null;
        }

        lane = new(this, _services, key);
        lane.Append(item);
        _lanes.Add(key, lane);
        return lane;
    }

    private static void Start(Lane? lane)
    {
        while (lane is not null)
        {
            var next = lane.NextStarted;
            lane.NextStarted = null;
            ThreadPool.UnsafeQueueUserWorkItem(lane, preferLocal: false);
            lane = next;
        }
    }

    private Webhook? Take(Lane lane)
    {
        lock (_gate) return lane.Take();
    }

    private void Done(Webhook item)
    {
        lock (_gate)
        {
            _pendingItems.Remove(item.Fingerprint);
            _pending--;
            SignalIfEmpty();
        }

        item.Ticket?.Release();
    }

    // Its batch stays in the store, and with it what stands behind it in the lane: their order must not change.
    private void Leave(Lane lane, Webhook item)
    {
        lock (_gate)
        {
            _pendingItems.Remove(item.Fingerprint);
            _left++;
            _pending--;
            while (lane.Take() is { } behind)
            {
                _pendingItems.Remove(behind.Fingerprint);
                _left++;
                _pending--;
            }

            SignalIfEmpty();
        }
    }

    private bool TryRetire(Lane lane)
    {
        lock (_gate)
        {
            if (!lane.IsSettled || lane.ListenLocked() is null) return false;
            _lanes.Remove(lane.Key);
            lane.Activity.End();
            _unsent += lane.Unsent;
            SignalIfEmpty();
            return true;
        }
    }

    private void Finish(int count)
    {
        lock (_gate)
        {
            _pending -= count;
            SignalIfEmpty();
        }
    }

    private void SignalIfEmpty()
    {
        if (_pending == 0 && _lanes.Count == 0) _empty?.TrySetResult();
    }

    private int DropWaiting()
    {
        var dropped = 0;
        lock (_gate)
        {
            foreach (var lane in _lanes.Values)
            {
                while (lane.Take() is not null) dropped++;
            }

            _pending -= dropped;
            SignalIfEmpty();
        }

        return dropped;
    }

    private async Task<bool> IsDoneAsync(Task empty, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            await empty.WaitAsync(timeout, _services.Time, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception error) when (error is TimeoutException or OperationCanceledException)
        {
            return false;
        }
    }
}
