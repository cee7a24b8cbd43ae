using Wappa.Caching;

namespace Wappa.Inbox;

/// <summary>The order in which the batches of a partition were stored: by revision, which grows over the whole of one server; the parts
/// of a batch that was too large for a record by name.</summary>
internal readonly record struct BatchOrder(long Revision, string Name)
{
    internal static BatchOrder Of(in KeyValuePair<RecordKey, DocumentRecord> batch) => new(batch.Value.Revision, batch.Key.Name);

    internal static int Compare(BatchOrder left, BatchOrder right) => left.Revision != right.Revision
        ? left.Revision.CompareTo(right.Revision)
        : string.CompareOrdinal(left.Name, right.Name);

    /// <summary>Puts the last first.</summary>
    internal static Comparer<BatchOrder> Reversed { get; } = Comparer<BatchOrder>.Create(static (left, right) => Compare(right, left));
}
