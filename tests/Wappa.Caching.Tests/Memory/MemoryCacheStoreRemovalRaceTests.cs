namespace Wappa.Caching.Tests.Memory;

/// <summary>Removals of many let the writers through while they go on; what is written meanwhile came after them and
/// stays.</summary>
public sealed class MemoryCacheStoreRemovalRaceTests
{
    private const int Count = 200;

    private static CacheEntry Entry(byte value, params ReadOnlySpan<string> tags) =>
        new(new[] { value }) { Tags = [.. tags] };

    [Fact]
    public async Task RemoveByPrefixAsync_WrittenWhileItWalks_Stays()
    {
        // The only entry that can expire makes the store ask the clock when it is removed: in the midst of the walk.
        var clock = new ClockWithAHook();
        using var store = new MemoryCacheStore(new MemoryStoreOptions(), clock);
        await store.SetAsync("ns:mark", Entry(1) with { Ttl = TimeSpan.FromHours(1) });
        for (var i = 0; i < Count; i++) await store.SetAsync($"ns:{i}", Entry(1));
        clock.OnNextReading = () =>
        {
            for (var i = 0; i < Count; i++) Completed(store.SetAsync($"ns:{i}", Entry(2)));
        };

        await store.RemoveByPrefixAsync("ns:");
        clock.OnNextReading.ShouldBeNull();
        for (var i = 0; i < Count; i++)
            (await store.GetAsync($"ns:{i}")).ShouldNotBeNull().Value.Span[0].ShouldBe((byte)2);
        (await store.GetAsync("ns:mark")).ShouldBeNull();
        EntryTableCheck.Verify(store.Table);
    }

    [Fact]
    public async Task RemoveByTagAsync_WrittenWhileItRuns_Stays()
    {
        using var store = new MemoryCacheStore();
        for (var i = 0; i < 50 * Count; i++) await store.SetAsync($"{i}", Entry(1, "tag"));
        var removal = Task.Run(async () => await store.RemoveByTagAsync("tag"));
        var written = await Task.Run(() =>
        {
            var begun = false;
            var keys = new List<string>();
            while (!removal.IsCompleted && keys.Count < Count)
            {
                begun = begun || store.Table.Count < 50 * Count; // from here on a write comes after the removal
                if (begun) keys.Add($"new{keys.Count}");
                if (begun) Completed(store.SetAsync(keys[^1], Entry(2, "tag")));
            }

            return keys;
        });
        await removal;
        store.Table.All.Select(pair => pair.Key).ShouldBe(written, ignoreOrder: true);
        EntryTableCheck.Verify(store.Table);
    }

    [Fact]
    public async Task RemoveByTagAsync_WhileOthersStoreTheSameTag_Ends()
    {
        using var store = new MemoryCacheStore();
        var writing = true;
        var writer = Task.Run(async () =>
        {
            for (var i = 0; Volatile.Read(ref writing); i++)
            {
                await store.SetAsync($"{i % Count}", Entry(1, "tag"));
                if (i % 100 == 0) await Task.Yield();
            }
        });
        for (var i = 0; i < 100; i++) await store.RemoveByTagAsync("tag");
        Volatile.Write(ref writing, false);
        await writer;
        await store.RemoveByTagAsync("tag");
        store.Table.Count.ShouldBe(0);
    }

    private static void Completed(ValueTask task) => task.IsCompletedSuccessfully.ShouldBeTrue();

    private sealed class ClockWithAHook : TimeProvider
    {
        internal Action? OnNextReading { get; set; }

        public override long GetTimestamp()
        {
            var hook = OnNextReading;
            OnNextReading = null;
            hook?.Invoke();
            return 0;
        }
    }
}
