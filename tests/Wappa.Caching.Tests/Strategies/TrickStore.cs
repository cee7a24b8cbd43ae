using System.Collections.Concurrent;

namespace Wappa.Caching.Tests.Strategies;

/// <summary>A store that throws, hangs or lies when it is told to, and else does what the one behind it does. It does not answer at once
/// from memory, as one behind a network does not.</summary>
public sealed class TrickStore(ICacheStore inner) : ICacheStore
{
    public static readonly CacheStoreException Down = new CacheStoreUnavailableException("The store is down.");

    private readonly ConcurrentDictionary<string, int> _calls = new();

    /// <summary>What happens before an operation, by its name; "" for all.</summary>
    public ConcurrentDictionary<string, Func<CancellationToken, Task>> Before { get; } = new();

    /// <summary>What a read answers instead of the truth.</summary>
    public Func<CacheEntry?, CacheEntry?>? Answer { get; set; }

    /// <summary>Changes it says it has made and has not, by name.</summary>
    public ConcurrentDictionary<string, bool> Ignored { get; } = new();

    public string Backend => "trick";

    public int Calls(string operation) => _calls.GetValueOrDefault(operation);

    public void Throw(string operation, Exception? error = null) => Before[operation] = _ => Task.FromException(error ?? Down);

    /// <summary>An operation that never answers, whatever its token says.</summary>
    public void Hang(string operation) => Before[operation] = _ => new TaskCompletionSource().Task;

    public async ValueTask<CacheEntry?> GetAsync(string key, CancellationToken cancellationToken = default)
    {
        await BeginAsync("get", cancellationToken);
        var entry = await inner.GetAsync(key, cancellationToken);
        return Answer is null ? entry : Answer(entry);
    }

    public async ValueTask<IReadOnlyList<CacheEntry?>> GetManyAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken = default)
    {
        await BeginAsync("get many", cancellationToken);
        var entries = await inner.GetManyAsync(keys, cancellationToken);
        return Answer is null ? entries : [.. entries.Select(Answer)];
    }

    public async ValueTask SetAsync(string key, CacheEntry entry, CancellationToken cancellationToken = default)
    {
        await BeginAsync("set", cancellationToken);
        if (Ignored.ContainsKey("set")) return;
        await inner.SetAsync(key, entry, cancellationToken);
    }

    public async ValueTask SetManyAsync(
        IReadOnlyList<KeyValuePair<string, CacheEntry>> entries, CancellationToken cancellationToken = default)
    {
        await BeginAsync("set many", cancellationToken);
        if (Ignored.ContainsKey("set many")) return;
        await inner.SetManyAsync(entries, cancellationToken);
    }

    public async ValueTask<bool> AddAsync(string key, CacheEntry entry, CancellationToken cancellationToken = default)
    {
        await BeginAsync("add", cancellationToken);
        return await inner.AddAsync(key, entry, cancellationToken);
    }

    public async ValueTask<LoadFence> BeginLoadAsync(string key, CancellationToken cancellationToken = default)
    {
        await BeginAsync("begin load", cancellationToken);
        return await inner.BeginLoadAsync(key, cancellationToken);
    }

    public async ValueTask<bool> CompleteLoadAsync(
        string key, CacheEntry entry, LoadFence fence, CancellationToken cancellationToken = default)
    {
        await BeginAsync("complete load", cancellationToken);
        if (Ignored.ContainsKey("complete load")) return true;
        return await inner.CompleteLoadAsync(key, entry, fence, cancellationToken);
    }

    public async ValueTask<bool> RemoveAsync(string key, CancellationToken cancellationToken = default)
    {
        await BeginAsync("remove", cancellationToken);
        if (Ignored.ContainsKey("remove")) return true;
        return await inner.RemoveAsync(key, cancellationToken);
    }

    public async ValueTask RemoveByTagAsync(string tag, CancellationToken cancellationToken = default)
    {
        await BeginAsync("remove by tag", cancellationToken);
        await inner.RemoveByTagAsync(tag, cancellationToken);
    }

    public async ValueTask<long> RemoveByPrefixAsync(string prefix, CancellationToken cancellationToken = default)
    {
        await BeginAsync("remove by prefix", cancellationToken);
        return await inner.RemoveByPrefixAsync(prefix, cancellationToken);
    }

    public async ValueTask<CacheTtl> GetTtlAsync(string key, CancellationToken cancellationToken = default)
    {
        await BeginAsync("get ttl", cancellationToken);
        return await inner.GetTtlAsync(key, cancellationToken);
    }

    public async ValueTask<bool> RenewAsync(string key, TimeSpan ttl, CancellationToken cancellationToken = default)
    {
        await BeginAsync("renew", cancellationToken);
        return await inner.RenewAsync(key, ttl, cancellationToken);
    }

    private Task BeginAsync(string operation, CancellationToken cancellationToken)
    {
        _calls.AddOrUpdate(operation, 1, (_, calls) => calls + 1);
        return Before.TryGetValue(operation, out var trick) || Before.TryGetValue("", out trick)
            ? trick(cancellationToken)
            : Task.CompletedTask;
    }
}
