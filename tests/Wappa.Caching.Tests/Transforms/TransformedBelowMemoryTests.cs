using System.Text;
using Wappa.Caching.Layering;
using Wappa.Caching.Tests.Layering;
using Wappa.Caching.Transforms;
using Wappa.Testing;

namespace Wappa.Caching.Tests.Transforms;

/// <summary>Memory in front, encryption below it, the shared store at the bottom: as an app with Redis has it.</summary>
internal sealed class TransformedBelowMemoryHarness : CacheStoreHarness
{
    internal MemoryCacheStore? Bottom { get; private set; }

    public override async ValueTask<ICacheStore> CreateAsync()
    {
        var feed = new FakeFeed<IEntryChangeListener>();
        Bottom = new MemoryCacheStore(null, Clock);
        var transform = new EntryTransform(TransformedHarness.Compression(), TransformedHarness.Encryption("k1"));
        var shared = TransformedHarness.Over(new ToldCacheStore(Bottom, feed.Tell), transform);
        var layered = new LayeredCacheStore(shared, feed, new() { MaxAge = TimeSpan.FromHours(1) }, Clock);
        await layered.StartAsync();
        return layered;
    }
}

public sealed class TransformedBelowMemoryReadWriteTests() : CacheStoreReadWriteConformance(new TransformedBelowMemoryHarness());

public sealed class TransformedBelowMemoryTtlTests() : CacheStoreTtlConformance(new TransformedBelowMemoryHarness());

public sealed class TransformedBelowMemoryFencingTests() : CacheStoreFencingConformance(new TransformedBelowMemoryHarness());

public sealed class TransformedBelowMemoryTests
{
    [Fact]
    public async Task GetAsync_EncryptedBelowMemory_IsPlainInMemoryAndOnlyThere()
    {
        await using var harness = new TransformedBelowMemoryHarness();
        var store = await harness.CreateAsync();
        await store.SetAsync("k", new CacheEntry("Sarah Johnson"u8.ToArray()) { Ttl = TimeSpan.FromMinutes(1) });

        var first = (await store.GetAsync("k")).ShouldNotBeNull();
        first.Value.ToArray().ShouldBe("Sarah Johnson"u8.ToArray());
        var kept = await store.GetAsync("k");
        (await store.GetAsync("k")).ShouldBeSameAs(kept); // not decrypted again
        var below = (await harness.Bottom.ShouldNotBeNull().GetAsync("k")).ShouldNotBeNull();
        Encoding.Latin1.GetString(below.Value.Span).ShouldNotContain("Sarah");
    }

    [Fact]
    public async Task GetTimedAsync_OverAnyStore_TellsValueAndTimeLeft()
    {
        using var memory = new MemoryCacheStore(null, new ManualTimeProvider());
        var store = TransformedHarness.Over(memory, new EntryTransform(null, TransformedHarness.Encryption("k1")));
        await store.SetAsync("k", new CacheEntry("v"u8.ToArray()) { Ttl = TimeSpan.FromMinutes(1) });
        await memory.SetAsync("bad", (await memory.GetAsync("k"))!);
        ITimedReads timed = store;

        var one = await timed.GetTimedAsync("k");
        one.Entry.ShouldNotBeNull().Value.ToArray().ShouldBe("v"u8.ToArray());
        one.Ttl.Remaining.ShouldBe(TimeSpan.FromMinutes(1));
        var many = await timed.GetManyTimedAsync(["none", "k", "bad"]);
        many.Select(each => each.Entry is null).ShouldBe([true, false, true]);
    }
}
