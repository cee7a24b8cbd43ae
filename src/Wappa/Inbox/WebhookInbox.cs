using Microsoft.Extensions.Logging;
using Wappa.Caching;

namespace Wappa.Inbox;

/// <summary>
/// Accepts items, durably, and runs them: one lane per tenant and user, each in order, all lanes side by side. In a store that other
/// processes share, what is accepted goes to the owner of its partition, which may be this process.
/// </summary>
/// <remarks>
/// One lock covers counting, what is pending, and the lanes, because they must agree: a lane found empty must leave the table in
/// the same step, or an item appended in between would wait for ever. Nothing under the lock calls out.
/// </remarks>
internal sealed partial class WebhookInbox : IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _drain = new();
    private readonly CancellationTokenSource _abort = new();
    private readonly PipelineServices _services;
    private readonly Tenure? _own; // of everything; null: the partitions are shared
    private readonly int _capacity;

    private int _lanes;
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
        var signals = services.IsDurable ? services.Store.Find<IStoreSignals>() : null;
        if (signals is null) _own = new(0, services.Time, Draining);
        _open = !services.IsDurable;
        if (!services.IsDurable) return;
        Batches = new(services.Store, services.PartitionCount, services.MaxRecordBytes, services.Time, services.Logger, Draining, Aborted);
        if (signals is not null) Partitions = new(this, services, signals, Batches);
    }

    internal DeadLetters DeadLetters { get; }

    /// <summary>Where accepted items are stored; null: the store would not keep them any longer than this process.</summary>
    internal BatchLog? Batches { get; }

    /// <summary>Which part of a shared store's items this process runs; null: no other process has this store.</summary>
    internal PartitionOwner? Partitions { get; }

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
            lock (_gate) return _lanes;
        }
    }

    /// <summary>Why another item would not be accepted; null: it would.</summary>
    internal string? Refuses
    {
        get
        {
            lock (_gate) return _closed ? "draining" : !_open ? "opening" : Waiting >= _capacity ? "full" : null;
        }
    }

    /// <summary>Messages that a shutdown has left unsent, so far.</summary>
    internal int Unsent
    {
        get
        {
            lock (_gate) return _unsent + (_own?.Lanes.Values.Sum(static lane => lane.Unsent) ?? 0);
        }
    }

    /// <summary>How long handlers that listen to their token get to unwind after the deadline, before the services they
    /// use are disposed. Default: 1 second.</summary>
    internal TimeSpan UnwindTime { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Takes up what earlier processes have left. Nothing is accepted before it has: what comes must stand behind
    /// what has come.</summary>
    /// <exception cref="CacheStoreException">The store failed; ask again.</exception>
    /// <exception cref="PartitionCountException">Other instances have another number of partitions.</exception>
    internal async ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        if (Batches is null) return;
        if (Partitions is not null) await Partitions.StartAsync(cancellationToken).ConfigureAwait(false);
        if (_own is not null)
        {
            var items = await Batches.ReadAsync(_own, cancellationToken).ConfigureAwait(false);
            Recovered(items);
            Enqueue(items, _own);
        }

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
        if (batch.Count == 0) return true;
        if (_own is null)
        {
            // Also what is this process's own is read back: what another instance stored before it comes first.
            var touched = await Batches!.StoreAsync(batch, tenure: null, cancellationToken).ConfigureAwait(false);
            _services.Watch.Stored(batch);
            Partitions!.Announce(touched);
            return true;
        }

        try
        {
            if (Batches is not null) await Batches.StoreAsync(batch, _own, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            Finish(_own, batch.Count);
            throw;
        }

        _services.Watch.Stored(batch);
        Enqueue(batch, _own);
        return true;
    }

    /// <summary>Whether an item is accepted here and not done.</summary>
    internal bool IsPending(Fingerprint item)
    {
        lock (_gate)
        {
            return _own?.PendingItems.Contains(item) ?? Partitions!.Present().Any(tenure => tenure.PendingItems.Contains(item));
        }
    }

    /// <summary>Puts an item into the lane of its user that is stored elsewhere, and has its fingerprint.</summary>
    /// <returns>False: not now. True also if it is there already, or if another instance runs the user, which has to look for
    /// itself.</returns>
    internal bool TryPost(Webhook item)
    {
        var tenure = _own ?? Partitions!.TenureOf(item);
        lock (_gate)
        {
            if (!_open || _closed || Waiting >= _capacity) return false;
            if (tenure is not { IsHeld: true, IsLeaving: false } || tenure.PendingItems.Contains(item.Fingerprint)) return true;
        }

        Enqueue([item], tenure);
        return true;
    }

    /// <summary>Tells of items that an earlier owner accepted and did not finish.</summary>
    internal void Recovered(List<Webhook> items)
    {
        if (items.Count == 0) return;
        _services.Watch.Recovered(items);
        Log.ItemsRecovered(_services.Logger, items.Count);
    }

    /// <summary>How many items of a partition may be read from the store now; below 1: none.</summary>
    internal int RoomOf(Tenure tenure)
    {
        lock (_gate) return Partitions!.RoomForEach - tenure.Pending;
    }

    /// <summary>Puts items that are stored into their lanes, unless the partition is being left: then its next owner reads them.</summary>
    internal void Enqueue(List<Webhook> items, Tenure tenure)
    {
        var batch = default(WebhookBatch);
        foreach (var item in items) batch.Add(item);
        lock (_gate)
        {
            if (tenure.IsLeaving) return;
            _pending += batch.Count;
            tenure.Pending += batch.Count;
        }

        Enqueue(batch, tenure);
    }

    /// <summary>Drops what waits of a partition from memory; it is in the store. What runs goes on to its end.</summary>
    /// <param name="tenure">The partition's.</param>
    /// <param name="isOver">Whether another process may have the partition already: what runs begins nothing more.</param>
    internal void Dismiss(Tenure tenure, bool isOver)
    {
        lock (_gate)
        {
            tenure.Leave();
            if (isOver) tenure.End();
            foreach (var lane in tenure.Lanes.Values) DropLocked(lane);
            SignalIfEmpty();
        }

        _ = tenure.EndWaitsAsync();
    }

    /// <summary>Leaves a partition if nothing of it is in memory.</summary>
    internal bool TryLeave(Tenure tenure)
    {
        lock (_gate)
        {
            if (tenure.Lanes.Count > 0 || tenure.Pending > 0) return false;
            tenure.Leave();
            return true;
        }
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
        await CloseAsync().ConfigureAwait(false);
        if (Partitions is not null) await LookOnceMoreAsync(timeout, cancellationToken).ConfigureAwait(false);
        Task empty;
        lock (_gate)
        {
            _empty ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            empty = _empty.Task;
            SignalIfEmpty();
        }

        var dropped = 0;
        if (!await IsDoneAsync(empty, timeout, cancellationToken).ConfigureAwait(false))
        {
            dropped = DropWaiting();
            await _abort.CancelAsync().ConfigureAwait(false);
            await IsDoneAsync(empty, UnwindTime, CancellationToken.None).ConfigureAwait(false);
        }
        else if (Batches is not null) await Batches.FlushAsync(UnwindTime).ConfigureAwait(false);

        if (Partitions is not null) await Partitions.StopAsync().ConfigureAwait(false);
        return dropped + _left + Pending;
    }

    public void Dispose()
    {
        _abort.Cancel();
        Partitions?.Dispose();
        _drain.Dispose();
        _abort.Dispose();
    }

    // What waits in memory, and what is known to wait in the store.
    private int Waiting => _pending + (Partitions?.Unread ?? 0);

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
                var tenure = _own ?? Partitions!.TenureOf(item);
                if (tenure?.PendingItems.Contains(item.Fingerprint) == true) duplicates.Add(item);
                else fresh.Add(item);
            }

            batch = fresh;
            if (Waiting is var waiting && waiting > 0 && waiting + batch.Count > _capacity) return false;
            if (_own is not null)
            {
                _pending += batch.Count;
                _own.Pending += batch.Count;
            }
        }

        _services.Watch.Duplicates(duplicates);
        return true;
    }

    private void Finish(Tenure tenure, int count)
    {
        lock (_gate)
        {
            _pending -= count;
            tenure.Pending -= count;
            SignalIfEmpty();
        }
    }

    private void SignalIfEmpty()
    {
        if (_pending == 0 && _lanes == 0) _empty?.TrySetResult();
    }

    private int DropWaiting()
    {
        var dropped = 0;
        lock (_gate)
        {
            foreach (var tenure in _own is null ? Partitions!.Present().ToArray() : [_own])
            {
                foreach (var lane in tenure.Lanes.Values) dropped += DropLocked(lane);
            }

            SignalIfEmpty();
        }

        return dropped;
    }

    // What was accepted here a moment ago is still finished here, as far as there is time.
    private async Task LookOnceMoreAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(timeout, _services.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        await Partitions!.CloseAsync(either.Token).ConfigureAwait(false);
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
