using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace Wappa.Caching.WriteBehind;

/// <summary>The queue as records of a store that outlives the process: one record for each key, holding its newest value.</summary>
/// <remarks>
/// <para>A row's sequence is its revision. It is taken away by a commit that requires that revision, so that a value written while an
/// older one was on its way to the database stays.</para>
/// <para>Rows are user records of one owner, the strategy: those can be listed at the cost of what is there, and committed with a
/// condition on every backend.</para>
/// <para>A record that something else has changed until it is no row any more is reported once and left where it is, for a person to look
/// at: it must not hold up the others. A new write of its key replaces it.</para>
/// </remarks>
internal sealed class RecordJournal(IDocumentStore store, string tenant, string ns, bool isShared, ILogger logger) : IWriteBehindJournal
{
    private readonly ConcurrentDictionary<RecordKey, bool> _unreadable = new();
    private readonly string _owner = "write-behind:" + ns;
    private readonly string _dead = "write-behind-dead:" + ns;

    public bool Survives => true;

    public bool IsShared => isShared;

    public async ValueTask<long> PutAsync(JournalRow row, CancellationToken cancellationToken)
    {
        var set = new RecordChange.Set(Write(row, null));
        return (await store.ApplyAsync(Row(row.Id), set, cancellationToken).ConfigureAwait(false)).Record.Revision;
    }

    // What has written the key since has first taken the letter away and then its own row. So a letter that is still there, and no row
    // at the end, mean that nothing newer was written between.
    public async ValueTask<long?> ReviveAsync(JournalRow dead, CancellationToken cancellationToken)
    {
        var letter = await store.GetAsync(Dead(dead.Id), cancellationToken).ConfigureAwait(false);
        if (!letter.IsHit || letter.Document.GetField<long>("sequence") != dead.Sequence) return null;
        var create = new RecordChange.CreateIfAbsent(Write(dead, null));
        var created = await store.ApplyAsync(Row(dead.Id), create, cancellationToken).ConfigureAwait(false);
        return created.Applied ? created.Record.Revision : null;
    }

    public async ValueTask<IReadOnlyList<JournalRow?>> FindManyAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        if (ids.Count == 1)
        {
            var record = await store.GetAsync(Row(ids[0]), cancellationToken).ConfigureAwait(false);
            return [record.IsHit ? Read(ids[0], record) : null];
        }

        var records = await store.GetManyAsync([.. ids.Select(Row)], cancellationToken).ConfigureAwait(false);
        return [.. records.Select((record, i) => record.IsHit ? Read(ids[i], record) : null)];
    }

    public async ValueTask<bool> RemoveAsync(string id, long sequence, CancellationToken cancellationToken)
    {
        var row = Row(id);
        var commit = await store.CommitAsync(
            [new(row, new RecordChange.Require(sequence)), new(row, new RecordChange.Delete())], cancellationToken).ConfigureAwait(false);
        return commit.Committed;
    }

    public async IAsyncEnumerable<JournalRow> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var rows = store.ListAsync(RecordSet.UserRecords(tenant, _owner), cancellationToken);
        await foreach (var (key, record) in rows.ConfigureAwait(false))
        {
            if (record.IsHit && TryRead(key, record) is { } row) yield return row;
        }
    }

    public async ValueTask BuryAsync(DeadRow row, CancellationToken cancellationToken)
    {
        var set = new RecordChange.Set(Write(row.Row, row));
        await store.ApplyAsync(Dead(row.Row.Id), set, cancellationToken).ConfigureAwait(false);
    }

    public async IAsyncEnumerable<DeadRow> ListDeadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var rows = store.ListAsync(RecordSet.UserRecords(tenant, _dead), cancellationToken);
        await foreach (var (key, record) in rows.ConfigureAwait(false))
        {
            if (record.IsHit && TryRead(key, record) is { } row) yield return ReadDead(row, record.Document!);
        }
    }

    public async ValueTask ForgetDeadAsync(string id, CancellationToken cancellationToken) =>
        await store.ApplyAsync(Dead(id), new RecordChange.Delete(), cancellationToken).ConfigureAwait(false);

    private static CacheDocument Write(JournalRow row, DeadRow? dead)
    {
        var document = CacheDocument.Empty
            .SetField("key", CacheSerializer.Default.ToJson(Texts(row.Key)))
            .SetField("value", row.Json.Span);
        return dead is null
            ? document
            : document
                .SetField("sequence", CacheSerializer.Default.ToJson(row.Sequence))
                .SetField("reason", CacheSerializer.Default.ToJson(dead.Reason))
                .SetField("given_up_at", CacheSerializer.Default.ToJson(dead.GivenUpAt));
    }

    private static DeadRow ReadDead(JournalRow row, CacheDocument document) => new(
        row with { Sequence = document.GetField<long>("sequence") }, document.GetField<string>("reason") ?? "",
        document.GetField<DateTimeOffset>("given_up_at"));

    private JournalRow? TryRead(RecordKey key, in DocumentRecord record)
    {
        try
        {
            var row = Read(key.Name, record);
            if (key.Owner == _dead) _ = ReadDead(row, record.Document!);
            _unreadable.TryRemove(key, out _);
            return row;
        }
        catch (Exception error) when (error is CacheStoreCorruptException or CacheSerializationException or CacheTypeException)
        {
            if (_unreadable.TryAdd(key, true)) WriteBehindLog.RowUnreadable(logger, error, ns);
            return null;
        }
    }

    private static JournalRow Read(string id, in DocumentRecord record)
    {
        var document = record.Document!;
        try
        {
            if (document.GetField<string[]>("key") is { Length: > 0 } parts && document.TryGetField("value", out var json))
            {
                var key = CacheKeyParts.Create([.. parts.Select(part => (CacheKeyPart)part)]);
                return new JournalRow(id, key, json.ToArray(), record.Revision);
            }
        }
        catch (Exception error) when (error is CacheSerializationException or CacheTypeException or ArgumentException)
        {
            throw Corrupt(error);
        }

        throw Corrupt(null);

        static CacheStoreCorruptException Corrupt(Exception? error) => new(
            "A row of a write-behind queue has no key or no value: something else has changed the record. Mend or remove it.", error);
    }

    private static string[] Texts(CacheKeyParts key)
    {
        var texts = new string[key.Count];
        for (var i = 0; i < texts.Length; i++) texts[i] = key.Text(i);
        return texts;
    }

    private RecordKey Row(string id) => RecordKey.User(tenant, _owner, id);

    private RecordKey Dead(string id) => RecordKey.User(tenant, _dead, id);
}
