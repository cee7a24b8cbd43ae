using Wappa.Caching;

namespace Wappa.Inbox;

/// <summary>The order in which the batches of a partition were stored: by their first revision, which grows over the whole of one server;
/// the parts of a batch that was too large for a record by name.</summary>
internal readonly record struct BatchOrder(long Place, string Name)
{
    internal static BatchOrder Of(in KeyValuePair<RecordKey, DocumentRecord> batch) => new(BatchLog.OrderOf(batch.Value), batch.Key.Name);

    internal static int Compare(BatchOrder left, BatchOrder right) => left.Place != right.Place
        ? left.Place.CompareTo(right.Place)
        : string.CompareOrdinal(left.Name, right.Name);

    /// <summary>Puts the last first.</summary>
    internal static Comparer<BatchOrder> Reversed { get; } = Comparer<BatchOrder>.Create(static (left, right) => Compare(right, left));
}
