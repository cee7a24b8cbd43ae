namespace Wappa.Inbox;

// The lanes: who runs what, and what leaves memory when.
internal sealed partial class WebhookInbox
{
    /// <summary>Runs a lane until nothing is left to do in it.</summary>
    internal async Task RunAsync(Lane lane)
    {
        do
        {
            while (Take(lane) is { } item)
            {
                if (await lane.HandleAsync(item).ConfigureAwait(false)) Done(lane, item);
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

    private void Enqueue(WebhookBatch batch, Tenure tenure)
    {
        Lane? firstStarted = null, lastStarted = null;
        var repeated = default(WebhookBatch);
        lock (_gate)
        {
            for (Webhook? item = batch.First, next; item is not null; item = next)
            {
                next = item.Next;
                item.Next = null;
                if (!tenure.PendingItems.Add(item.Fingerprint)) repeated.Add(item);
                else if (Append(item, tenure) is { } started)
                {
                    if (lastStarted is null) firstStarted = started;
                    else lastStarted.NextStarted = started;
                    lastStarted = started;
                }
            }
        }

        Start(firstStarted);
        if (repeated.Count == 0) return;
        _services.Watch.Duplicates(repeated);
        for (var item = repeated.First; item is not null; item = item.Next) item.Ticket?.Release();
        Finish(tenure, repeated.Count);
    }

    private Lane? Append(Webhook item, Tenure tenure)
    {
        var key = new LaneKey(item.Tenant, item.UserId ?? "");
        if (tenure.Lanes.TryGetValue(key, out var lane))
        {
            lane.Append(item);
            return null;
        }

        lane = new(this, _services, tenure, key);
        lane.Append(item);
        tenure.Lanes.Add(key, lane);
        _lanes++;
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
        lock (_gate)
        {
            if (lane.Tenure.IsHeld) return lane.Take();
            DropLocked(lane); // its next owner has them
            SignalIfEmpty();
            return null;
        }
    }

    private void Done(Lane lane, Webhook item)
    {
        bool hasRoom;
        lock (_gate)
        {
            RemoveLocked(lane.Tenure, item);
            hasRoom = lane.Tenure.Unread > 0 && lane.Tenure.Pending <= Partitions?.RoomForEach / 2;
            SignalIfEmpty();
        }

        item.Ticket?.Release();
        if (hasRoom) Partitions!.Pull(lane.Tenure);
    }

    // Its batch stays in the store, and with it what stands behind it in the lane: their order must not change.
    private void Leave(Lane lane, Webhook item)
    {
        lock (_gate)
        {
            RemoveLocked(lane.Tenure, item);
            var left = 1 + DropLocked(lane);
            if (!lane.Tenure.IsLeaving) _left += left;
            SignalIfEmpty();
        }
    }

    private void RemoveLocked(Tenure tenure, Webhook item)
    {
        tenure.PendingItems.Remove(item.Fingerprint);
        tenure.Pending--;
        _pending--;
    }

    private int DropLocked(Lane lane)
    {
        var dropped = 0;
        while (lane.Take() is { } item)
        {
            RemoveLocked(lane.Tenure, item);
            dropped++;
        }

        return dropped;
    }

    private bool TryRetire(Lane lane)
    {
        lock (_gate)
        {
            if (!lane.IsSettled || lane.ListenLocked() is null) return false;
            lane.Tenure.Lanes.Remove(lane.Key);
            _lanes--;
            _unsent += lane.Unsent;
            lane.Activity.End();
            SignalIfEmpty();
        }

        if (lane.Tenure.IsLeaving) Partitions?.OnEmpty();
        return true;
    }
}
