using System.Runtime.CompilerServices;
using Microsoft.Extensions.Caching.Hybrid;
using Wappa.Caching.Loading;
using Wappa.Caching.Statistics;
using Wappa.Caching.Stores;

namespace Wappa.Caching.Adapters.Hybrid;

/// <summary><see cref="HybridCache"/> over the app's store of entries, by the loader of the strategies.</summary>
/// <remarks>
/// <para>A key is stored as <c>namespace:v1:</c> and the key as it is. Any text of any length is a key: none is silently left out of
/// the cache.</para>
/// <para><b>Tiers.</b> HybridCache tells a local cache from a distributed one. A store in this process is the local one, and there is no
/// distributed one; any other is the distributed one, and memory in front of it is the store's own affair, which keeps it in step.
/// So local flags and <see cref="HybridCacheEntryOptions.LocalCacheExpiration"/> mean the store in this process, distributed flags mean
/// the other kind, and the rest means nothing, as it does for a HybridCache that lacks the tier.
/// <see cref="HybridCacheEntryFlags.DisableCompression"/> means nothing either: the store compresses, or not.</para>
/// </remarks>
internal sealed class HybridCacheAdapter : HybridCache
{
    private const int KeyOnStack = 256;
    private const string EveryTag = "*";

    private readonly CacheStrategyContext _context;
    private readonly ICacheStore _store;
    private readonly HybridLoaders _loaders;
    private readonly CacheCounters _counters;
    private readonly CacheEntryPolicy _policy;
    private readonly StoreDeadline _deadline;
    private readonly string _prefix;
    private readonly bool _isLocal;

    internal HybridCacheAdapter(CacheStrategyContext context, HybridFormats formats, WappaHybridCacheOptions options)
    {
        options.ThrowIfInvalid();
        _context = context;
        _store = context.Store;
        _loaders = new HybridLoaders(context, options.Namespace, formats);
        _counters = context.Statistics.Of(options.Namespace);
        _policy = options.Policy;
        _deadline = StoreDeadline.Of(_store, _policy.StoreTimeout, nameof(_policy.StoreTimeout), context.Time);
        _prefix = CacheKeyBuilder.Build(options.Namespace, 0)[..^1];
        _isLocal = _store.Find<IEntryUsage>() is not null;
    }

    /// <inheritdoc/>
    public override ValueTask<T> GetOrCreateAsync<TState, T>(
        string key, TState state, Func<TState, CancellationToken, ValueTask<T>> factory, HybridCacheEntryOptions? options = null,
        IEnumerable<string>? tags = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        return GetOrLoadAsync(key, state, factory, options, tags, cancellationToken);
    }

    /// <inheritdoc/>
    public override ValueTask<T> GetOrCreateAsync<TState, T>(
        ReadOnlySpan<char> key, TState state, Func<TState, CancellationToken, ValueTask<T>> factory,
        HybridCacheEntryOptions? options = null, IEnumerable<string>? tags = null, CancellationToken cancellationToken = default) =>
        GetOrLoadAsync(key, state, factory, options, tags, cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="CacheSerializationException">The value has no form, or would lose what its type adds.</exception>
    /// <exception cref="CacheStoreException">The store failed, or did not answer within
    /// <see cref="CacheEntryPolicy.StoreTimeout"/>.</exception>
    public override async ValueTask SetAsync<T>(
        string key, T value, HybridCacheEntryOptions? options = null, IEnumerable<string>? tags = null,
        CancellationToken cancellationToken = default)
    {
        var stored = Stored(key);
        if (!Writes(UseOf(options?.Flags))) return;
        var policy = PolicyOf(options, tags);
        var entry = EntryLives.OfSet(_loaders.Of<T>(StoreUse.ReadAndWrite).Entries.Codec.Encode(value), policy.Ttl, policy);
        try
        {
            await _deadline.WithinAsync((entry, token) => _store.SetAsync(stored, entry, token), entry, cancellationToken)
                .ConfigureAwait(false);
            _counters.Add(CacheCount.Sets);
        }
        finally
        {
            _loaders.Detach(stored);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="CacheStoreException">The store failed, or did not answer within
    /// <see cref="CacheEntryPolicy.StoreTimeout"/>.</exception>
    public override async ValueTask RemoveAsync(string key, CancellationToken cancellationToken = default)
    {
        var stored = Stored(key);
        try
        {
            await _deadline.WithinAsync(_store.RemoveAsync, stored, cancellationToken).ConfigureAwait(false);
            _counters.Add(CacheCount.Deletes);
        }
        finally
        {
            _loaders.Detach(stored); // even if nobody knows whether it was removed
        }
    }

    /// <inheritdoc/>
    /// <remarks>Every entry of the store that carries the tag, on every node. <c>*</c> is every entry of this cache.</remarks>
    /// <exception cref="CacheStoreException">The store failed, or did not answer within
    /// <see cref="CacheEntryPolicy.StoreTimeout"/>.</exception>
    public override async ValueTask RemoveByTagAsync(string tag, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(tag);
        try
        {
            if (tag == EveryTag) await _deadline.WithinAsync(_store.RemoveByPrefixAsync, _prefix, cancellationToken).ConfigureAwait(false);
            else await _deadline.WithinAsync(_store.RemoveByTagAsync, tag, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _context.Flights.DetachAll(); // which of them would carry it, nobody knows before they end
        }
    }

    private static bool Reads(StoreUse use) => (use & StoreUse.Read) != 0; // HasFlag allocates where it is not optimized

    private static bool Writes(StoreUse use) => (use & StoreUse.Write) != 0;

    private static async ValueTask<T> FindAsync<T>(
        EntryLoader<T> loader, string stored, CacheEntryPolicy policy, CancellationToken cancellationToken) =>
        (await loader.FindAsync(stored, policy, takesStale: false, cancellationToken).ConfigureAwait(false)).Value!;

    // Not one public overload by the other: finding a virtual generic method is a look-up of its own.
    private ValueTask<T> GetOrLoadAsync<TState, T>(
        ReadOnlySpan<char> key, TState state, Func<TState, CancellationToken, ValueTask<T>> factory, HybridCacheEntryOptions? options,
        IEnumerable<string>? tags, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(factory);
        var use = UseOf(options?.Flags);
        var loader = _loaders.Of<T>(use).Entries;
        if (Reads(use) && TryHit(loader, key, cancellationToken, out var value)) return new(value);
        var stored = string.Concat(_prefix, key);
        var policy = PolicyOf(options, tags);
        if (options?.Flags is { } flags && flags.HasFlag(HybridCacheEntryFlags.DisableUnderlyingData))
            return Reads(use) ? FindAsync(loader, stored, policy, cancellationToken) : new(default(T)!);
        var call = (state, factory, Stores: Writes(use));
        return Reads(use)
            ? loader.GetOrLoadAsync(stored, call, Load, policy, cancellationToken)
            : loader.LoadAsync(stored, call, Load, policy, cancellationToken);

        static Task<T> Load(
            (TState State, Func<TState, CancellationToken, ValueTask<T>> Factory, bool Stores) call, CacheLoad load,
            CancellationToken token)
        {
            if (!call.Stores) load.DoNotCache();
            return call.Factory(call.State, token).AsTask();
        }
    }

    // The whole of a hit in memory: the characters on the stack, one look-up.
    [SkipLocalsInit]
    private bool TryHit<T>(EntryLoader<T> loader, ReadOnlySpan<char> key, CancellationToken cancellationToken, out T value)
    {
        Span<char> text = stackalloc char[KeyOnStack];
        if (_prefix.Length + key.Length > KeyOnStack || cancellationToken.IsCancellationRequested)
        {
            value = default!;
            return false;
        }

        _prefix.CopyTo(text);
        key.CopyTo(text[_prefix.Length..]);
        return loader.TryHit(text[..(_prefix.Length + key.Length)], _policy.EagerRefresh, out value);
    }

    private string Stored(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return _prefix + key;
    }

    private StoreUse UseOf(HybridCacheEntryFlags? flags)
    {
        if (flags is null or HybridCacheEntryFlags.None) return StoreUse.ReadAndWrite;
        var (read, write) = _isLocal
            ? (HybridCacheEntryFlags.DisableLocalCacheRead, HybridCacheEntryFlags.DisableLocalCacheWrite)
            : (HybridCacheEntryFlags.DisableDistributedCacheRead, HybridCacheEntryFlags.DisableDistributedCacheWrite);
        return (flags.Value.HasFlag(read) ? StoreUse.None : StoreUse.Read) | (flags.Value.HasFlag(write) ? StoreUse.None : StoreUse.Write);
    }

    private CacheEntryPolicy PolicyOf(HybridCacheEntryOptions? options, IEnumerable<string>? tags)
    {
        var policy = options is null ? _policy : _policy.WithTtl(TtlOf(options));
        return tags is null ? policy : policy with { Tags = [.. policy.Tags, .. tags] };
    }

    // What is kept locally lives no longer than it does anywhere.
    private TimeSpan? TtlOf(HybridCacheEntryOptions options)
    {
        var ttl = CacheEntryPolicy.Above0(options.Expiration, nameof(options.Expiration)) ?? _policy.Ttl;
        var local = CacheEntryPolicy.Above0(options.LocalCacheExpiration, nameof(options.LocalCacheExpiration));
        return _isLocal && (ttl is null || local < ttl) ? local ?? ttl : ttl;
    }
}
