using System.Collections.Concurrent;
using Wappa.Caching.Stores;

namespace Wappa.Caching.Tests.Strategies;

/// <summary>A store with locks that all its users see.</summary>
internal sealed class LockingStore(ICacheStore inner) : ICacheStore, ICacheLocks
{
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _locks = new();
    private int _taken;
    private int _released;

    public string Backend => "locking";

    internal int Taken => _taken;

    internal int Held => _taken - _released;

    internal TimeSpan Patience { get; private set; }

    /// <summary>Takes a lock in another way.</summary>
    internal Func<CancellationToken, Task<ILoadLock?>>? Taking { get; set; }

    public async ValueTask<ILoadLock?> TakeAsync(
        string name, TimeSpan lease, TimeSpan patience, CancellationToken cancellationToken = default)
    {
        Patience = patience;
        if (Taking is not null) return await Taking(cancellationToken);
        var gate = _locks.GetOrAdd(name, _ => new SemaphoreSlim(1));
        await gate.WaitAsync(cancellationToken);
        Interlocked.Increment(ref _taken);
        return new HeldLock(() =>
        {
            Interlocked.Increment(ref _released);
            gate.Release();
        });
    }

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

    internal sealed class HeldLock(Action release) : ILoadLock
    {
        private readonly TaskCompletionSource _released = new();

        public CancellationToken Lost => CancellationToken.None;

        internal Task Released => _released.Task;

        public ValueTask DisposeAsync()
        {
            release();
            _released.TrySetResult();
            return ValueTask.CompletedTask;
        }
    }
}
