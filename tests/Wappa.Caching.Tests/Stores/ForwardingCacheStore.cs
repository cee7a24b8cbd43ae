namespace Wappa.Caching.Tests.Stores;

/// <summary>A store that does what another does; what differs is added by whoever derives from it.</summary>
internal abstract class ForwardingCacheStore(ICacheStore inner) : ICacheStore
{
    public virtual string Backend => inner.Backend;

    public ValueTask<CacheEntry?> GetAsync(string key, CancellationToken cancellationToken = default) =>
        inner.GetAsync(key, cancellationToken);

    public ValueTask<IReadOnlyList<CacheEntry?>> GetManyAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken = default) =>
        inner.GetManyAsync(keys, cancellationToken);

    public ValueTask SetAsync(string key, CacheEntry entry, CancellationToken cancellationToken = default) =>
        inner.SetAsync(key, entry, cancellationToken);

    public ValueTask SetManyAsync(
        IReadOnlyList<KeyValuePair<string, CacheEntry>> entries, CancellationToken cancellationToken = default) =>
        inner.SetManyAsync(entries, cancellationToken);

    public ValueTask<bool> AddAsync(string key, CacheEntry entry, CancellationToken cancellationToken = default) =>
        inner.AddAsync(key, entry, cancellationToken);

    public ValueTask<LoadFence> BeginLoadAsync(string key, CancellationToken cancellationToken = default) =>
        inner.BeginLoadAsync(key, cancellationToken);

    public ValueTask<bool> CompleteLoadAsync(
        string key, CacheEntry entry, LoadFence fence, CancellationToken cancellationToken = default) =>
        inner.CompleteLoadAsync(key, entry, fence, cancellationToken);

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
}
