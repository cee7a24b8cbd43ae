using Wappa.Caching.Json.Files;

namespace Wappa.Caching.Json.Journal;

/// <summary>The changes that become durable together, and everybody who waits for that.</summary>
/// <typeparam name="TItem">What the journal's owner publishes afterwards.</typeparam>
internal sealed class JournalBatch<TItem>
{
    private const int LargestKept = 1 << 20;

    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal JournalBatch()
        : this(new FileBuffer(), [], 0)
    {
    }

    private JournalBatch(FileBuffer lines, List<TItem> items, long order)
    {
        Order = order;
        Lines = lines;
        Items = items;
    }

    internal FileBuffer Lines { get; }

    /// <summary>Batches are done in this order.</summary>
    internal long Order { get; }

    internal int LineCount { get; set; }

    internal List<TItem> Items { get; }

    /// <summary>Somebody waits for it although there may be nothing in it: a flush, or a mark to be written.</summary>
    internal bool IsWanted { get; set; }

    /// <summary>It is synced whatever the durability.</summary>
    internal bool MustSync { get; set; }

    /// <summary>Ends when the batch is acknowledged or has failed.</summary>
    internal Task Done => _done.Task;

    /// <summary>The batch after this one.</summary>
    /// <param name="room">A batch that is over, whose room it takes; null: none.</param>
    internal JournalBatch<TItem> Next(JournalBatch<TItem>? room)
    {
        if (room is null || room.Lines.Length > LargestKept) return new JournalBatch<TItem>(new FileBuffer(), [], Order + 1);
        room.Lines.Clear();
        room.Items.Clear();
        return new JournalBatch<TItem>(room.Lines, room.Items, Order + 1);
    }

    internal void Complete() => _done.TrySetResult();

    internal void Fail(Exception error)
    {
        _done.TrySetException(error);
        _ = _done.Task.Exception; // a batch without waiters must not be reported as unobserved
    }
}
