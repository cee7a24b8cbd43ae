using System.Collections.Concurrent;
using System.Text;
using Wappa.Caching;

namespace Wappa.Tests.UserData;

/// <summary>Remembers every key that was ever written, so that a test can look at all there is, whoever put it there.</summary>
/// <param name="inner">The store.</param>
/// <param name="backend">What it is taken for.</param>
internal sealed class KeyRecordingStore(IDocumentStore inner, string backend) : IDocumentStore
{
    private readonly ConcurrentDictionary<RecordKey, bool> _keys = new();

    public string Backend => backend;

    /// <summary>The records whose key or content holds the text.</summary>
    internal async Task<List<string>> FindAsync(string text)
    {
        var found = new List<string>();
        foreach (var key in _keys.Keys)
        {
            var record = await inner.GetAsync(key);
            if (!record.IsHit) continue;
            var content = Encoding.UTF8.GetString(record.Document.Utf8Json);
            if (key.ToString().Contains(text, StringComparison.Ordinal) || content.Contains(text, StringComparison.Ordinal))
                found.Add($"{key}: {content}");
        }

        return found;
    }

    public ValueTask<DocumentRecord> GetAsync(RecordKey key, CancellationToken cancellationToken = default) =>
        inner.GetAsync(key, cancellationToken);

    public ValueTask<DocumentRecord> GetFieldAsync(RecordKey key, string field, CancellationToken cancellationToken = default) =>
        inner.GetFieldAsync(key, field, cancellationToken);

    public ValueTask<CacheTtl> GetTtlAsync(RecordKey key, CancellationToken cancellationToken = default) =>
        inner.GetTtlAsync(key, cancellationToken);

    public ValueTask<ChangeResult> ApplyAsync(RecordKey key, RecordChange change, CancellationToken cancellationToken = default)
    {
        _keys[key] = true;
        return inner.ApplyAsync(key, change, cancellationToken);
    }

    public ValueTask<CommitResult> CommitAsync(IReadOnlyList<RecordWrite> writes, CancellationToken cancellationToken = default)
    {
        foreach (var write in writes) _keys[write.Key] = true;
        return inner.CommitAsync(writes, cancellationToken);
    }

    public ValueTask<IReadOnlyList<DocumentRecord>> GetManyAsync(
        IReadOnlyList<RecordKey> keys, CancellationToken cancellationToken = default) => inner.GetManyAsync(keys, cancellationToken);

    public ValueTask<IReadOnlyList<ChangeResult>> WriteManyAsync(
        IReadOnlyList<RecordWrite> writes, CancellationToken cancellationToken = default)
    {
        foreach (var write in writes) _keys[write.Key] = true;
        return inner.WriteManyAsync(writes, cancellationToken);
    }

    public IAsyncEnumerable<KeyValuePair<RecordKey, DocumentRecord>> ListAsync(
        RecordSet set, CancellationToken cancellationToken = default) => inner.ListAsync(set, cancellationToken);

    public ValueTask<long> DeleteAllAsync(RecordSet set, CancellationToken cancellationToken = default) =>
        inner.DeleteAllAsync(set, cancellationToken);
}
