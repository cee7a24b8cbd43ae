using Wappa.Caching.Stores;
using Wappa.Caching.Tests.Stores;

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

    private sealed class Layered(TrickStore inner, IInstantEntries memory) : ForwardingCacheStore(inner), IInstantEntries
    {
        public override string Backend => "layered";

        public bool NeverWaits => false;

        internal TrickStore Inner { get; } = inner;

        internal bool Knows { get; set; } = true;

        public bool TryRead(ReadOnlySpan<char> key, out CacheEntry? entry)
        {
            entry = null;
            return Knows && memory.TryRead(key, out entry);
        }
    }
}
