using Wappa.Caching.Json.Journal;
using Wappa.Caching.Memory;

namespace Wappa.Caching.Json.Records;

/// <summary>A commit of several records: their lines are in one batch, which is valid as a whole or not at all.</summary>
internal sealed class JsonCommit(
    RecordWriter writer, RecordTable.Stripe stripe, IReadOnlyList<RecordWrite> writes, Dictionary<RecordKey, LoadedVersion> loaded)
    : RecordCommit
{
    internal bool HasChanges => Drafts.Exists(draft => draft.Changed);

    /// <summary>The batch of the newest version the answer rests on; null: readers see all of them.</summary>
    internal JournalBatch<RecordItem>? WaitsFor { get; private set; }

    /// <summary>Whether every record is in memory, or was read since nothing has left the stripe.</summary>
    internal bool TryStart()
    {
        foreach (var (key, change) in writes.DistinctBy(static write => write.Key))
        {
            if (RecordWriter.Base(change, writer.FindLocked(key)?.Newest) is not null) continue;
            if (!loaded.TryGetValue(key, out var version) || version.Removals != stripe.Removals) return false;
        }

        return true;
    }

    /// <summary>Hands the changes to the journal.</summary>
    /// <returns>The batch to wait for; null: nothing changed, or the journal has stopped.</returns>
    internal JournalBatch<RecordItem>? Append(long epoch, ref bool crowded)
    {
        if (!HasChanges) return WaitsFor;
        var items = new List<RecordItem>();
        foreach (var draft in Drafts)
        {
            if (!draft.Changed) continue;
            var record = writer.PlaceLocked(
                draft.Key, stripe, (JsonRecord?)draft.Record, loaded.GetValueOrDefault(draft.Key), ref crowded);
            items.Add(new RecordItem(record, draft.Version ?? writer.Gone(), items.Count == 0 ? Drafts.Count(d => d.Changed) : 1));
        }

        if (!writer.SplitsCommits) return writer.Append(epoch, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(items));
        JournalBatch<RecordItem>? last = null;
        foreach (var item in items)
        {
            last = writer.Append(epoch, [item with { Together = 1 }]);
            writer.Journal.Commit();
        }

        return last;
    }

    protected override Draft Start(in RecordKey key)
    {
        var wanted = key;
        var record = writer.FindLocked(key);
        var first = writes.First(write => write.Key == wanted).Change;
        var newest = record?.Newest;
        var version = RecordWriter.Base(first, newest) ?? loaded[key].Version!;
        if (RecordWriter.WaitsFor(record, newest) is { } batch && batch.Order >= (WaitsFor?.Order ?? 0)) WaitsFor = batch;
        return new Draft(key, record) { Version = writer.Live(version) };
    }

    protected override RecordStep Step(RecordChange change, StoredDocument? current) => writer.Step(change, current);

    protected override StoredDocument? Next(RecordChange change, in RecordStep step, StoredDocument? current) =>
        writer.Next(change, step, current);

    protected override ChangeResult Answer(in RecordStep step, StoredDocument? version) => writer.Answer(step, version);
}
