using Wappa.Caching.Stores;

namespace Wappa.Caching.Json.Tests.Entries;

/// <summary>Entries are in memory, so a hit is answered there and then: no string, no task.</summary>
public sealed class InstantReadTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task TryRead_AfterEachChange_KnowsTheAnswerAndThatAMissIsOne()
    {
        using var store = JsonCacheStore.Open(new JsonStoreOptions { Path = _folder.Root });
        Read(store).ShouldBeNull();
        await store.SetAsync("k", EntryView.Entry("1"));
        Read(store).ShouldBe("1");
        await store.RemoveAsync("k");
        Read(store).ShouldBeNull();
        ((IInstantEntries)store).NeverWaits.ShouldBeFalse("a disk that hangs must not hang who writes through a cache");
    }

    [Fact]
    public async Task TryRead_AfterARestart_KnowsWhatWasStored()
    {
        using (var first = JsonCacheStore.Open(new JsonStoreOptions { Path = _folder.Root })) await first.SetAsync("k", EntryView.Entry("1"));
        using var again = JsonCacheStore.Open(new JsonStoreOptions { Path = _folder.Root });
        Read(again).ShouldBe("1");
    }

    [Fact]
    public async Task FetchAsync_HitOfAnImmutableValue_AllocatesNothing()
    {
        using var store = JsonCacheStore.Open(new JsonStoreOptions { Path = _folder.Root });
        var cache = new Words(new CacheStrategyContext(store));
        for (var i = 0; i < 100; i++) (await cache.ReadAsync()).ShouldBe("word");
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) await cache.ReadAsync();
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    private static string? Read(JsonCacheStore store)
    {
        ((IInstantEntries)store).TryRead("k", out var entry).ShouldBeTrue();
        return EntryView.Text(entry);
    }

    private sealed class Words(CacheStrategyContext context) : CacheAsideStrategy<string>(context, "words")
    {
        internal ValueTask<string> ReadAsync() => FetchAsync(["k"], 0, static (_, _, _) => Task.FromResult("word"));
    }
}
