using Wappa.Testing;

namespace Wappa.Caching.Tests.Memory;

/// <summary>Long random histories against the plainest thing that could be right: a dictionary that is searched from
/// end to end, with no limits, links or timers to go wrong.</summary>
public sealed class MemoryCacheStoreModelTests
{
    private static readonly string[] Keys = [.. Enumerable.Range(0, 12).Select(i => $"ns{i % 3}:v1:{i}")];
    private static readonly string[] Tags = ["a", "b", "c"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public async Task AnyHistory_OneCaller_AnswersAsTheModelDoes(int seed)
    {
        var clock = new ManualTimeProvider();
        using var store = new MemoryCacheStore(new MemoryStoreOptions(), clock);
        var model = new NaiveCacheStore(clock);
        var random = new Random(seed);
        var fences = new List<(string Key, LoadFence Real, LoadFence Model)>();
        for (var step = 0; step < 3_000; step++)
        {
            var (real, expected) = await StepAsync(store, model, clock, random, fences);
            real.ShouldBe(expected, $"seed {seed}, step {step}");
            if (step % 100 == 0) EntryTableCheck.Verify(store.Table);
        }

        EntryTableCheck.Verify(store.Table);
    }

    private static async Task<(string Real, string Expected)> StepAsync(
        MemoryCacheStore store, NaiveCacheStore model, ManualTimeProvider clock, Random random,
        List<(string Key, LoadFence Real, LoadFence Model)> fences)
    {
        var key = Keys[random.Next(Keys.Length)];
        switch (random.Next(12))
        {
            case 0:
                clock.Advance(TimeSpan.FromMilliseconds(random.Next(3_000)));
                return ("", "");
            case 1:
                fences.Add((key, await store.BeginLoadAsync(key), model.BeginLoad()));
                return ("", "");
            case 2 when fences.Count > 0:
                var load = fences[random.Next(fences.Count)];
                fences.Remove(load);
                return await CompleteAsync(store, model, load, RandomEntry(random));
            case 3:
                var added = RandomEntry(random);
                return ($"{await store.AddAsync(key, added)}", $"{model.Add(key, added)}");
            case 4:
                return ($"{await store.RemoveAsync(key)}", $"{model.Remove(key)}");
            case 5 when random.Next(4) == 0:
                var tag = Tags[random.Next(Tags.Length)];
                await store.RemoveByTagAsync(tag);
                model.RemoveByTag(tag);
                return ("", "");
            case 6 when random.Next(4) == 0:
                var prefix = $"ns{random.Next(4)}:";
                return ($"{await store.RemoveByPrefixAsync(prefix)}", $"{model.RemoveByPrefix(prefix)}");
            case 7:
                var ttl = TimeSpan.FromMilliseconds(1 + random.Next(9_000));
                return ($"{await store.RenewAsync(key, ttl)}", $"{model.Renew(key, ttl)}");
            case 8 or 9:
                var entry = RandomEntry(random);
                await store.SetAsync(key, entry);
                model.Set(key, entry);
                return ("", "");
            case 10:
                return ($"{await store.GetTtlAsync(key)}", $"{model.GetTtl(key)}");
            default:
                return (Show(await store.GetAsync(key)), Show(model.Get(key)));
        }
    }

    // The store may refuse a load that the model stores, as two keys may share a stripe; never the reverse. Then the
    // model forgets it as well, and goes on from the same state.
    private static async Task<(string Real, string Expected)> CompleteAsync(
        MemoryCacheStore store, NaiveCacheStore model, (string Key, LoadFence Real, LoadFence Model) load,
        CacheEntry entry)
    {
        var real = await store.CompleteLoadAsync(load.Key, entry, load.Real);
        var expected = model.MayComplete(load.Key, entry, load.Model);
        if (real) model.Store(load.Key, entry, load.Model.Stamp);
        return real ? ("True", $"{expected}") : ("", "");
    }

    private static CacheEntry RandomEntry(Random random) => new(BitConverter.GetBytes(random.Next()))
    {
        Ttl = random.Next(2) == 0 ? null : TimeSpan.FromMilliseconds(1 + random.Next(8_000)),
        SlidingTtl = random.Next(3) == 0 ? TimeSpan.FromMilliseconds(1 + random.Next(4_000)) : null,
        Tags = [.. Tags.Where(_ => random.Next(3) == 0)],
    };

    private static string Show(CacheEntry? entry) => entry is null ? "miss" : string.Join(
        ' ', Convert.ToHexString(entry.Value.Span), entry.Ttl, entry.SlidingTtl, entry.StoredAt.UtcTicks,
        string.Join(',', entry.Tags));
}
