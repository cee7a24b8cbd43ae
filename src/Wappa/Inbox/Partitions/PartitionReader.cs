using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Wappa.Caching;

namespace Wappa.Inbox;

/// <summary>Brings batches from the store into the lanes, partition by partition, in the order in which they were stored.</summary>
/// <param name="inbox">Whose lanes.</param>
/// <param name="services">The pipeline.</param>
/// <param name="batches">Reads and deletes the records.</param>
/// <param name="listedAtOnce">Up to how many records a listing shows as they were at one instant.</param>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore without a wait handle holds nothing to give back.")]
internal sealed class PartitionReader(WebhookInbox inbox, PipelineServices services, BatchLog batches, int listedAtOnce)
{
    private const int MaxBatches = 256; // in memory for one pull

    // Pulls of many partitions travel together; more at a time would only wait in the client.
    private readonly SemaphoreSlim _places = new(16, 16);
    private int _failures;

    /// <summary>Looks once, and once more for every reason that comes up meanwhile. Never throws.</summary>
    internal void Pull(Tenure tenure) => tenure.Pull(TryReadAsync);

    private async Task TryReadAsync(Tenure tenure)
    {
        try
        {
            await _places.WaitAsync(inbox.Aborted).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        try
        {
            await ReadAsync(tenure).ConfigureAwait(false);
            Volatile.Write(ref _failures, 0);
        }
#pragma warning disable CA1031 // Whatever the store throws: everything is still there, and is looked for again in a second.
        catch (Exception error)
#pragma warning restore CA1031
        {
            // One line for an outage, not one for every partition and second.
            if (Interlocked.Increment(ref _failures) == 1) Log.PullFailed(services.Logger, error.GetType().Name);
        }
        finally
        {
            _places.Release();
        }
    }

    private async Task ReadAsync(Tenure tenure)
    {
        if (tenure.IsLeaving || !tenure.IsHeld) return;
        var room = inbox.RoomOf(tenure);
        if (room <= 0)
        {
            tenure.Unread = Math.Max(1, tenure.Unread);
            return;
        }

        var seen = await ListAsync(tenure).ConfigureAwait(false);
        var (items, read, isCut) = Choose(tenure, seen, room);
        tenure.Horizon = Math.Max(tenure.Horizon, seen.Horizon);
        foreach (var item in items) item.AcceptedAt = services.Time.GetTimestamp(); // when it was is known elsewhere
        if (!tenure.IsCaughtUp) inbox.Recovered(items);
        tenure.Unread = seen.Fresh - read;
        if (tenure.Unread == 0) tenure.IsCaughtUp = true;
        if (items.Count > 0) inbox.Enqueue(items, tenure);
        if (tenure.Unread > 0 && !isCut) Pull(tenure);
    }

    // The first batches of those not read yet; a partition may hold a million.
    private async Task<Listing> ListAsync(Tenure tenure)
    {
        var known = tenure.BeginListing();
        var listing = new Listing();
        await foreach (var batch in batches.ListAsync(tenure.Partition, inbox.Aborted).ConfigureAwait(false))
        {
            listing.Names++;
            listing.Horizon = Math.Max(listing.Horizon, batch.Value.Revision);
            if (tenure.Knows(batch.Key.Name))
            {
                known--;
                continue;
            }

            listing.Fresh++;
            listing.First.Enqueue(batch, BatchOrder.Of(batch));
            if (listing.First.Count > MaxBatches) listing.First.Dequeue();
        }

        listing.Names += Math.Max(0, known); // were listed maybe, and gone when they were read
        return listing;
    }

    /// <summary>Decides how far to read.</summary>
    /// <remarks>A long listing is no picture of one instant: a batch stored on its way may be missed, and one that was stored after that
    /// one found. So of a long listing only what was there before it began is taken, which it shows without gaps; the next listing
    /// takes the rest.</remarks>
    /// <returns>Whether it was for want of room that not everything is read.</returns>
    private (List<Webhook> Items, int Batches, bool IsCut) Choose(Tenure tenure, Listing listing, int room)
    {
        var limit = listing.Names <= listedAtOnce ? long.MaxValue : tenure.Horizon;
        var order = new KeyValuePair<RecordKey, DocumentRecord>[listing.First.Count];
        for (var i = order.Length - 1; i >= 0; i--) order[i] = listing.First.Dequeue();
        var items = new List<Webhook>();
        var read = 0;
        foreach (var (key, record) in order)
        {
            if (record.Revision > limit) break;
            var before = items.Count;
            if (record.IsHit) batches.Read(key, record.Document, tenure, isRecovered: !tenure.IsCaughtUp, items);
            if (items.Count > room && before + tenure.Pending > 0)
            {
                items.RemoveRange(before, items.Count - before);
                return (items, read, true);
            }

            tenure.Know(key.Name);
            read++;
        }

        return (items, read, false);
    }

    private sealed class Listing
    {
        internal PriorityQueue<KeyValuePair<RecordKey, DocumentRecord>, BatchOrder> First { get; } = new(BatchOrder.Reversed);

        internal int Names { get; set; }

        internal int Fresh { get; set; }

        internal long Horizon { get; set; }
    }
}
