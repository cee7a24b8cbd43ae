using Wappa.Caching.Tests.Stores;

namespace Wappa.Caching.AspNetCore.Tests.Stores;

/// <summary>A store that fails or hangs when told to.</summary>
internal sealed class TroubledStore(ICacheStore inner) : ForwardingCacheStore(inner), ICacheStore
{
    /// <summary>What comes before each operation, by its name. Default: nothing.</summary>
    internal Func<string, Task> Before { get; set; } = static _ => Task.CompletedTask;

    internal void Fail() => Before = static _ => throw new CacheStoreUnavailableException("The store is down.");

    internal void Work() => Before = static _ => Task.CompletedTask;

    async ValueTask<CacheEntry?> ICacheStore.GetAsync(string key, CancellationToken cancellationToken)
    {
        await Before("get");
        return await GetAsync(key, cancellationToken);
    }

    async ValueTask<LoadFence> ICacheStore.BeginLoadAsync(string key, CancellationToken cancellationToken)
    {
        await Before("begin");
        return await BeginLoadAsync(key, cancellationToken);
    }

    async ValueTask<bool> ICacheStore.CompleteLoadAsync(string key, CacheEntry entry, LoadFence fence, CancellationToken cancellationToken)
    {
        await Before("complete");
        return await CompleteLoadAsync(key, entry, fence, cancellationToken);
    }

    async ValueTask ICacheStore.RemoveByTagAsync(string tag, CancellationToken cancellationToken)
    {
        await Before("remove by tag");
        await RemoveByTagAsync(tag, cancellationToken);
    }
}
