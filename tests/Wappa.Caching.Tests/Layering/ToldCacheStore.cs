using Wappa.Caching.Layering;

namespace Wappa.Caching.Tests.Layering;

/// <summary>A shared store in memory that tells of each change right after it was made.</summary>
internal class ToldCacheStore(MemoryCacheStore inner, Action<Action<IEntryChangeListener>> tell) : ICacheStore
{
    public string Backend => "told";

    /// <summary>How many calls read entries.</summary>
    internal int Reads { get; private set; }

    /// <summary>Whether asking for the time left fails.</summary>
    internal bool TtlFails { get; set; }

    /// <summary>Runs after each read, before its answer is given.</summary>
    internal Func<Task> AfterRead { get; set; } = () => Task.CompletedTask;

    public async ValueTask<CacheEntry?> GetAsync(string key, CancellationToken cancellationToken = default)
    {
        Reads++;
        var entry = await inner.GetAsync(key, cancellationToken);
        await AfterRead();
        return entry;
    }

    public async ValueTask<IReadOnlyList<CacheEntry?>> GetManyAsync(
        IReadOnlyList<string> keys, CancellationToken cancellationToken = default)
    {
        Reads++;
        var entries = await inner.GetManyAsync(keys, cancellationToken);
        await AfterRead();
        return entries;
    }

    public async ValueTask SetAsync(string key, CacheEntry entry, CancellationToken cancellationToken = default)
    {
        await inner.SetAsync(key, entry, cancellationToken);
        tell(listener => listener.OnChanged(key));
    }

    public async ValueTask SetManyAsync(
        IReadOnlyList<KeyValuePair<string, CacheEntry>> entries, CancellationToken cancellationToken = default)
    {
        await inner.SetManyAsync(entries, cancellationToken);
        foreach (var (key, _) in entries) tell(listener => listener.OnChanged(key));
    }

    public ValueTask<bool> AddAsync(string key, CacheEntry entry, CancellationToken cancellationToken = default) =>
        ToldAsync(key, inner.AddAsync(key, entry, cancellationToken));

    public ValueTask<LoadFence> BeginLoadAsync(string key, CancellationToken cancellationToken = default) =>
        inner.BeginLoadAsync(key, cancellationToken);

    public ValueTask<bool> CompleteLoadAsync(
        string key, CacheEntry entry, LoadFence fence, CancellationToken cancellationToken = default) =>
        ToldAsync(key, inner.CompleteLoadAsync(key, entry, fence, cancellationToken));

    public ValueTask<bool> RemoveAsync(string key, CancellationToken cancellationToken = default) =>
        ToldAsync(key, inner.RemoveAsync(key, cancellationToken));

    public async ValueTask RemoveByTagAsync(string tag, CancellationToken cancellationToken = default)
    {
        await inner.RemoveByTagAsync(tag, cancellationToken);
        tell(listener => listener.OnTagChanged(tag));
    }

    public async ValueTask<long> RemoveByPrefixAsync(string prefix, CancellationToken cancellationToken = default)
    {
        var removed = await inner.RemoveByPrefixAsync(prefix, cancellationToken);
        tell(listener => listener.OnPrefixChanged(prefix));
        return removed;
    }

    public virtual ValueTask<CacheTtl> GetTtlAsync(string key, CancellationToken cancellationToken = default) =>
        TtlFails
            ? ValueTask.FromException<CacheTtl>(new CacheStoreUnavailableException("The shared store does not answer."))
            : inner.GetTtlAsync(key, cancellationToken);

    public ValueTask<bool> RenewAsync(string key, TimeSpan ttl, CancellationToken cancellationToken = default) =>
        ToldAsync(key, inner.RenewAsync(key, ttl, cancellationToken));

    private async ValueTask<bool> ToldAsync(string key, ValueTask<bool> change)
    {
        var changed = await change;
        if (changed) tell(listener => listener.OnChanged(key));
        return changed;
    }
}
