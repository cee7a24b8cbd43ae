using Wappa.Caching.Stores;

namespace Wappa.Caching.Tests.Strategies;

/// <summary>A store that answers some reads at once and must be waited for in others, as one with a layer in memory does.</summary>
public sealed class HalfInstantStoreTests : IDisposable
{
    private static readonly CacheKeyParts Key = ["conversation", 123];

    private readonly MemoryCacheStore _memory = new();
    private readonly Layered _store;

    public HalfInstantStoreTests() => _store = new Layered(new TrickStore(_memory), _memory);

    public void Dispose() => _memory.Dispose();

    [Fact]
    public async Task FetchAsync_MemoryDoesNotKnow_AsksTheStoreItself()
    {
        var cache = new Aside<string>(new CacheStrategyContext(_store));
        await cache.SetAsync(Key, "theirs");
        _store.Knows = false;
        (await cache.FetchAsync(Key, _ => Task.FromResult("loaded"))).ShouldBe("theirs");
        (await cache.GetAsync(Key)).ShouldBe("theirs");
        _store.Knows = true;
        (await cache.FetchAsync(Key, _ => Task.FromResult("loaded"))).ShouldBe("theirs");
        _store.Inner.Calls("get").ShouldBe(2);
    }

    [Fact]
    public async Task FetchAsync_StoreMayWait_HasADeadline()
    {
        var time = new Wappa.Testing.ManualTimeProvider();
        var cache = new Aside<string>(new CacheStrategyContext(_store, time: time));
        _store.Inner.Hang("begin load");
        var caller = cache.FetchAsync(Key, _ => Task.FromResult("loaded")).AsTask();
        time.Advance(TimeSpan.FromSeconds(1));
        (await caller.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBe("loaded");
    }

    private sealed class Layered(TrickStore inner, IInstantEntries memory) : ICacheStore, IInstantEntries
    {
        public string Backend => "layered";

        public bool NeverWaits => false;

        internal TrickStore Inner => inner;

        internal bool Knows { get; set; } = true;

        public bool TryRead(ReadOnlySpan<char> key, out CacheEntry? entry)
        {
            entry = null;
            return Knows && memory.TryRead(key, out entry);
        }

        public ValueTask<CacheEntry?> GetAsync(string key, CancellationToken cancellationToken = default) =>
            inner.GetAsync(key, cancellationToken);

        public ValueTask<IReadOnlyList<CacheEntry?>> GetManyAsync(
            IReadOnlyList<string> keys, CancellationToken cancellationToken = default) => inner.GetManyAsync(keys, cancellationToken);

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
}
