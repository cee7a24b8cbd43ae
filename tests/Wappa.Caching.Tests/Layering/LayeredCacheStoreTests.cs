using System.Text;
using Wappa.Caching.Layering;
using Wappa.Testing;

namespace Wappa.Caching.Tests.Layering;

/// <summary>Entries: what is kept, for how long, and what drops it.</summary>
public sealed class LayeredCacheStoreTests : IAsyncDisposable
{
    private const string Key = "chat:v1:conversation:123";
    private const string Tag = "conversation";

    private readonly ManualTimeProvider _clock = new();
    private readonly FakeFeed<IEntryChangeListener> _feed = new();
    private readonly MemoryCacheStore _elsewhere;
    private readonly ToldCacheStore _shared;
    private readonly LayeredCacheStore _layered;

    public LayeredCacheStoreTests()
    {
        _elsewhere = new MemoryCacheStore(time: _clock);
        _shared = new ToldCacheStore(_elsewhere, _ => { });
        _layered = new LayeredCacheStore(_shared, _feed, null, _clock);
    }

    public static TheoryData<string, bool> Meanwhile => new()
    {
        { "nothing", true },
        { "another key's change", true },
        { "another tag's change", true },
        { "the key's change", false },
        { "the tag's change", false },
        { "the prefix's change", false },
        { "everything's change", false },
        { "a gap", false },
        { "a gap and its end", false },
        { "an own set", false },
        { "an own set of many", false },
        { "an own add that is refused", false },
        { "an own remove", false },
        { "an own removal by tag", false },
        { "an own removal by prefix", false },
        { "an own renewal", false },
        { "an own load", false },
    };

    [Theory, MemberData(nameof(Meanwhile))]
    public async Task GetAsync_SomethingHappensWhileItIsRead_IsKeptOnlyIfItStillHolds(string what, bool isKept)
    {
        await _layered.StartAsync();
        await _elsewhere.SetAsync(Key, Entry("1"));
        var (came, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        _shared.AfterRead = () =>
        {
            _shared.AfterRead = () => Task.CompletedTask;
            came.SetResult();
            return release.Task;
        };
        var reading = _layered.GetAsync(Key);
        await came.Task;
        await HappenAsync(what);
        release.SetResult();

        Text(await reading).ShouldBe("1");
        (await IsKeptAsync()).ShouldBe(isKept);
    }

    [Theory, MemberData(nameof(Meanwhile))]
    public async Task GetAsync_SomethingHappensAfterItWasKept_IsServedOnlyIfItStillHolds(string what, bool isKept)
    {
        await _layered.StartAsync();
        await _elsewhere.SetAsync(Key, Entry("1"));
        await _layered.GetManyAsync([Key]);
        (await IsKeptAsync()).ShouldBeTrue();
        await HappenAsync(what);
        (await IsKeptAsync()).ShouldBe(isKept);
    }

    [Fact]
    public async Task GetAsync_NothingIsTold_IsNeverOlderThanMaxAgeNorThanItsLife()
    {
        await _layered.StartAsync();
        await _elsewhere.SetAsync(Key, Entry("1") with { Ttl = TimeSpan.FromSeconds(45) });
        _clock.Advance(TimeSpan.FromSeconds(5));
        await _layered.GetAsync(Key);
        await _elsewhere.RemoveAsync(Key); // untold
        _clock.Advance(TimeSpan.FromSeconds(30) - new TimeSpan(1));
        Text(await _layered.GetAsync(Key)).ShouldBe("1");
        _clock.Advance(new TimeSpan(1));
        (await _layered.GetAsync(Key)).ShouldBeNull();

        await _elsewhere.SetAsync(Key, Entry("2") with { Ttl = TimeSpan.FromSeconds(45) });
        _clock.Advance(TimeSpan.FromSeconds(40));
        Text(await _layered.GetAsync(Key)).ShouldBe("2");
        _clock.Advance(TimeSpan.FromSeconds(5));
        (await _layered.GetAsync(Key)).ShouldBeNull();
    }

    [Fact]
    public async Task GetAsync_Sliding_IsNotKept()
    {
        await _layered.StartAsync();
        await _elsewhere.SetAsync(Key, Entry("1") with { SlidingTtl = TimeSpan.FromSeconds(45) });
        await _layered.GetAsync(Key);
        (await IsKeptAsync()).ShouldBeFalse();
    }

    [Fact]
    public async Task GetManyAsync_SomeKept_AsksForTheOthersOnly()
    {
        await _layered.StartAsync();
        await _elsewhere.SetAsync(Key, Entry("1"));
        await _elsewhere.SetAsync("chat:v1:other", Entry("2"));
        await _layered.GetAsync(Key);
        var reads = _shared.Reads;
        (await _layered.GetManyAsync(["chat:v1:other", Key, "chat:v1:none"])).Select(Text).ShouldBe(["2", "1", null]);
        (await _layered.GetManyAsync(["chat:v1:other", Key])).Select(Text).ShouldBe(["2", "1"]);
        _shared.Reads.ShouldBe(reads + 1);
    }

    [Fact]
    public async Task GetAsync_Hit_AllocatesNothing()
    {
        await _layered.StartAsync();
        await _elsewhere.SetAsync(Key, Entry("1") with { Ttl = TimeSpan.FromMinutes(1) });
        await _layered.GetAsync(Key);
        for (var i = 0; i < 100; i++) (await _layered.GetAsync(Key)).ShouldNotBeNull();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var hits = 0;
        for (var i = 0; i < 1000; i++) hits += await _layered.GetAsync(Key) is null ? 0 : 1;
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        hits.ShouldBe(1000);
    }

    public async ValueTask DisposeAsync()
    {
        await _layered.DisposeAsync();
        _elsewhere.Dispose();
    }

    private static CacheEntry Entry(string text) => new(Encoding.UTF8.GetBytes(text)) { Tags = [Tag, "second"] };

    private static string? Text(CacheEntry? entry) => entry is null ? null : Encoding.UTF8.GetString(entry.Value.Span);

    private async Task<bool> IsKeptAsync()
    {
        var before = _shared.Reads;
        await _layered.GetAsync(Key);
        return _shared.Reads == before;
    }

    private async Task HappenAsync(string what)
    {
        switch (what)
        {
            case "nothing": break;
            case "another key's change": _feed.Tell(listener => listener.OnChanged("chat:v1:other")); break;
            case "another tag's change": _feed.Tell(listener => listener.OnTagChanged("third")); break;
            case "the key's change": _feed.Tell(listener => listener.OnChanged(Key)); break;
            case "the tag's change": _feed.Tell(listener => listener.OnTagChanged("second")); break;
            case "the prefix's change": _feed.Tell(listener => listener.OnPrefixChanged("chat:v1:")); break;
            case "everything's change": _feed.Tell(listener => listener.OnEverythingChanged()); break;
            case "a gap": _feed.Tell(listener => listener.OnGap()); break;
            case "a gap and its end":
                _feed.Tell(listener => listener.OnGap());
                _feed.Tell(listener => listener.OnListening());
                break;
            case "an own set": await _layered.SetAsync(Key, Entry("2")); break;
            case "an own set of many": await _layered.SetManyAsync([new(Key, Entry("2"))]); break;
            case "an own add that is refused": (await _layered.AddAsync(Key, Entry("2"))).ShouldBeFalse(); break;
            case "an own remove": await _layered.RemoveAsync(Key); break;
            case "an own removal by tag": await _layered.RemoveByTagAsync(Tag); break;
            case "an own removal by prefix": await _layered.RemoveByPrefixAsync("chat:"); break;
            case "an own renewal": await _layered.RenewAsync(Key, TimeSpan.FromMinutes(1)); break;
            case "an own load":
                await _layered.CompleteLoadAsync(Key, Entry("2"), await _layered.BeginLoadAsync(Key));
                break;
            default: throw new ArgumentException($"'{what}' is nothing these tests know.", nameof(what));
        }
    }
}
