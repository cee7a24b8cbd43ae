using System.Buffers;
using Microsoft.Extensions.Caching.Distributed;
using Wappa.Caching.Stores;

namespace Wappa.Caching.Adapters;

/// <summary><see cref="IDistributedCache"/> and <see cref="IBufferDistributedCache"/> over the app's store of entries.</summary>
/// <remarks>
/// <para>A key is stored as <c>namespace:v1:</c> and the key as it is: any text, of any length, and nothing outside of the
/// namespace.</para>
/// <para>The synchronous members block their thread until the store has answered. They do not depend on the caller's
/// synchronization context or task scheduler, so they cannot wait for themselves; a store that is a round trip away still costs a
/// thread for that long.</para>
/// </remarks>
internal sealed class DistributedCacheAdapter(ICacheStore store, TimeProvider time, WappaDistributedCacheOptions options)
    : IBufferDistributedCache
{
    private readonly string _prefix = PrefixOf(options.Namespace);
    private readonly StoreDeadline _deadline = StoreDeadline.Of(
        store, options.StoreTimeout, $"{nameof(WappaDistributedCacheOptions)}.{nameof(options.StoreTimeout)}", time);

    /// <inheritdoc/>
    /// <returns>A copy of the caller's own; <see langword="null"/>: a miss.</returns>
    public async Task<byte[]?> GetAsync(string key, CancellationToken token = default) =>
        (await ReadAsync(key, token).ConfigureAwait(false))?.Value.ToArray();

    /// <inheritdoc/>
    public async ValueTask<bool> TryGetAsync(string key, IBufferWriter<byte> destination, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if (await ReadAsync(key, token).ConfigureAwait(false) is not { } entry) return false;
        destination.Write(entry.Value.Span);
        return true;
    }

    /// <inheritdoc/>
    public Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(value);
        return WriteAsync(Stored(key), value, options, token).AsTask();
    }

    /// <inheritdoc/>
    public ValueTask SetAsync(
        string key, ReadOnlySequence<byte> value, DistributedCacheEntryOptions options, CancellationToken token = default) =>
        value.IsSingleSegment
            ? WriteAsync(Stored(key), value.First, options, token)
            : WriteJoinedAsync(Stored(key), value, options, token);

    /// <inheritdoc/>
    /// <remarks>A read renews a sliding life; an entry without one is left as it is.</remarks>
    public async Task RefreshAsync(string key, CancellationToken token = default) =>
        await ReadAsync(key, token).ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task RemoveAsync(string key, CancellationToken token = default) =>
        await _deadline.WithinAsync(store.RemoveAsync, Stored(key), token).ConfigureAwait(false);

    /// <inheritdoc cref="GetAsync"/>
    public byte[]? Get(string key) => Blocking.Run((this, key), static call => call.Item1.GetAsync(call.key));

    /// <inheritdoc/>
    public bool TryGet(string key, IBufferWriter<byte> destination) => Blocking.Run(
        (this, key, destination), static call => call.Item1.TryGetAsync(call.key, call.destination).AsTask());

    /// <inheritdoc/>
    public void Set(string key, byte[] value, DistributedCacheEntryOptions options) => Blocking.Run(
        (this, key, value, options), static call => call.Item1.SetAsync(call.key, call.value, call.options));

    /// <inheritdoc/>
    public void Set(string key, ReadOnlySequence<byte> value, DistributedCacheEntryOptions options) => Blocking.Run(
        (this, key, value, options), static call => call.Item1.SetAsync(call.key, call.value, call.options).AsTask());

    /// <inheritdoc cref="RefreshAsync"/>
    public void Refresh(string key) => Blocking.Run((this, key), static call => call.Item1.RefreshAsync(call.key));

    /// <inheritdoc/>
    public void Remove(string key) => Blocking.Run((this, key), static call => call.Item1.RemoveAsync(call.key));

    private static string PrefixOf(string ns) => CacheKeyBuilder.Build(ns, 0)[..^1];

    private string Stored(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return _prefix + key;
    }

    private ValueTask<CacheEntry?> ReadAsync(string key, CancellationToken token) =>
        _deadline.WithinAsync(store.GetAsync, Stored(key), token);

    private async ValueTask WriteAsync(
        string stored, ReadOnlyMemory<byte> value, DistributedCacheEntryOptions options, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(options);
        var ttl = TtlOf(options);

        // Over before it began. The caller worked out an instant, and the clock went on: no mistake of theirs. What was there is gone.
        if (ttl <= TimeSpan.Zero)
        {
            await _deadline.WithinAsync(store.RemoveAsync, stored, token).ConfigureAwait(false);
            return;
        }

        var entry = new CacheEntry(value) { Ttl = ttl, SlidingTtl = options.SlidingExpiration };
        await _deadline.WithinAsync((entry, stop) => store.SetAsync(stored, entry, stop), entry, token).ConfigureAwait(false);
    }

    private async ValueTask WriteJoinedAsync(
        string stored, ReadOnlySequence<byte> value, DistributedCacheEntryOptions options, CancellationToken token)
    {
        var length = checked((int)value.Length);
        var joined = ArrayPool<byte>.Shared.Rent(length);
        value.CopyTo(joined);
        await WriteAsync(stored, joined.AsMemory(0, length), options, token).ConfigureAwait(false); // the store copies it

        // Not if it failed: a store that was given up may still be about to.
        ArrayPool<byte>.Shared.Return(joined);
    }

    // Of two ends the earlier one counts; a sliding life goes on under it, and never beyond it.
    private TimeSpan? TtlOf(DistributedCacheEntryOptions options)
    {
        var relative = options.AbsoluteExpirationRelativeToNow;
        if (options.AbsoluteExpiration is not { } instant) return relative;
        var left = instant - time.GetUtcNow();
        return relative < left ? relative : left;
    }
}
