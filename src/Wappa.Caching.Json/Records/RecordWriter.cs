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
    private static readonly StoredDocument Damaged = new(CacheDocument.Empty, 1, Stores.StoreClock.Never);

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
                var commit = new JsonCommit(this, stripe, writes, loaded);
                if (commit.TryStart())
                {
                    result = commit.Prepare(writes);
                    batch = result.Committed ? commit.Append(epoch, ref crowded) : commit.WaitsFor;
                    if (result.Committed && commit.HasChanges && batch is null) return false;
                    if (!crowded) return true;
                    break;
                }
            }

            Load(writes, stripe, loaded);
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
                    // Not read first and covered then: a version read from the file may come between.
                    was[j] = items[i + j].Record.Exchange(StoredDocument.Pending);
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

    /// <summary>The version a change is built on, if it is in memory.</summary>
    /// <exception cref="CacheStoreCorruptException">The record's file was damaged, and this neither replaces nor deletes it.</exception>
    /// <remarks>Deleting a damaged record finds something to delete: the file is in quarantine already, and this ends its
    /// complaints.</remarks>
    internal static StoredDocument? Base(RecordChange change, StoredDocument? newest) =>
        !ReferenceEquals(newest, JsonRecord.Corrupt) ? RecordReader.Known(newest)
        : change is RecordChange.Set ? JsonRecord.Absent
        : change is RecordChange.Delete ? Damaged
        : throw RecordDamage.Error();

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

    /// <summary>The batch to wait for before anybody is told what rests on a version; null: readers see the version already.</summary>
    /// <param name="record">The record.</param>
    /// <param name="newest">Its newest version, as it was found.</param>
    /// <remarks>Not asked of what is pending now: the version may have been rolled back a moment ago, and then its batch has to
    /// say so.</remarks>
    internal static JournalBatch<RecordItem>? WaitsFor(JsonRecord? record, StoredDocument? newest) =>
        record is null || newest is null || ReferenceEquals(newest, record.Current) ||
        ReferenceEquals(newest, JsonRecord.Unloaded) || ReferenceEquals(newest, JsonRecord.Corrupt)
            ? null
            : record.PendingBatch;

    internal bool SplitsCommits => fault == ProtocolFault.SplitCommit;

    private void Load(IReadOnlyList<RecordWrite> writes, RecordTable.Stripe stripe, Dictionary<RecordKey, LoadedVersion> loaded)
    {
        int removals;
        lock (stripe.Lock) removals = stripe.Removals;
        foreach (var (key, change) in writes.DistinctBy(static write => write.Key))
        {
            if (Base(change, records.Find(key)?.Newest) is not null) continue; // a commit starts over if it leaves memory now
            var version = reader.LoadFile(key, out var isBehind);
            loaded[key] = new LoadedVersion { Version = version, Removals = removals, IsBehind = isBehind };
        }
    }

    private bool? TryApplyLocked(
        in RecordKey key, RecordChange change, RecordTable.Stripe stripe, in LoadedVersion loaded, ref bool crowded,
        out ChangeResult result, out JournalBatch<RecordItem>? batch)
    {
        result = default;
        batch = null;
        var epoch = Journal.Epoch;
        var record = records.FindLocked(key);
        var newest = record?.Newest;
        var current = Base(change, newest);
        if (current is null && change is not RecordChange.Set)
        {
            if (loaded.Version is null || loaded.Removals != stripe.Removals) return null;
            current = loaded.Version;
            record = reader.EnterLocked(key, stripe, record, current, loaded.IsBehind, ref crowded);
        }

        var live = current is null ? null : Live(current);
        var step = Step(change, live);
        if (step.Outcome != ChangeOutcome.Applied || step.Unchanged)
        {
            result = Answer(step, live);
            batch = WaitsFor(record, newest);
            return true;
        }

        var next = Next(change, step, live);
        record ??= records.AddLocked(key, stripe, JsonRecord.Unloaded, ref crowded);
        batch = Append(epoch, [new RecordItem(record, next ?? Gone(), 1)]);
        result = Answer(step, next);
        return batch is not null;
    }

    private void Publish(in RecordItem item, StoredDocument? covered = null)
    {
        records.Show(item.Record, item.Version, covered);
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
