using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Wappa.Caching.Tests.Conformance;

/// <summary>A store as simple as it can be: a dictionary and one lock. It shows that the contract can be kept without
/// the machinery of the memory store, it is the model that one is compared with, and it can be given any one fault, to
/// see that the suites notice.</summary>
internal sealed class SimpleDocumentStore(CachingOptions options, TimeProvider time, Fault fault = Fault.None)
    : IDocumentStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _records = [];
    private readonly Dictionary<string, Entry> _before = [];
    private long _revision;

    public string Backend => "simple";

    public ValueTask<DocumentRecord> GetAsync(RecordKey key, CancellationToken cancellationToken = default)
    {
        Check(cancellationToken);
        lock (_lock)
        {
            // A cache in front of the store that is not told of changes.
            if (fault == Fault.ReadsStaleVersions && _before.Remove(Text(key), out var stale))
                return new(Record(stale));
            return new(Current(key));
        }
    }

    public ValueTask<DocumentRecord> GetFieldAsync(RecordKey key, string field,
        CancellationToken cancellationToken = default) =>
        GetAsync(key, cancellationToken);

    public ValueTask<CacheTtl> GetTtlAsync(RecordKey key, CancellationToken cancellationToken = default)
    {
        Check(cancellationToken);
        lock (_lock) return new(Current(key).Ttl);
    }

    public ValueTask<ChangeResult> ApplyAsync(RecordKey key, RecordChange change,
        CancellationToken cancellationToken = default)
    {
        Check(cancellationToken);
        if (fault == Fault.LosesUpdates)
        {
            DocumentRecord seen;
            lock (_lock) seen = Current(key);
            Thread.Yield(); // between the read and the write anything may happen
            lock (_lock) return new(Apply(key, change, seen));
        }

        lock (_lock) return new(Apply(key, change, Current(key)));
    }

    public ValueTask<CommitResult> CommitAsync(IReadOnlyList<RecordWrite> writes,
        CancellationToken cancellationToken = default)
    {
        if (fault == Fault.CommitsTwoUsers) writes.Any(write => write.Key.Kind == RecordKind.Table).ShouldBe(false);
        else if (fault != Fault.CommitsTableRows) RecordWrites.ThrowIfNotOneUser(writes);
        Check(cancellationToken);
        if (fault == Fault.ShowsHalfOfACommit)
        {
            return new(new CommitResult(true, [.. writes.Select(write =>
            {
                Thread.Yield();
                lock (_lock) return Apply(write.Key, write.Change, Current(write.Key));
            })]));
        }

        lock (_lock) return new(Commit(writes));
    }

    public ValueTask<IReadOnlyList<DocumentRecord>> GetManyAsync(
        IReadOnlyList<RecordKey> keys, CancellationToken cancellationToken = default)
    {
        Check(cancellationToken);
        lock (_lock) return new([.. keys.Select(Current)]);
    }

    public ValueTask<IReadOnlyList<ChangeResult>> WriteManyAsync(
        IReadOnlyList<RecordWrite> writes, CancellationToken cancellationToken = default)
    {
        if (fault != Fault.WritesManyOfAnyChange) RecordWrites.ThrowIfNotSetsAndDeletes(writes, options.MaxRecordBytes);
        Check(cancellationToken);
        lock (_lock) return new([.. writes.Select(write => Apply(write.Key, write.Change, Current(write.Key)))]);
    }

    public async IAsyncEnumerable<KeyValuePair<RecordKey, DocumentRecord>> ListAsync(
        RecordSet set, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.CompletedTask;
        KeyValuePair<RecordKey, DocumentRecord>[] found;
        lock (_lock)
        {
            found =
            [
                .. from entry in _records.Values
                   where IsIn(set, entry.Key) && (entry.Key.Name.Length > 0 || fault == Fault.ListsTheTableLevelRecord)
                   let record = Record(entry)
                   where record.IsHit
                   select KeyValuePair.Create(entry.Key, record),
            ];
        }

        foreach (var one in found)
        {
            Check(cancellationToken);
            yield return one;
        }
    }

    public ValueTask<long> DeleteAllAsync(RecordSet set, CancellationToken cancellationToken = default)
    {
        Check(cancellationToken);
        lock (_lock)
        {
            var gone = _records.Where(pair =>
                (set.Kind is null && fault == Fault.ErasesTheWholeTenant && pair.Value.Key.Tenant == set.Tenant) ||
                (IsIn(set, pair.Value.Key) &&
                    (fault != Fault.KeepsTheTableLevelRecord || pair.Value.Key.Name.Length > 0))).ToList();
            var count = gone.Count(pair => fault == Fault.CountsTheExpired || Record(pair.Value).IsHit);
            foreach (var pair in gone) Remove(pair.Key);
            return new(count);
        }
    }

    private static CacheDocument Rounded(CacheDocument document)
    {
        var fields = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(document.Utf8Json)!;
        return CacheSerializer.Default.ToDocument(fields.ToDictionary(
            field => field.Key, field =>
                field.Value.ValueKind == JsonValueKind.Number ? (object)field.Value.GetDouble() : field.Value));
    }

    private CommitResult Commit(IReadOnlyList<RecordWrite> writes)
    {
        var before = new Dictionary<string, Entry>(_records);
        var results = new List<ChangeResult>();
        try
        {
            foreach (var (key, change) in writes)
            {
                var result = Apply(key, change, Current(key));
                if (RecordWrites.RefusesCommit(change, result.Outcome))
                {
                    GoBack(before);
                    return new(false, [result], results.Count);
                }

                results.Add(result);
            }
        }
        catch
        {
            GoBack(before);
            throw;
        }

        return new(true, results);
    }

    private void GoBack(Dictionary<string, Entry> before)
    {
        if (fault == Fault.KeepsHalfOfARefusedCommit) return;
        _records.Clear();
        foreach (var pair in before) _records.Add(pair.Key, pair.Value);
    }

    private ChangeResult Apply(RecordKey key, RecordChange change, DocumentRecord current)
    {
        var step = RecordTransition.Apply(change, current,
            options.MaxRecordBytes + (fault == Fault.AllowsOneByteMore ? 1 : 0));
        if (step.Outcome != ChangeOutcome.Applied)
        {
            if (fault == Fault.ARefusalTakesARevision && _records.TryGetValue(Text(key), out var refused))
                refused.Revision = ++_revision;
            return new(step.Outcome, fault == Fault.HidesTheWinner ? default : current);
        }

        if (step.Unchanged) return new(step.Outcome, current, step.Number);
        var text = Text(key);
        if (_records.TryGetValue(text, out var was)) _before[text] = was;
        if (step.Document is not { } document)
        {
            Remove(text);
            return new(step.Outcome, DocumentRecord.Miss, step.Number);
        }

        var expiry = step.Expiry;
        if (fault == Fault.LosesTheTtlOnAnEdit && expiry == ExpiryStep.Keep) expiry = ExpiryStep.Clear;
        if (fault == Fault.SetKeepsTheTtl && change is RecordChange.Set { Ttl: null }) expiry = ExpiryStep.Keep;
        var entry = new Entry
        {
            Key = key,
            Document = fault == Fault.RoundsNumbers ? Rounded(document) : document,
            Revision = ++_revision,
            Expires = expiry switch
            {
                ExpiryStep.Keep => current.IsHit ? was?.Expires : null,
                ExpiryStep.Start => Saturated(change.Ttl ?? change.TtlOnCreate!.Value),
                _ => null,
            },
        };
        _records[text] = entry;
        return new(step.Outcome, Record(entry), step.Number);
    }

    private void Remove(string text)
    {
        _records.Remove(text);
        if (fault == Fault.ReusesRevisionsAfterDelete && _records.Count == 0) _revision = 0;
    }

    private DocumentRecord Current(RecordKey key) =>
        _records.TryGetValue(Text(key), out var entry) ? Record(entry) : DocumentRecord.Miss;

    private DocumentRecord Record(Entry entry)
    {
        if (entry.Expires is not { } expires) return DocumentRecord.Hit(entry.Document, entry.Revision, null);
        var left = expires - time.GetTimestamp();
        return left > 0 || (left == 0 && fault == Fault.ExpiresOneStepLate)
            ? DocumentRecord.Hit(entry.Document, entry.Revision, new TimeSpan(Math.Max(left, 1)))
            : DocumentRecord.Miss;
    }

    private long Saturated(TimeSpan ttl) =>
        ttl.Ticks > long.MaxValue - time.GetTimestamp() ? long.MaxValue : time.GetTimestamp() + ttl.Ticks;

    private bool IsIn(RecordSet set, RecordKey key) => fault switch
    {
        Fault.TakesPrefixesAsPatterns when set.Prefix.Length > 0 => WithoutPrefix(set).Contains(key) && Regex.IsMatch(
            key.Name, "^" + Regex.Escape(set.Prefix).Replace("\\*", ".*", StringComparison.Ordinal)
                .Replace("\\?", ".", StringComparison.Ordinal)),
        Fault.IgnoresCaseInPrefixes when set.Prefix.Length > 0 =>
            WithoutPrefix(set).Contains(key) && key.Name.StartsWith(set.Prefix, StringComparison.OrdinalIgnoreCase),
        _ => set.Contains(key),
    };

    private static RecordSet WithoutPrefix(RecordSet set) => set.Kind switch
    {
        RecordKind.State => RecordSet.States(set.Tenant, set.Owner),
        RecordKind.User => RecordSet.UserRecords(set.Tenant, set.Owner),
        _ => RecordSet.Rows(set.Tenant, set.Owner),
    };

    private string Text(RecordKey key) => fault == Fault.JoinsKeysWithoutEscaping
        ? $"{key.Kind}:{key.Tenant}:{key.Owner}:{key.Name}"
        : KeyFactory.Default.Key(key);

    private void Check(CancellationToken cancellationToken)
    {
        if (fault != Fault.SwallowsCancellation) cancellationToken.ThrowIfCancellationRequested();
    }

    private sealed class Entry
    {
        internal required RecordKey Key { get; init; }

        internal required CacheDocument Document { get; init; }

        internal required long Revision { get; set; }

        internal required long? Expires { get; init; }
    }
}
