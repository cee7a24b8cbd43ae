using System.Text;
using Wappa.Caching.Layering;
using Wappa.Testing;

namespace Wappa.Caching.Tests.Layering;

/// <summary>Entries: what is kept, for how long, and what drops it; over a store that is asked for the time left separately.</summary>
public sealed class LayeredCacheStoreTests() : LayeredCacheStoreRules(isTimed: false)
{
    [Fact]
    public async Task GetAsync_OnlyTheTimeLeftFails_IsHandedOutAndNotKept()
    {
        await Layered.StartAsync();
        await Elsewhere.SetAsync(Key, Entry("1"));
        Shared.TtlFails = true;
        Text(await Layered.GetAsync(Key)).ShouldBe("1");
        Text((await Layered.GetManyAsync([Key]))[0]).ShouldBe("1");
        (await IsKeptAsync()).ShouldBeFalse();
    }
}

/// <summary>The same over a store that tells the time left with the entry.</summary>
public sealed class LayeredTimedCacheStoreTests() : LayeredCacheStoreRules(isTimed: true);

/// <summary>What is kept, for how long, and what drops it.</summary>
public abstract class LayeredCacheStoreRules : IAsyncDisposable
{
    private protected const string Key = "chat:v1:conversation:123";
    private const string Tag = "conversation";

    private readonly ManualTimeProvider _clock = new();
    private readonly FakeFeed<IEntryChangeListener> _feed = new();

    protected LayeredCacheStoreRules(bool isTimed)
    {
        Elsewhere = new MemoryCacheStore(time: _clock);
        Shared = isTimed ? new TimedCacheStore(Elsewhere, _ => { }) : new ToldCacheStore(Elsewhere, _ => { });
        Layered = new LayeredCacheStore(Shared, _feed, null, _clock);
    }

    private protected MemoryCacheStore Elsewhere { get; }

    private protected ToldCacheStore Shared { get; }

    private protected LayeredCacheStore Layered { get; }

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
        await Layered.StartAsync();
        await Elsewhere.SetAsync(Key, Entry("1"));
        var (came, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        Shared.AfterRead = () =>
        {
            Shared.AfterRead = () => Task.CompletedTask;
            came.SetResult();
            return release.Task;
        };
        var reading = Layered.GetAsync(Key);
        await came.Task;
        await HappenAsync(what);
        release.SetResult();

        Text(await reading).ShouldBe("1");
        (await IsKeptAsync()).ShouldBe(isKept);
    }

    [Theory, MemberData(nameof(Meanwhile))]
    public async Task GetAsync_SomethingHappensAfterItWasKept_IsServedOnlyIfItStillHolds(string what, bool isKept)
    {
        await Layered.StartAsync();
        await Elsewhere.SetAsync(Key, Entry("1"));
        await Layered.GetManyAsync([Key]);
        (await IsKeptAsync()).ShouldBeTrue();
        await HappenAsync(what);
        (await IsKeptAsync()).ShouldBe(isKept);
    }

    [Fact]
    public async Task GetAsync_NothingIsTold_IsNeverOlderThanMaxAgeNorThanItsLife()
    {
        await Layered.StartAsync();
        await Elsewhere.SetAsync(Key, Entry("1") with { Ttl = TimeSpan.FromSeconds(45) });
        _clock.Advance(TimeSpan.FromSeconds(5));
        await Layered.GetAsync(Key);
        await Elsewhere.RemoveAsync(Key); // untold
        _clock.Advance(TimeSpan.FromSeconds(30) - new TimeSpan(1));
        Text(await Layered.GetAsync(Key)).ShouldBe("1");
        _clock.Advance(new TimeSpan(1));
        (await Layered.GetAsync(Key)).ShouldBeNull();

        await Elsewhere.SetAsync(Key, Entry("2") with { Ttl = TimeSpan.FromSeconds(45) });
        _clock.Advance(TimeSpan.FromSeconds(40));
        Text(await Layered.GetAsync(Key)).ShouldBe("2");
        _clock.Advance(TimeSpan.FromSeconds(5));
        (await Layered.GetAsync(Key)).ShouldBeNull();
    }

    [Fact]
    public async Task GetAsync_AnswerWasSlow_TheBoundsCountFromTheQuestion()
    {
        foreach (var (ttl, left) in ((TimeSpan?, int)[])[(null, 20), (TimeSpan.FromSeconds(25), 15)])
        {
            await Layered.StartAsync();
            await Elsewhere.SetAsync(Key, Entry("1") with { Ttl = ttl });
            Shared.AfterRead = () =>
            {
                Shared.AfterRead = () => Task.CompletedTask;
                _clock.Advance(TimeSpan.FromSeconds(10));
                return Task.CompletedTask;
            };
            await Layered.GetAsync(Key);
            await Elsewhere.RemoveAsync(Key); // untold
            _clock.Advance(TimeSpan.FromSeconds(left) - new TimeSpan(1));
            Text(await Layered.GetAsync(Key)).ShouldBe("1");
            _clock.Advance(new TimeSpan(1));
            (await Layered.GetAsync(Key)).ShouldBeNull();
        }
    }

    [Fact]
    public async Task GetAsync_Sliding_IsNotKept()
    {
        await Layered.StartAsync();
        await Elsewhere.SetAsync(Key, Entry("1") with { SlidingTtl = TimeSpan.FromSeconds(45) });
        await Layered.GetAsync(Key);
        (await IsKeptAsync()).ShouldBeFalse();
    }

    [Fact]
    public async Task GetManyAsync_SomeKept_AsksForTheOthersOnly()
    {
        await Layered.StartAsync();
        await Elsewhere.SetAsync(Key, Entry("1"));
        await Elsewhere.SetAsync("chat:v1:other", Entry("2"));
        await Layered.GetAsync(Key);
        var reads = Shared.Reads;
        (await Layered.GetManyAsync(["chat:v1:other", Key, "chat:v1:none"])).Select(Text).ShouldBe(["2", "1", null]);
        (await Layered.GetManyAsync(["chat:v1:other", Key])).Select(Text).ShouldBe(["2", "1"]);
        Shared.Reads.ShouldBe(reads + 1);
    }

    [Fact]
    public async Task GetAsync_Hit_AllocatesNothing()
    {
        await Layered.StartAsync();
        await Elsewhere.SetAsync(Key, Entry("1") with { Ttl = TimeSpan.FromMinutes(1) });
        await Layered.GetAsync(Key);
        for (var i = 0; i < 100; i++) (await Layered.GetAsync(Key)).ShouldNotBeNull();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var hits = 0;
        for (var i = 0; i < 1000; i++) hits += await Layered.GetAsync(Key) is null ? 0 : 1;
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        hits.ShouldBe(1000);
    }

    public async ValueTask DisposeAsync()
    {
        await Layered.DisposeAsync();
        Elsewhere.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected static CacheEntry Entry(string text) => new(Encoding.UTF8.GetBytes(text)) { Tags = [Tag, "second"] };

    private protected static string? Text(CacheEntry? entry) => entry is null ? null : Encoding.UTF8.GetString(entry.Value.Span);

    private protected async Task<bool> IsKeptAsync()
    {
        var before = Shared.Reads;
        await Layered.GetAsync(Key);
        return Shared.Reads == before;
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
            case "an own set": await Layered.SetAsync(Key, Entry("2")); break;
            case "an own set of many": await Layered.SetManyAsync([new(Key, Entry("2"))]); break;
            case "an own add that is refused": (await Layered.AddAsync(Key, Entry("2"))).ShouldBeFalse(); break;
            case "an own remove": await Layered.RemoveAsync(Key); break;
            case "an own removal by tag": await Layered.RemoveByTagAsync(Tag); break;
            case "an own removal by prefix": await Layered.RemoveByPrefixAsync("chat:"); break;
            case "an own renewal": await Layered.RenewAsync(Key, TimeSpan.FromMinutes(1)); break;
            case "an own load":
                await Layered.CompleteLoadAsync(Key, Entry("2"), await Layered.BeginLoadAsync(Key));
                break;
            default: throw new ArgumentException($"'{what}' is nothing these tests know.", nameof(what));
        }
    }
}
