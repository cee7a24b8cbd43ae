using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Wappa.Turns;

namespace Wappa.Inbox;

/// <summary>
/// Accepts items once and runs them: one lane per tenant and user, each in order, all lanes side by side.
/// </summary>
/// <remarks>
/// One lock covers deduplication, counting and the lanes, because they must agree: an item refused for want of room
/// must not be remembered as seen, and a lane found empty must leave the table in the same step, or an item appended in
/// between would wait for ever. Nothing under the lock calls out.
/// </remarks>
internal sealed class InProcessInbox : IDisposable
{
    private const int MaxRetired = 256;

    private readonly Lock _gate = new();
    private readonly Dictionary<LaneKey, Lane> _lanes = [];
    private readonly Stack<Lane> _retired = new();
    private readonly CancellationTokenSource _abort = new();
    private readonly CancellationToken _aborted;
    private readonly SeenItems _seen;
    private readonly TurnRunner _turns;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly int _capacity;

    private int _pending;
    private bool _closed;
    private TaskCompletionSource? _empty;

    public InProcessInbox(
        IOptions<WappaOptions> options, TurnRunner turns, TimeProvider time, ILogger<InProcessInbox> logger)
    {
        var inbox = options.Value.Inbox;
        // Kept aside: a turn that outlives the shutdown must not find its source disposed.
        _aborted = _abort.Token;
        _capacity = inbox.Capacity;
        _seen = new(inbox.DuplicateCapacity, inbox.DuplicateWindow, time);
        _turns = turns;
        _time = time;
        _logger = logger;
    }

    /// <summary>Accepted items whose handler has not returned.</summary>
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

    /// <summary>Whether another item would be accepted.</summary>
    internal bool HasRoom
    {
        get
        {
            lock (_gate) return !_closed && _pending < _capacity;
        }
    }

    /// <summary>How long handlers that listen to their token get to unwind after the deadline, before the services they
    /// use are disposed. Default: 1 second.</summary>
    internal TimeSpan UnwindTime { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Takes every item that was not seen before, or nothing.</summary>
    /// <returns>False: full or shutting down; nothing was accepted or remembered.</returns>
    internal bool TryAccept(WebhookBatch batch)
    {
        for (var item = batch.First; item is not null; item = item.Next) item.Fingerprint = item.Identify();
        Lane? firstStarted = null, lastStarted = null;
        var duplicates = 0;
        lock (_gate)
        {
            if (_closed || !Fits(batch)) return false;
            for (Webhook? item = batch.First, next; item is not null; item = next)
            {
                next = item.Next;
                item.Next = null;
                if (item.Fingerprint != default && !_seen.TryAdd(item.Fingerprint)) duplicates++;
                else if (Append(item) is { } started)
                {
                    if (lastStarted is null) firstStarted = started;
                    else lastStarted.NextStarted = started;
                    lastStarted = started;
                }
            }
        }

        Start(firstStarted);
        if (duplicates > 0) Log.DuplicatesDropped(_logger, duplicates);
        return true;
    }

    /// <summary>Accepts nothing more and waits until everything accepted was handled.</summary>
    /// <param name="timeout">After it, running turns are cancelled and waiting items are dropped.</param>
    /// <param name="cancellationToken">Ends the wait like the timeout.</param>
    /// <returns>How many items were left undone: 0 unless the wait was cut short.</returns>
    internal async Task<int> DrainAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        Task empty;
        lock (_gate)
        {
            _closed = true;
            if (_pending == 0) return 0;
            _empty ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            empty = _empty.Task;
        }

        if (await IsDoneAsync(empty, timeout, cancellationToken).ConfigureAwait(false)) return 0;
        var dropped = DropWaiting();
        await _abort.CancelAsync().ConfigureAwait(false);
        await IsDoneAsync(empty, UnwindTime, CancellationToken.None).ConfigureAwait(false);
        return dropped + Pending;
    }

    public void Dispose() => _abort.Dispose();

    internal async Task RunAsync(Lane lane)
    {
        for (var item = Take(lane, finished: 0); item is not null; item = Take(lane, finished: 1))
        {
            try
            {
                await _turns.RunAsync(item, _aborted).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // What a turn throws is logged there. Only a logger that throws gets here: no reason to
            catch (Exception) // keep a user waiting for ever, and no place left to report it to.
#pragma warning restore CA1031
            {
            }
        }
    }

    // A batch larger than the inbox is taken when nothing waits: refused for ever, it could never be delivered.
    private bool Fits(WebhookBatch batch) =>
        _pending + batch.Count <= _capacity || _pending == 0 || _pending + CountUnseen(batch) <= _capacity;

    private int CountUnseen(WebhookBatch batch)
    {
        var count = 0;
        for (var item = batch.First; item is not null; item = item.Next)
        {
            if (item.Fingerprint == default || !_seen.Contains(item.Fingerprint)) count++;
        }

        return count;
    }

    private Lane? Append(Webhook item)
    {
        _pending++;
        var key = new LaneKey(item.Tenant, item.UserId ?? "");
        if (_lanes.TryGetValue(key, out var lane))
        {
            lane.Append(item);
            return null;
        }

        if (!_retired.TryPop(out lane)) lane = new(this);
        lane.Key = key;
        lane.Append(item);
        _lanes.Add(key, lane);
        return lane;
    }

    private static void Start(Lane? lane)
    {
        while (lane is not null)
        {
            // Read first: once started, the lane may retire and be linked into another batch.
            var next = lane.NextStarted;
            lane.NextStarted = null;
            ThreadPool.UnsafeQueueUserWorkItem(lane, preferLocal: false);
            lane = next;
        }
    }

    private Webhook? Take(Lane lane, int finished)
    {
        lock (_gate)
        {
            var item = lane.Take();
            if (item is null) Retire(lane);
            Finish(finished);
            return item;
        }
    }

    private void Retire(Lane lane)
    {
        _lanes.Remove(lane.Key);
        lane.Key = default;
        if (_retired.Count < MaxRetired) _retired.Push(lane);
    }

    private void Finish(int count)
    {
        _pending -= count;
        if (_pending == 0) _empty?.TrySetResult();
    }

    private int DropWaiting()
    {
        var dropped = 0;
        lock (_gate)
        {
            foreach (var lane in _lanes.Values) dropped += lane.Clear();
            Finish(dropped);
        }

        return dropped;
    }

    private async Task<bool> IsDoneAsync(Task empty, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            await empty.WaitAsync(timeout, _time, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception error) when (error is TimeoutException or OperationCanceledException)
        {
            return false;
        }
    }
}
