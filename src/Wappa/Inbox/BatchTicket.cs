using Wappa.Caching;

namespace Wappa.Inbox;

/// <summary>A batch record and how much of it is left to do: each item, and each message an item's turn has left to send,
/// holds it once.</summary>
internal sealed class BatchTicket(BatchLog log, RecordKey key, Tenure tenure, int count)
{
    private int _count = count;

    internal RecordKey Key => key;

    internal BatchTicket Hold()
    {
        Interlocked.Increment(ref _count);
        return this;
    }

    /// <summary>One thing less to do. After the last the record is deleted, by and by; by the next owner of the partition if this one's
    /// time is over.</summary>
    internal void Release()
    {
        if (Interlocked.Decrement(ref _count) == 0 && tenure.IsHeld) log.Delete(key, tenure);
    }
}
