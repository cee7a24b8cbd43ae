using Wappa.Testing;

namespace Wappa.Caching.Tests.Adapters;

/// <summary>A store that always goes on later, and on whatever context it was called on.</summary>
internal sealed class CarelessStore : ICacheStore, IDisposable
{
    private readonly MemoryCacheStore _memory = new(new MemoryStoreOptions(), new ManualTimeProvider());

    public string Backend => "careless";

    public void Dispose() => _memory.Dispose();

    public async ValueTask<CacheEntry?> GetAsync(string key, CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        return await _memory.GetAsync(key, cancellationToken);
    }

    public async ValueTask<IReadOnlyList<CacheEntry?>> GetManyAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        return await _memory.GetManyAsync(keys, cancellationToken);
    }

    public async ValueTask SetAsync(string key, CacheEntry entry, CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        await _memory.SetAsync(key, entry, cancellationToken);
    }

    public async ValueTask SetManyAsync(
        IReadOnlyList<KeyValuePair<string, CacheEntry>> entries, CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        await _memory.SetManyAsync(entries, cancellationToken);
    }

    public async ValueTask<bool> AddAsync(string key, CacheEntry entry, CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        return await _memory.AddAsync(key, entry, cancellationToken);
    }

    public async ValueTask<LoadFence> BeginLoadAsync(string key, CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        return await _memory.BeginLoadAsync(key, cancellationToken);
    }

    public async ValueTask<bool> CompleteLoadAsync(
        string key, CacheEntry entry, LoadFence fence, CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        return await _memory.CompleteLoadAsync(key, entry, fence, cancellationToken);
    }

    public async ValueTask<bool> RemoveAsync(string key, CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        return await _memory.RemoveAsync(key, cancellationToken);
    }

    public async ValueTask RemoveByTagAsync(string tag, CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        await _memory.RemoveByTagAsync(tag, cancellationToken);
    }

    public async ValueTask<long> RemoveByPrefixAsync(string prefix, CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        return await _memory.RemoveByPrefixAsync(prefix, cancellationToken);
    }

    public async ValueTask<CacheTtl> GetTtlAsync(string key, CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        return await _memory.GetTtlAsync(key, cancellationToken);
    }

    public async ValueTask<bool> RenewAsync(string key, TimeSpan ttl, CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        return await _memory.RenewAsync(key, ttl, cancellationToken);
    }
}
