using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Wappa.Caching;

namespace Wappa.Turns;

/// <summary>
/// The unit of work of one turn: a store in which the states and user records of the turn's user are read once and changed
/// only here, until <see cref="End"/> gives the changes to be committed. Tables, other users and other tenants are not part
/// of the turn: they are passed on at once.
/// </summary>
/// <remarks>Thread-safe, as a handler may ask for several records at the same time. After the end every call throws: what a
/// handler kept would otherwise be lost without a word.</remarks>
/// <param name="inner">The app's store.</param>
/// <param name="tenant">The turn's tenant.</param>
/// <param name="user">The turn's user; null: a turn about no user, of which nothing is held back.</param>
/// <param name="maxRecordBytes">The largest record, in bytes of JSON.</param>
/// <param name="time">Times to live that begin in the turn are counted by it.</param>
internal sealed class TurnStore(
    IDocumentStore inner, string tenant, string? user, int maxRecordBytes, TimeProvider time) : IDocumentStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<RecordKey, TurnRecord> _records = [];
    private bool _ended;

    public string Backend => inner.Backend;

    public ValueTask<DocumentRecord> GetAsync(RecordKey key, CancellationToken cancellationToken = default)
    {
        if (!IsHeld(key)) return Passed().GetAsync(key, cancellationToken);
        if (!cancellationToken.IsCancellationRequested && Known(key) is { } known) return new(known);
        return ReadAsync(key, cancellationToken);
    }

    // The whole record is remembered, so that two fields read one after the other belong together.
    public ValueTask<DocumentRecord> GetFieldAsync(
        RecordKey key, string field, CancellationToken cancellationToken = default) =>
        IsHeld(key) ? GetAsync(key, cancellationToken) : Passed().GetFieldAsync(key, field, cancellationToken);

    public ValueTask<CacheTtl> GetTtlAsync(RecordKey key, CancellationToken cancellationToken = default) =>
        IsHeld(key) ? TtlAsync(key, cancellationToken) : Passed().GetTtlAsync(key, cancellationToken);

    public ValueTask<ChangeResult> ApplyAsync(
        RecordKey key, RecordChange change, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(change);
        return IsHeld(key)
            ? ApplyHeldAsync(key, change, cancellationToken)
            : Passed().ApplyAsync(key, change, cancellationToken);
    }

    public async ValueTask<CommitResult> CommitAsync(
        IReadOnlyList<RecordWrite> writes, CancellationToken cancellationToken = default)
    {
        RecordWrites.ThrowIfNotOneUser(writes);
        if (writes.Count == 0 || !IsHeld(writes[0].Key))
            return await Passed().CommitAsync(writes, cancellationToken).ConfigureAwait(false);
        await LoadAsync([.. writes.Select(write => write.Key)], cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            ThrowIfEnded();
            return Join(writes);
        }
    }

    public async ValueTask<IReadOnlyList<DocumentRecord>> GetManyAsync(
        IReadOnlyList<RecordKey> keys, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keys);
        var passed = await LoadAsync(keys, cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            ThrowIfEnded();
            return [.. keys.Select((key, i) => IsHeld(key) ? _records[key].Current : passed[i])];
        }
    }

    public async ValueTask<IReadOnlyList<ChangeResult>> WriteManyAsync(
        IReadOnlyList<RecordWrite> writes, CancellationToken cancellationToken = default)
    {
        RecordWrites.ThrowIfNotSetsAndDeletes(writes, maxRecordBytes);
        var passing = writes.Where(write => !IsHeld(write.Key)).ToArray();
        await LoadAsync([.. writes.Select(write => write.Key).Where(IsHeld)], cancellationToken).ConfigureAwait(false);
        var passed = passing.Length > 0 || writes.Count == 0
            ? await Passed().WriteManyAsync(passing, cancellationToken).ConfigureAwait(false)
            : [];
        var results = new ChangeResult[writes.Count];
        lock (_gate)
        {
            ThrowIfEnded();
            for (int i = 0, next = 0; i < results.Length; i++)
            {
                var (key, change) = writes[i];
                results[i] = IsHeld(key) ? _records[key].Apply(change, maxRecordBytes) : passed[next++];
            }
        }

        return results;
    }

    public IAsyncEnumerable<KeyValuePair<RecordKey, DocumentRecord>> ListAsync(
        RecordSet set, CancellationToken cancellationToken = default) =>
        IsHeld(set) ? ListHeldAsync(set, cancellationToken) : Passed().ListAsync(set, cancellationToken);

    public ValueTask<long> DeleteAllAsync(RecordSet set, CancellationToken cancellationToken = default) =>
        IsHeld(set) ? DeleteHeldAsync(set, cancellationToken) : Passed().DeleteAllAsync(set, cancellationToken);

    /// <summary>Ends the turn: from now on every call throws.</summary>
    /// <returns>What has to be committed, all of one user; empty if the turn changed and observed nothing.</returns>
    internal List<RecordWrite> End()
    {
        var writes = new List<RecordWrite>();
        lock (_gate)
        {
            _ended = true;
            foreach (var (key, record) in _records) record.AddWrites(key, writes);
        }

        return writes;
    }

    /// <summary>The commit is to fail if a record that was read is another by then.</summary>
    internal void Require(RecordKey key)
    {
        lock (_gate)
        {
            if (_records.TryGetValue(key, out var record)) record.Observe();
        }
    }

    /// <summary>The states that the turn has set or deleted, and how long each lives.</summary>
    internal List<(string Name, CacheTtl Ttl)> ChangedStates()
    {
        lock (_gate)
        {
            return [.. _records.Where(static pair => pair.Key.Kind == RecordKind.State && pair.Value.IsChanged)
                .Select(static pair => (pair.Key.Name, pair.Value.Current.Ttl))];
        }
    }

    private bool IsHeld(RecordKey key) => key.Kind != RecordKind.Table && key.Owner == user && key.Tenant == tenant;

    private bool IsHeld(in RecordSet set) => set.Kind != RecordKind.Table && set.Owner == user && set.Tenant == tenant;

    private IDocumentStore Passed()
    {
        lock (_gate) ThrowIfEnded();
        return inner;
    }

    private void ThrowIfEnded()
    {
        if (!_ended) return;
        throw new InvalidOperationException(
            "The turn these caches belong to is over: its changes were committed or dropped. Await everything before the handler " +
            $"returns; for work that goes on afterwards inject {nameof(ICacheFactory)}, whose caches act at once.");
    }

    private DocumentRecord? Known(RecordKey key)
    {
        lock (_gate)
        {
            ThrowIfEnded();
            return _records.TryGetValue(key, out var record) ? record.Current : null;
        }
    }

    private async ValueTask<DocumentRecord> ReadAsync(RecordKey key, CancellationToken cancellationToken)
    {
        var record = await FindAsync(key, cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            ThrowIfEnded();
            return record.Current;
        }
    }

    private async ValueTask<CacheTtl> TtlAsync(RecordKey key, CancellationToken cancellationToken) =>
        (await ReadAsync(key, cancellationToken).ConfigureAwait(false)).Ttl;

    private async ValueTask<ChangeResult> ApplyHeldAsync(
        RecordKey key, RecordChange change, CancellationToken cancellationToken)
    {
        var record = await FindAsync(key, cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            ThrowIfEnded();
            return record.Apply(change, maxRecordBytes);
        }
    }

    private async ValueTask<TurnRecord> FindAsync(RecordKey key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            ThrowIfEnded();
            if (_records.TryGetValue(key, out var known)) return known;
        }

        var stored = await inner.GetAsync(key, cancellationToken).ConfigureAwait(false);
        lock (_gate) return Remember(key, stored);
    }

    // Another call may have read the record meanwhile, and changed it: what it knows counts.
    private TurnRecord Remember(RecordKey key, in DocumentRecord stored)
    {
        ref var record = ref CollectionsMarshal.GetValueRefOrAddDefault(_records, key, out _);
        return record ??= new(stored, time);
    }

    /// <summary>Reads what is not known yet, in one call.</summary>
    /// <returns>One per key; of those that are held back it means nothing.</returns>
    private async ValueTask<DocumentRecord[]> LoadAsync(IReadOnlyList<RecordKey> keys, CancellationToken cancellationToken)
    {
        var places = new List<int>();
        lock (_gate)
        {
            ThrowIfEnded();
            for (var i = 0; i < keys.Count; i++)
            {
                if (!IsHeld(keys[i]) || !_records.ContainsKey(keys[i])) places.Add(i);
            }
        }

        var found = new DocumentRecord[keys.Count];
        if (places.Count == 0 && keys.Count > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return found;
        }

        var records = await inner.GetManyAsync([.. places.Select(i => keys[i])], cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            for (var i = 0; i < places.Count; i++)
            {
                if (IsHeld(keys[places[i]])) Remember(keys[places[i]], records[i]);
                else found[places[i]] = records[i];
            }
        }

        return found;
    }

    // All or nothing, like a commit of the store: the changes are tried on copies.
    private CommitResult Join(IReadOnlyList<RecordWrite> writes)
    {
        var drafts = new Dictionary<RecordKey, TurnRecord>();
        var results = new ChangeResult[writes.Count];
        for (var i = 0; i < results.Length; i++)
        {
            var (key, change) = writes[i];
            if (!drafts.TryGetValue(key, out var draft)) drafts.Add(key, draft = _records[key].Fork());
            results[i] = draft.Apply(change, maxRecordBytes);
            if (!RecordWrites.RefusesCommit(change, results[i].Outcome)) continue;
            _records[key].Observe();
            return new(false, [results[i]], i);
        }

        foreach (var (key, draft) in drafts) _records[key] = draft;
        return new(true, results);
    }

    private async IAsyncEnumerable<KeyValuePair<RecordKey, DocumentRecord>> ListHeldAsync(
        RecordSet set, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var listed = new HashSet<RecordKey>();
        var stored = Passed().ListAsync(set, cancellationToken);
        await foreach (var (key, record) in stored.ConfigureAwait(false))
        {
            listed.Add(key);
            var seen = Known(key) ?? record;
            if (seen.IsHit) yield return new(key, seen);
        }

        RecordKey[] held;
        lock (_gate) held = [.. _records.Keys];
        foreach (var key in held)
        {
            if (set.Contains(key) && listed.Add(key) && Known(key) is { IsHit: true } own) yield return new(key, own);
        }
    }

    private async ValueTask<long> DeleteHeldAsync(RecordSet set, CancellationToken cancellationToken)
    {
        var (delete, deleted) = (new RecordChange.Delete(), 0L);
        await foreach (var (key, _) in ListHeldAsync(set, cancellationToken).ConfigureAwait(false))
        {
            if (CacheName.IsReserved(key.Name)) continue;
            var result = await ApplyHeldAsync(key, delete, cancellationToken).ConfigureAwait(false);
            deleted += result.Applied ? 1 : 0;
        }

        return deleted;
    }
}
