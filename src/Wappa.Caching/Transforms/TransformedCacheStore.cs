using Wappa.Caching.Layering;
using Wappa.Caching.Stores;

namespace Wappa.Caching.Transforms;

/// <summary>Compresses and encrypts the values of another store on their way in, and the reverse on their way out. Keys, tags and times
/// stay as they are: the store works with them.</summary>
/// <remarks>
/// <para><b>A value that cannot be read is a miss</b>, logged and counted, and not an exception: entries are copies, so the
/// caller goes to the source, whose answer is written over what was damaged; one bad entry does not fail a read of a hundred; and
/// a session that was tampered with is a new session instead of an error for ever. It is not removed either: what looks damaged to a
/// node without the newest key is good for the others.</para>
/// <para>So <see cref="AddAsync"/> may answer that there is an entry which nobody can read.</para>
/// </remarks>
internal sealed class TransformedCacheStore(ICacheStore inner, EntryTransform transform, UnreadableEntries unreadable)
    : ICacheStore, ITimedReads, IInstantEntries, IStoreLayer
{
    private readonly ITimedReads _timed = inner as ITimedReads ?? new SeparateReads(inner);
    private readonly IInstantEntries? _instant = inner as IInstantEntries;

    public string Backend => inner.Backend;

    public ICacheStore Inner => inner;

    public ValueTask<CacheEntry?> GetAsync(string key, CancellationToken cancellationToken = default)
    {
        var read = inner.GetAsync(key, cancellationToken);
        return read.IsCompletedSuccessfully ? new(Decode(key, read.Result)) : AwaitAsync(key, read);
    }

    bool IInstantEntries.NeverWaits => _instant is { NeverWaits: true };

    bool IInstantEntries.TryRead(ReadOnlySpan<char> key, out CacheEntry? entry)
    {
        entry = null;
        if (_instant is null || !_instant.TryRead(key, out var stored)) return false;
        if (stored is not null) entry = transform.IsPlain(stored.Value.Span) ? stored : Decode(key.ToString(), stored);
        return true;
    }

    public async ValueTask<IReadOnlyList<CacheEntry?>> GetManyAsync(
        IReadOnlyList<string> keys, CancellationToken cancellationToken = default)
    {
        var stored = await inner.GetManyAsync(keys, cancellationToken).ConfigureAwait(false);
        var found = new CacheEntry?[stored.Count];
        for (var i = 0; i < found.Length; i++) found[i] = Decode(keys[i], stored[i]);
        return found;
    }

    async ValueTask<TimedEntry> ITimedReads.GetTimedAsync(string key, CancellationToken cancellationToken)
    {
        var stored = await _timed.GetTimedAsync(key, cancellationToken).ConfigureAwait(false);
        return stored with { Entry = Decode(key, stored.Entry) };
    }

    async ValueTask<IReadOnlyList<TimedEntry>> ITimedReads.GetManyTimedAsync(
        IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        var stored = await _timed.GetManyTimedAsync(keys, cancellationToken).ConfigureAwait(false);
        return [.. stored.Select((one, i) => one with { Entry = Decode(keys[i], one.Entry) })];
    }

    public async ValueTask SetAsync(string key, CacheEntry entry, CancellationToken cancellationToken = default)
    {
        using var stored = Encode(key, entry);
        await inner.SetAsync(key, entry with { Value = stored.Value }, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask SetManyAsync(
        IReadOnlyList<KeyValuePair<string, CacheEntry>> entries, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var stored = new List<StoredBytes>(entries.Count);
        try
        {
            foreach (var (key, entry) in entries) stored.Add(Encode(key, entry));
            var written = new KeyValuePair<string, CacheEntry>[entries.Count];
            for (var i = 0; i < written.Length; i++)
                written[i] = new(entries[i].Key, entries[i].Value with { Value = stored[i].Value });
            await inner.SetManyAsync(written, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            foreach (var one in stored) one.Dispose();
        }
    }

    public async ValueTask<bool> AddAsync(string key, CacheEntry entry, CancellationToken cancellationToken = default)
    {
        using var stored = Encode(key, entry);
        return await inner.AddAsync(key, entry with { Value = stored.Value }, cancellationToken).ConfigureAwait(false);
    }

    public ValueTask<LoadFence> BeginLoadAsync(string key, CancellationToken cancellationToken = default) =>
        inner.BeginLoadAsync(key, cancellationToken);

    public async ValueTask<bool> CompleteLoadAsync(
        string key, CacheEntry entry, LoadFence fence, CancellationToken cancellationToken = default)
    {
        using var stored = Encode(key, entry);
        return await inner.CompleteLoadAsync(key, entry with { Value = stored.Value }, fence, cancellationToken).ConfigureAwait(false);
    }

    public ValueTask<bool> RemoveAsync(string key, CancellationToken cancellationToken = default) =>
        inner.RemoveAsync(key, cancellationToken);

    public ValueTask RemoveByTagAsync(string tag, CancellationToken cancellationToken = default) =>
        inner.RemoveByTagAsync(tag, cancellationToken);

    public ValueTask<long> RemoveByPrefixAsync(string prefix, CancellationToken cancellationToken = default) =>
        inner.RemoveByPrefixAsync(prefix, cancellationToken);

    public ValueTask<CacheTtl> GetTtlAsync(string key, CancellationToken cancellationToken = default) =>
        inner.GetTtlAsync(key, cancellationToken);

    public ValueTask<bool> RenewAsync(string key, TimeSpan ttl, CancellationToken cancellationToken = default) =>
        inner.RenewAsync(key, ttl, cancellationToken);

    private StoredBytes Encode(string key, CacheEntry entry)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        ArgumentNullException.ThrowIfNull(entry);
        return transform.Encode(key, entry.Value);
    }

    private async ValueTask<CacheEntry?> AwaitAsync(string key, ValueTask<CacheEntry?> read) =>
        Decode(key, await read.ConfigureAwait(false));

    private CacheEntry? Decode(string key, CacheEntry? stored)
    {
        if (stored is null) return null;
        var result = transform.Decode(key, stored.Value, out var value, out var keyId);
        if (result != Decoded.Value)
        {
            unreadable.Report(result, keyId);
            return null;
        }

        return value.Equals(stored.Value) ? stored : stored with { Value = value };
    }
}
