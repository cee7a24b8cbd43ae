using Wappa.Caching.Memory;
using Wappa.Caching.Stores;
using Wappa.Testing;

namespace Wappa.Caching.Tests.Memory;

/// <summary>Long random histories of a store that is too small for them: the limits hold after every step, what is returned was
/// stored, nothing returns that was removed, replaced or has expired, and the structures agree with each other.</summary>
public sealed class MemoryCacheStoreHistoryTests
{
    private const int Keys = 400;
    private static readonly string[] Tags = ["a", "b", "c"];

    [Theory]
    [InlineData(1, 50, null)]
    [InlineData(2, 1, null)]
    [InlineData(3, null, 20_000)]
    [InlineData(4, null, 3_000)]
    [InlineData(5, 30, 15_000)]
    [InlineData(6, 200, 60_000)]
    public async Task AnyHistory_OneCaller_HoldsLimitsAndReturnsOnlyWhatIsThere(int seed, int? entries, int? bytes)
    {
        var clock = new ManualTimeProvider();
        using var store = new MemoryCacheStore(
            new MemoryStoreOptions { MaxEntries = entries, MaxEntryBytes = bytes, HashSeed = (ulong)seed }, clock);
        var model = new NaiveCacheStore(clock);
        var random = new Random(seed);
        for (var step = 0; step < 20_000; step++)
        {
            await StepAsync(store, model, clock, random);
            store.Table.Count.ShouldBeLessThanOrEqualTo(entries ?? int.MaxValue, $"step {step}");
            store.Table.Bytes.ShouldBeLessThanOrEqualTo(bytes ?? long.MaxValue, $"step {step}");
            if (step % 500 == 0) EntryTableCheck.Verify(store.Table);
        }

        EntryTableCheck.Verify(store.Table);
        store.Table.Evictions.ShouldBeGreaterThan(100);
        foreach (var (key, _) in store.Table.All.ToList()) await store.RemoveAsync(key);
        (store.Table.Count, store.Table.Bytes, store.Table.TimerCount, store.Table.Tags.Count).ShouldBe((0, 0, 0, 0));
    }

    [Fact]
    public async Task AnyHistory_TheSameSeed_KeepsTheSame()
    {
        async Task<List<string>> RunAsync()
        {
            var clock = new ManualTimeProvider();
            using var store = new MemoryCacheStore(
                new MemoryStoreOptions { MaxEntries = 60, MaxEntryBytes = 30_000, HashSeed = 9 }, clock);
            var model = new NaiveCacheStore(clock);
            var random = new Random(9);
            for (var step = 0; step < 20_000; step++) await StepAsync(store, model, clock, random);
            return [.. store.Table.All.Select(pair => pair.Key).Order(StringComparer.Ordinal)];
        }

        (await RunAsync()).ShouldBe(await RunAsync());
    }

    [Fact]
    public async Task AnyHistory_FourThreads_HoldsLimitsAndLeavesTheStructuresWhole()
    {
        const int MaxEntries = 3_000;
        const int MaxBytes = 700_000;
        using var store = new MemoryCacheStore(new MemoryStoreOptions { MaxEntries = MaxEntries, MaxEntryBytes = MaxBytes });
        var faults = 0;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Run(async () =>
        {
            var random = new Random(worker);
            for (var i = 0; i < 60_000; i++)
            {
                var number = (int)(10_000 * Math.Pow(random.NextDouble(), 3));
                if (!await ActAsync(store, $"ns{number % 5}:{number}", number, random)) Interlocked.Increment(ref faults);
                var usage = ((IEntryUsage)store).Usage; // both at one moment: an entry may be on its way from one queue to the other
                if (usage.Entries > MaxEntries || usage.Bytes > MaxBytes) Interlocked.Increment(ref faults);
            }
        })));
        faults.ShouldBe(0);
        store.Table.Evictions.ShouldBeGreaterThan(1_000);
        EntryTableCheck.Verify(store.Table);
        foreach (var (key, entry) in store.Table.All.ToList())
            (await store.GetAsync(key) ?? entry).ShouldBeSameAs(entry); // or it has expired
    }

    private static async Task StepAsync(MemoryCacheStore store, NaiveCacheStore model, ManualTimeProvider clock, Random random)
    {
        var key = $"ns{random.Next(3)}:{(int)(Keys * Math.Pow(random.NextDouble(), 2))}";
        switch (random.Next(20))
        {
            case 0:
                clock.Advance(TimeSpan.FromMilliseconds(random.Next(2_000)));
                break;
            case 1:
                await store.RemoveAsync(key);
                model.Remove(key);
                break;
            case 2 when random.Next(20) == 0:
                var tag = Tags[random.Next(Tags.Length)];
                await store.RemoveByTagAsync(tag);
                model.RemoveByTag(tag);
                break;
            case 3 when random.Next(20) == 0:
                await store.RemoveByPrefixAsync("ns1:");
                model.RemoveByPrefix("ns1:");
                break;
            case 4:
                var ttl = TimeSpan.FromMilliseconds(1 + random.Next(9_000));
                if (await store.RenewAsync(key, ttl)) model.Renew(key, ttl).ShouldBeTrue();
                else model.Remove(key); // evicted, perhaps
                break;
            case < 12:
                var entry = RandomEntry(random);
                await store.SetAsync(key, entry);
                model.Set(key, entry);
                break;
            default:
                var found = await store.GetAsync(key);
                var expected = model.Get(key);
                if (found is not null) found.Value.ToArray().ShouldBe(expected.ShouldNotBeNull().Value.ToArray());
                else model.Remove(key);
                break;
        }
    }

    private static CacheEntry RandomEntry(Random random)
    {
        var bytes = new byte[random.Next(30) == 0 ? random.Next(4_000) : random.Next(200)];
        random.NextBytes(bytes);
        return new(bytes)
        {
            Ttl = random.Next(2) == 0 ? null : TimeSpan.FromMilliseconds(1 + random.Next(8_000)),
            SlidingTtl = random.Next(4) == 0 ? TimeSpan.FromMilliseconds(1 + random.Next(4_000)) : null,
            Tags = [.. Tags.Where(_ => random.Next(4) == 0)],
        };
    }

    // Every value begins with the number of its key.
    private static async Task<bool> ActAsync(MemoryCacheStore store, string key, int number, Random random)
    {
        switch (random.Next(12))
        {
            case 0:
                await store.RemoveAsync(key);
                return true;
            case 1:
                await store.RenewAsync(key, TimeSpan.FromSeconds(60));
                return true;
            case 2 when random.Next(200) == 0:
                await store.RemoveByTagAsync(Tags[random.Next(Tags.Length)]);
                return true;
            case 3 when random.Next(200) == 0:
                await store.RemoveByPrefixAsync("ns3:");
                return true;
            case 4 or 5 or 6:
                var value = new byte[4 + random.Next(300)];
                BitConverter.TryWriteBytes(value, number);
                await store.SetAsync(key, new CacheEntry(value)
                {
                    Ttl = random.Next(2) == 0 ? null : TimeSpan.FromMilliseconds(1 + random.Next(40)),
                    SlidingTtl = random.Next(4) == 0 ? TimeSpan.FromMilliseconds(5) : null,
                    Tags = random.Next(8) == 0 ? [Tags[random.Next(Tags.Length)]] : [],
                });
                return true;
            default:
                var found = await store.GetAsync(key);
                return found is null || BitConverter.ToInt32(found.Value.Span) == number;
        }
    }
}
