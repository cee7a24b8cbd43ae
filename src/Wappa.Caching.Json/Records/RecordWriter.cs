using Wappa.Caching.Json.Files;
using Wappa.Caching.Json.Journal;
using Wappa.Caching.Memory;

namespace Wappa.Caching.Json.Records;

/// <summary>Changes records: works out the next version under the record's lock, hands its line to the journal, and shows it to
/// readers once the journal says so.</summary>
internal sealed class RecordWriter(
    ResidentRecords records, RecordReader reader, Checkpointer checkpointer, DiskClock clock, Revisions revisions,
    long maxRecordBytes, ProtocolFault fault)
{
    [ThreadStatic]
    private static FileBuffer? _lines;

    internal Journal<RecordItem> Journal { get; set; } = null!;

    /// <summary>Makes one change, up to the point where its batch has to be waited for.</summary>
    /// <param name="key">The record.</param>
    /// <param name="change">The change.</param>
    /// <param name="result">What to answer once the batch is done.</param>
    /// <param name="batch">The batch; null: there is nothing to wait for.</param>
    /// <returns>False: the journal has stopped; try again when it is ready.</returns>
    internal bool TryApply(in RecordKey key, RecordChange change, out ChangeResult result, out JournalBatch<RecordItem>? batch)
    {
        var stripe = records.StripeOf(key);
        var loaded = default(LoadedVersion);
        while (true)
        {
            var crowded = false;
            bool? done;
            lock (stripe.Lock) done = TryApplyLocked(key, change, stripe, loaded, ref crowded, out result, out batch);
            if (crowded) records.Grow(stripe);
            if (done is { } answer) return answer;
            lock (stripe.Lock) loaded.Removals = stripe.Removals;
            loaded.Version = reader.LoadFile(key, out loaded.IsBehind);
        }
    }

    /// <summary>Makes several changes of one user's records, all or none.</summary>
    /// <inheritdoc cref="TryApply" path="/returns"/>
    internal bool TryCommit(IReadOnlyList<RecordWrite> writes, out CommitResult result, out JournalBatch<RecordItem>? batch)
    {
        var stripe = records.StripeOf(writes[0].Key);
        var loaded = new Dictionary<RecordKey, LoadedVersion>();
        while (true)
        {
            var crowded = false;
            lock (stripe.Lock)
            {
                var epoch = Journal.Epoch;
                var commit = new JsonCommit(this, stripe, loaded);
                if (commit.TryStart(writes))
                {
                    result = commit.Prepare(writes);
                    batch = result.Committed ? commit.Append(epoch, ref crowded) : commit.WaitsFor();
                    if (result.Committed && commit.HasChanges && batch is null) return false;
                    if (!crowded) return true;
                    break;
                }
            }

            int removals;
            lock (stripe.Lock) removals = stripe.Removals;
            foreach (var write in writes)
            {
                var version = reader.LoadFile(write.Key, out var isBehind);
                loaded[write.Key] = new LoadedVersion { Version = version, Removals = removals, IsBehind = isBehind };
            }
        }

        records.Grow(stripe);
        return true;
    }

    /// <summary>Makes everything written so far durable, on this thread.</summary>
    /// <exception cref="FileSystemException">It could not be.</exception>
    internal void Flush()
    {
        if (Journal.RequestSync() is { } batch)
        {
            while (!batch.Done.IsCompleted) Journal.Commit();
            if (batch.Done.IsCompletedSuccessfully) return;
        }

        throw new FileSystemException("The journal failed.", FileError.Device, Journal.Error);
    }

    /// <summary>Shows a batch's versions to readers. What must be seen together is first covered: readers who meet the cover
    /// wait for the stripe.</summary>
    internal void Publish(List<RecordItem> items)
    {
        for (var i = 0; i < items.Count;)
        {
            var together = items[i].Together;
            if (together == 1)
            {
                Publish(items[i++]);
                continue;
            }

            lock (records.StripeOf(items[i].Record.Key).Lock)
            {
                var was = new StoredDocument?[together];
                for (var j = 0; j < together; j++)
                {
                    was[j] = items[i + j].Record.Current;
                    items[i + j].Record.Current = StoredDocument.Pending;
                }

                for (var j = 0; j < together; j++) Publish(items[i + j], was[j]);
            }

            i += together;
        }
    }

    /// <summary>Forgets a batch's versions.</summary>
    internal static void Rollback(List<RecordItem> items)
    {
        foreach (var item in items) item.Record.Settle(item.Version);
    }

    internal RecordStep Step(RecordChange change, StoredDocument? current) =>
        RecordTransition.Apply(change, reader.Hit(current), maxRecordBytes);

    internal StoredDocument? Next(RecordChange change, in RecordStep step, StoredDocument? current) =>
        step.Document is not { } document
            ? null
            : new StoredDocument(document, revisions.Next(), StoredDocument.ExpiryAfter(step, change, current, clock.Store));

    internal ChangeResult Answer(in RecordStep step, StoredDocument? version) => new(step.Outcome, reader.Hit(version), step.Number);

    internal StoredDocument? Live(StoredDocument version) => clock.Store.HasPassed(version.ExpiresAt) ? null : version;

    internal StoredDocument Gone() => new(CacheDocument.Empty, revisions.Next(), StoredDocument.Gone);

    internal JsonRecord? FindLocked(in RecordKey key) => records.FindLocked(key);

    /// <summary>The record's place in memory; the caller holds its stripe.</summary>
    internal JsonRecord PlaceLocked(
        in RecordKey key, RecordTable.Stripe stripe, JsonRecord? record, in LoadedVersion loaded, ref bool crowded) =>
        loaded.Version is { } version && loaded.Removals == stripe.Removals
            ? reader.EnterLocked(key, stripe, record, version, loaded.IsBehind, ref crowded)
            : record ?? records.AddLocked(key, stripe, JsonRecord.Unloaded, ref crowded);

    /// <summary>Adds the line of a version.</summary>
    internal void WriteLine(FileBuffer lines, in RecordKey key, StoredDocument version)
    {
        var document = version.ExpiresAt == StoredDocument.Gone ? null : version;
        RecordLine.Write(lines, new RecordImage(key, version.Revision, document is null ? 0 : clock.ToDisk(version.ExpiresAt), document));
    }

    /// <summary>Hands versions to the journal. They are pending before it has them, so that it cannot publish one before.</summary>
    internal JournalBatch<RecordItem>? Append(long epoch, ReadOnlySpan<RecordItem> items)
    {
        var lines = _lines ??= new FileBuffer();
        lines.Clear();
        foreach (var item in items)
        {
            item.Record.Pending = item.Version;
            WriteLine(lines, item.Record.Key, item.Version);
        }

        var batch = Journal.Append(epoch, lines.Span, items);

        // Refused: whatever was pending before is void or published by now, so nothing is.
        foreach (var item in items)
        {
            if (batch is null) item.Record.Settle(item.Version);
            else item.Record.PendingBatch = batch;
        }

        return batch;
    }

    internal bool SplitsCommits => fault == ProtocolFault.SplitCommit;

    private bool? TryApplyLocked(
        in RecordKey key, RecordChange change, RecordTable.Stripe stripe, in LoadedVersion loaded, ref bool crowded,
        out ChangeResult result, out JournalBatch<RecordItem>? batch)
    {
        result = default;
        batch = null;
        var epoch = Journal.Epoch;
        var record = records.FindLocked(key);
        var current = record?.Newest;
        var replaces = change is RecordChange.Set or RecordChange.Delete && ReferenceEquals(current, JsonRecord.Corrupt);
        current = replaces ? current : RecordReader.Known(current);
        if (current is null && change is not RecordChange.Set)
        {
            if (loaded.Version is null || loaded.Removals != stripe.Removals) return null;
            current = loaded.Version;
            record = reader.EnterLocked(key, stripe, record, current, loaded.IsBehind, ref crowded);
        }

        // A damaged record can be deleted: its file is in quarantine already, and this ends its complaints.
        if (replaces && change is RecordChange.Delete) current = new StoredDocument(CacheDocument.Empty, 1, Stores.StoreClock.Never);
        var live = current is null ? null : Live(current);
        var step = Step(change, live);
        if (step.Outcome != ChangeOutcome.Applied || step.Unchanged)
        {
            // What it was refused for may not be durable yet, and the caller must not learn of it before.
            result = Answer(step, live);
            batch = record?.Pending is null ? null : record.PendingBatch;
            return true;
        }

        var next = Next(change, step, live);
        record ??= records.AddLocked(key, stripe, JsonRecord.Unloaded, ref crowded);
        batch = Append(epoch, [new RecordItem(record, next ?? Gone(), 1)]);
        result = Answer(step, next);
        return batch is not null;
    }

    private void Publish(in RecordItem item) => Publish(item, item.Record.Current);

    private void Publish(in RecordItem item, StoredDocument? was)
    {
        records.Show(item.Record, item.Version, was);
        checkpointer.Add(item.Record);
        item.Record.Settle(item.Version);
    }
}

/// <summary>A version read from a file, for a change that needs it.</summary>
internal struct LoadedVersion
{
    /// <summary>The version; null: nothing was read.</summary>
    internal StoredDocument? Version;

    /// <summary>How many records had left the stripe before it was read.</summary>
    internal int Removals;

    /// <summary>Whether the file has to be written again.</summary>
    internal bool IsBehind;
}
