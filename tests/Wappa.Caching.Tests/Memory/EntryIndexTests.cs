using System.Text;
using Wappa.Caching.Memory;
using Wappa.Caching.Stores;

namespace Wappa.Caching.Tests.Memory;

/// <summary>The index while writers change it: a reader who takes no lock never misses a key that is there, and never gets another
/// key's entry.</summary>
public sealed class EntryIndexTests
{
    private const int Staying = 2_000;

    [Fact]
    public async Task Read_WhileBucketsSplitAndChainsChange_NeverMissesNorMixes()
    {
        using var store = new MemoryCacheStore(new MemoryStoreOptions { MaxEntryBytes = null });
        for (var i = 0; i < Staying; i++) await store.SetAsync($"stays{i}", EntryOf($"stays{i}"));
        using var stop = new CancellationTokenSource();
        Task<int>[] readers = [Task.Run(() => CountFaults(store, stop.Token)), Task.Run(() => CountFaults(store, stop.Token))];

        var before = store.Table.Count;
        for (var i = 0; i < 60_000; i++)
        {
            await store.SetAsync($"comes{i}", EntryOf($"comes{i}"));
            if (i % 3 == 0) (await store.RemoveAsync($"comes{i}")).ShouldBeTrue();
            if (i % 5 == 0) await store.SetAsync($"stays{i % Staying}", EntryOf($"stays{i % Staying}"));
            if (i % 7 == 0) (await store.RenewAsync($"stays{i % Staying}", TimeSpan.FromHours(1))).ShouldBeTrue();
        }

        await stop.CancelAsync();
        (await Task.WhenAll(readers)).ShouldBe([0, 0]);
        store.Table.Count.ShouldBe(before + 40_000);
        EntryTableCheck.Verify(store.Table);
    }

    [Fact]
    public void Find_KeysOfOneHash_AreToldApart()
    {
        var gate = new Lock();
        var index = new EntryIndex(gate);
        var clock = new StoreClock(TimeProvider.System);
        MemoryEntry[] entries = [.. Enumerable.Range(0, 300).Select(i => new MemoryEntry($"k{i}", 12345, EntryOf($"k{i}"), clock))];
        lock (gate)
        {
            foreach (var entry in entries) index.Add(entry);
            for (var i = 0; i < entries.Length; i += 2) index.Remove(entries[i]);
        }

        index.Count.ShouldBe(150);
        for (var i = 0; i < entries.Length; i++) index.Find($"k{i}", 12345).ShouldBe(i % 2 == 0 ? null : entries[i]);
        index.Find("k", 12345).ShouldBeNull();
        index.Find("k1", 54321).ShouldBeNull();
    }

    [Fact]
    public async Task TryRead_Hit_IsCounted_AMissIsNot()
    {
        using var store = new MemoryCacheStore();
        IInstantEntries instant = store;
        await store.SetAsync("a", EntryOf("a"));

        instant.TryRead("a", out var entry).ShouldBeTrue();
        entry.ShouldNotBeNull().Value.ToArray().ShouldBe("a"u8.ToArray());
        instant.TryRead("b", out var missing).ShouldBeTrue();

        missing.ShouldBeNull();
        store.Table.Policy.Hits.Sum.ShouldBe(1);
        store.Table.All.ShouldHaveSingleItem().Value.Visits.ShouldBe(1);
    }

    [Fact]
    public async Task SetAsync_BytesOfTheEntryItself_AreTaken_ACallersAreCopied()
    {
        using var store = new MemoryCacheStore();
        var bytes = "value"u8.ToArray();
        await store.SetAsync("owned", new CacheEntry(bytes) { Ttl = TimeSpan.FromHours(1) }.Owned());
        await store.SetAsync("copied", new CacheEntry(bytes));
        await store.SetAsync("again", (await store.GetAsync("owned")).ShouldNotBeNull());
        await store.SetAsync("part", new CacheEntry(bytes.AsMemory(1, 2)).Owned());
        bytes[1] = (byte)'!';

        async Task<string> TextAsync(string key) => Encoding.UTF8.GetString((await store.GetAsync(key)).ShouldNotBeNull().Value.Span);
        (await TextAsync("owned")).ShouldBe("v!lue");
        (await TextAsync("copied")).ShouldBe("value");
        (await TextAsync("again")).ShouldBe("value");
        (await TextAsync("part")).ShouldBe("al"); // what is kept is its own array, so nothing larger stays behind it
    }

    private static CacheEntry EntryOf(string key) => new(Encoding.UTF8.GetBytes(key));

    private static int CountFaults(MemoryCacheStore store, CancellationToken stop)
    {
        string[] keys = [.. Enumerable.Range(0, Staying).Select(i => $"stays{i}")];
        byte[][] values = [.. keys.Select(Encoding.UTF8.GetBytes)];
        var faults = 0;
        while (!stop.IsCancellationRequested)
        {
            for (var i = 0; i < keys.Length; i++)
            {
                if (store.Table.Read(keys[i]) is not { } entry || !entry.Value.Span.SequenceEqual(values[i])) faults++;
            }
        }

        return faults;
    }
}
