using Wappa.Caching;
using Wappa.Caching.Stores;

namespace Wappa.Emulator;

/// <summary>A store of entries that can be down.</summary>
/// <param name="inner">The store.</param>
/// <param name="throwIfDown">Throws while it is.</param>
internal sealed class FailingCacheStore(ICacheStore inner, Action throwIfDown) : ICacheStore, IStoreLayer
{
    public string Backend => inner.Backend;

    public ICacheStore Inner => inner;

    private ICacheStore Up
    {
        get
        {
            throwIfDown();
            return inner;
        }
    }

    public async ValueTask<CacheEntry?> GetAsync(string key, CancellationToken cancellationToken = default) =>
        await Up.GetAsync(key, cancellationToken).ConfigureAwait(false);

    public async ValueTask<IReadOnlyList<CacheEntry?>> GetManyAsync(
        IReadOnlyList<string> keys, CancellationToken cancellationToken = default) =>
        await Up.GetManyAsync(keys, cancellationToken).ConfigureAwait(false);

    public async ValueTask SetAsync(string key, CacheEntry entry, CancellationToken cancellationToken = default) =>
        await Up.SetAsync(key, entry, cancellationToken).ConfigureAwait(false);

    public async ValueTask SetManyAsync(
        IReadOnlyList<KeyValuePair<string, CacheEntry>> entries, CancellationToken cancellationToken = default) =>
        await Up.SetManyAsync(entries, cancellationToken).ConfigureAwait(false);

    public async ValueTask<bool> AddAsync(string key, CacheEntry entry, CancellationToken cancellationToken = default) =>
        await Up.AddAsync(key, entry, cancellationToken).ConfigureAwait(false);

    public async ValueTask<LoadFence> BeginLoadAsync(string key, CancellationToken cancellationToken = default) =>
        await Up.BeginLoadAsync(key, cancellationToken).ConfigureAwait(false);

    public async ValueTask<bool> CompleteLoadAsync(
        string key, CacheEntry entry, LoadFence fence, CancellationToken cancellationToken = default) =>
        await Up.CompleteLoadAsync(key, entry, fence, cancellationToken).ConfigureAwait(false);

    public async ValueTask<bool> RemoveAsync(string key, CancellationToken cancellationToken = default) =>
        await Up.RemoveAsync(key, cancellationToken).ConfigureAwait(false);

    public async ValueTask RemoveByTagAsync(string tag, CancellationToken cancellationToken = default) =>
        await Up.RemoveByTagAsync(tag, cancellationToken).ConfigureAwait(false);

    public async ValueTask<long> RemoveByPrefixAsync(string prefix, CancellationToken cancellationToken = default) =>
        await Up.RemoveByPrefixAsync(prefix, cancellationToken).ConfigureAwait(false);

    public async ValueTask<CacheTtl> GetTtlAsync(string key, CancellationToken cancellationToken = default) =>
        await Up.GetTtlAsync(key, cancellationToken).ConfigureAwait(false);

    public async ValueTask<bool> RenewAsync(string key, TimeSpan ttl, CancellationToken cancellationToken = default) =>
        await Up.RenewAsync(key, ttl, cancellationToken).ConfigureAwait(false);
}
