using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.OutputCaching;

namespace Wappa.Caching.AspNetCore.OutputCaching;

/// <summary>ASP.NET Core's output cache over the app's store of entries.</summary>
/// <remarks>
/// <para>A key is stored as <c>namespace:v1:</c> and the key as it is: the middleware parts its keys with control characters, and to
/// the store no character is special.</para>
/// <para>Tags are the entries' tags, shared with everything else in the store: evicting <c>user:7</c> here removes what strategies keep
/// under that tag too, and the other way round.</para>
/// <para>The middleware says when it has a response, but not when it began to make it. So there is no fence: what is evicted while it is
/// being made is stored all the same.</para>
/// </remarks>
internal sealed class EntryOutputCacheStore(ICacheStore store, string ns) : IOutputCacheBufferStore
{
    private readonly string _prefix = CacheKeyBuilder.Prefix(ns, 1) + ":";

    /// <inheritdoc/>
    /// <returns>A copy of the caller's own; <see langword="null"/>: a miss.</returns>
    public async ValueTask<byte[]?> GetAsync(string key, CancellationToken cancellationToken) =>
        (await store.GetAsync(Stored(key), cancellationToken).ConfigureAwait(false))?.Value.ToArray();

    /// <inheritdoc/>
    /// <remarks>Not flushed: that would wait for a reader, which comes when this has returned.</remarks>
    public async ValueTask<bool> TryGetAsync(string key, PipeWriter destination, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if (await store.GetAsync(Stored(key), cancellationToken).ConfigureAwait(false) is not { } entry) return false;
        destination.Write(entry.Value.Span);
        return true;
    }

    /// <inheritdoc/>
    public ValueTask SetAsync(string key, byte[] value, string[]? tags, TimeSpan validFor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(value);
        return WriteAsync(Stored(key), Entry(value, tags, validFor), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask SetAsync(
        string key, ReadOnlySequence<byte> value, ReadOnlyMemory<string> tags, TimeSpan validFor, CancellationToken cancellationToken)
    {
        // The store copies what is in one piece; pieces are joined into the very array that a store in memory then keeps.
        var entry = value.IsSingleSegment
            ? Entry(value.First, tags.Span, validFor)
            : Entry(value.ToArray(), tags.Span, validFor)?.Owned();
        return WriteAsync(Stored(key), entry, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask EvictByTagAsync(string tag, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(tag);
        return store.RemoveByTagAsync(tag, cancellationToken);
    }

    private string Stored(string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        return _prefix + key;
    }

    // Null: over before it began.
    private static CacheEntry? Entry(ReadOnlyMemory<byte> value, ReadOnlySpan<string> tags, TimeSpan validFor) =>
        validFor > TimeSpan.Zero ? new CacheEntry(value) { Ttl = validFor, Tags = [.. tags] } : null;

    private async ValueTask WriteAsync(string stored, CacheEntry? entry, CancellationToken cancellationToken)
    {
        if (entry is not null) await store.SetAsync(stored, entry, cancellationToken).ConfigureAwait(false);
        else await store.RemoveAsync(stored, cancellationToken).ConfigureAwait(false); // what was there is gone
    }
}
