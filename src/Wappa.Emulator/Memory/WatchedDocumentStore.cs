using System.Runtime.CompilerServices;
using Wappa.Caching;
using Wappa.Turns;

namespace Wappa.Emulator;

/// <summary>A store whose changes the history is told, whatever the backend. The pipeline's own records are passed by.</summary>
/// <remarks>What was there before is read right before the change. A change by another hand in between would be told as this one's:
/// the history is for the eyes, so no lock is worth it.</remarks>
internal sealed class WatchedDocumentStore(
    IDocumentStore inner, MemoryHistory history, RecordTraffic traffic, TimeProvider time) : IDocumentStore, IDocumentStoreLayer
{
    private static readonly AsyncLocal<MemoryWriter?> Writer = new();

    public IDocumentStore Inner => inner;

    public string Backend => inner.Backend;

    /// <summary>Says who changes records from here on, in this flow of calls.</summary>
    internal static MemoryWriter? CurrentWriter
    {
        get => Writer.Value;
        set => Writer.Value = value;
    }

    internal static bool IsReserved(in RecordKey key) =>
        CacheName.IsReserved(key.Name) || CacheName.IsReserved(key.Tenant) || CacheName.IsReserved(key.Owner);

    public async ValueTask<DocumentRecord> GetAsync(RecordKey key, CancellationToken cancellationToken = default) =>
        Read(key, await inner.GetAsync(key, cancellationToken).ConfigureAwait(false));

    public async ValueTask<DocumentRecord> GetFieldAsync(
        RecordKey key, string field, CancellationToken cancellationToken = default) =>
        Read(key, await inner.GetFieldAsync(key, field, cancellationToken).ConfigureAwait(false));

    public ValueTask<CacheTtl> GetTtlAsync(RecordKey key, CancellationToken cancellationToken = default) =>
        inner.GetTtlAsync(key, cancellationToken);

    public async ValueTask<ChangeResult> ApplyAsync(
        RecordKey key, RecordChange change, CancellationToken cancellationToken = default)
    {
        if (IsReserved(key)) return await inner.ApplyAsync(key, change, cancellationToken).ConfigureAwait(false);
        var before = await inner.GetAsync(key, cancellationToken).ConfigureAwait(false);
        var result = await inner.ApplyAsync(key, change, cancellationToken).ConfigureAwait(false);
        if (result.Applied) await NoteAsync(key, before, change, result, DirectWriter).ConfigureAwait(false);
        return result;
    }

    public async ValueTask<CommitResult> CommitAsync(
        IReadOnlyList<RecordWrite> writes, CancellationToken cancellationToken = default)
    {
        RecordKey[] keys = [.. writes.Select(static write => write.Key).Where(static key => !IsReserved(key)).Distinct()];
        if (keys.Length == 0) return await inner.CommitAsync(writes, cancellationToken).ConfigureAwait(false);
        var before = await inner.GetManyAsync(keys, cancellationToken).ConfigureAwait(false);
        var commit = await inner.CommitAsync(writes, cancellationToken).ConfigureAwait(false);
        if (!commit.Committed) return commit;
        // A turn commits together with its mailbox, after its handler has returned.
        var isTurn = keys.Length < writes.Count && writes.Any(static write => IsReserved(write.Key));
        var writer = isTurn ? history.RunningOf(keys[0].Tenant, keys[0].Owner) ?? DirectWriter : DirectWriter;
        for (var i = 0; i < keys.Length; i++)
        {
            var last = LastOf(writes, keys[i]);
            await NoteAsync(keys[i], before[i], writes[last].Change, commit.Results[last], writer).ConfigureAwait(false);
        }

        return commit;
    }

    public async ValueTask<IReadOnlyList<DocumentRecord>> GetManyAsync(
        IReadOnlyList<RecordKey> keys, CancellationToken cancellationToken = default)
    {
        var records = await inner.GetManyAsync(keys, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < keys.Count; i++) Read(keys[i], records[i]);
        return records;
    }

    public async ValueTask<IReadOnlyList<ChangeResult>> WriteManyAsync(
        IReadOnlyList<RecordWrite> writes, CancellationToken cancellationToken = default)
    {
        var before = await inner.GetManyAsync([.. writes.Select(static write => write.Key)], cancellationToken).ConfigureAwait(false);
        var results = await inner.WriteManyAsync(writes, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < writes.Count; i++)
        {
            var (key, change) = writes[i];
            if (IsReserved(key) || !results[i].Applied) continue;
            await NoteAsync(key, before[i], change, results[i], DirectWriter).ConfigureAwait(false);
        }

        return results;
    }

    public async IAsyncEnumerable<KeyValuePair<RecordKey, DocumentRecord>> ListAsync(
        RecordSet set, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        See(set);
        await foreach (var record in inner.ListAsync(set, cancellationToken).ConfigureAwait(false)) yield return record;
    }

    public async ValueTask<long> DeleteAllAsync(RecordSet set, CancellationToken cancellationToken = default)
    {
        See(set);
        var before = new List<KeyValuePair<RecordKey, DocumentRecord>>();
        await foreach (var record in inner.ListAsync(set, cancellationToken).ConfigureAwait(false)) before.Add(record);
        var deleted = await inner.DeleteAllAsync(set, cancellationToken).ConfigureAwait(false);
        foreach (var (key, record) in before)
        {
            if (IsReserved(key)) continue;
            traffic.Wrote(key.Kind);
            history.Add(key, RecordVersion.Of(record, time.GetUtcNow()), default, DirectWriter);
        }

        return deleted;
    }

    private static MemoryWriter DirectWriter => CurrentWriter ??
        (TurnRunner.Current is { } turn ? new("turn", turn.Id, turn.Attempt) : MemoryWriter.App);

    private static int LastOf(IReadOnlyList<RecordWrite> writes, RecordKey key)
    {
        var at = writes.Count - 1;
        while (writes[at].Key != key) at--;
        return at;
    }

    private DocumentRecord Read(RecordKey key, in DocumentRecord record)
    {
        if (IsReserved(key) || CurrentWriter == MemoryWriter.Page) return record;
        if (key.Kind == RecordKind.Table) history.SeeTable(key.Tenant, key.Owner);
        traffic.Read(key.Kind, record.IsHit);
        return record;
    }

    private void See(in RecordSet set)
    {
        if (set.Kind == RecordKind.Table && !CacheName.IsReserved(set.Tenant) && !CacheName.IsReserved(set.Owner))
            history.SeeTable(set.Tenant, set.Owner);
    }

    private async ValueTask NoteAsync(
        RecordKey key, DocumentRecord before, RecordChange change, ChangeResult result, MemoryWriter writer)
    {
        if (key.Kind == RecordKind.Table) history.SeeTable(key.Tenant, key.Owner);
        if (change is not RecordChange.Require && result.Applied) traffic.Wrote(key.Kind);
        var after = result.Record;
        if (!after.IsHit && change is not RecordChange.Delete)
        {
            // The change took effect; that its answer came without the record is no reason to fail it.
            try
            {
                after = await inner.GetAsync(key).ConfigureAwait(false);
            }
            catch (CacheStoreException)
            {
                return;
            }
        }

        var now = time.GetUtcNow();
        if (after.IsHit && after.Revision == before.Revision) return;
        history.Add(key, RecordVersion.Of(before, now), RecordVersion.Of(after, now), writer);
    }
}
