using Wappa.Caching;

namespace Wappa.Testing;

/// <summary>Many callers at once: one wins what only one can win, and nothing is ever seen half.</summary>
public abstract class CacheStoreConcurrencyConformance(CacheStoreHarness harness) : CacheStoreConformance(harness)
{
    [Fact]
    public async Task AddAsync_TwoHundredAtOnce_OneWins()
    {
        var added = await TogetherAsync(200, i => Store.AddAsync(Key, Entry($"{i}")).AsTask());
        added.Count(won => won).ShouldBe(1);
        await ShouldHoldAsync(Key, $"{Array.IndexOf(added, true)}");
    }

    [Fact]
    public async Task RemoveAsync_TwoHundredAtOnce_OneFindsIt()
    {
        await Store.SetAsync(Key, Entry("v", Tag) with { Ttl = 60 * Second });
        (await TogetherAsync(200, _ => Store.RemoveAsync(Key).AsTask())).Count(removed => removed).ShouldBe(1);
    }

    [Fact]
    public async Task AddAsync_ExpiredTwoHundredAtOnce_OneWins()
    {
        await Store.SetAsync(Key, Entry("old") with { Ttl = Second });
        await AdvanceAsync(Second);
        (await TogetherAsync(200, i => Store.AddAsync(Key, Entry($"{i}")).AsTask())).Count(won => won).ShouldBe(1);
    }

    [Fact]
    public async Task GetAsync_WhileReplaced_NeverSeesHalfOfAnEntry()
    {
        await Store.SetAsync(Key, Uniform(0));
        await TogetherAsync(4, worker => Task.Run(async () =>
        {
            for (var i = 0; i < 500; i++)
            {
                if (worker % 2 == 0) await Store.SetAsync(Key, Uniform((worker * 500) + i));
                else ShouldBeUniform((await Store.GetAsync(Key)).ShouldNotBeNull());
            }

            return true;
        }));
        ShouldBeUniform((await Store.GetAsync(Key)).ShouldNotBeNull());
    }

    [Fact]
    public async Task AllOperations_OnFewKeysAtOnce_LeaveTheStoreInOrder()
    {
        await TogetherAsync(4, worker => Task.Run(async () =>
        {
            var random = new Random(worker);
            for (var i = 0; i < 500; i++) await AnyOperationAsync(random);
            return true;
        }));

        await Store.RemoveByPrefixAsync("chat:");
        (await Store.GetManyAsync([.. Enumerable.Range(0, 8).Select(KeyOf)])).ShouldAllBe(entry => entry == null);
        await Store.SetAsync(Key, Entry("v", "tag0"));
        await ShouldHoldAsync(Key, "v");
    }

    private static string KeyOf(int i) => $"chat:v1:{i}";

    private static CacheEntry Uniform(int i)
    {
        var bytes = new byte[1 + (i % 97)];
        bytes.AsSpan().Fill((byte)bytes.Length);
        return new CacheEntry(bytes) { Tags = [$"length{bytes.Length}"], Ttl = TimeSpan.FromMinutes(bytes.Length) };
    }

    private static void ShouldBeUniform(CacheEntry entry)
    {
        var length = entry.Value.Length;
        entry.Value.ToArray().ShouldAllBe(value => value == length);
        entry.Tags.ShouldBe([$"length{length}"]);
        entry.Ttl.ShouldBe(TimeSpan.FromMinutes(length));
    }

    private async Task AnyOperationAsync(Random random)
    {
        var key = KeyOf(random.Next(8));
        var entry = Entry("v", $"tag{random.Next(3)}") with { Ttl = random.Next(2) == 0 ? null : 60 * Second };
        switch (random.Next(10))
        {
            case 0: await Store.RemoveByTagAsync($"tag{random.Next(3)}"); break;
            case 1: await Store.RemoveByPrefixAsync("chat:v1:"); break;
            case 2: await Store.RemoveAsync(key); break;
            case 3: await Store.AddAsync(key, entry); break;
            case 4: await Store.CompleteLoadAsync(key, entry, await Store.BeginLoadAsync(key)); break;
            case 5: await Store.RenewAsync(key, 30 * Second); break;
            case 6: await Store.SetManyAsync([new(key, entry), new(KeyOf(random.Next(8)), entry)]); break;
            case 7: await Store.GetTtlAsync(key); break;
            case 8: await Store.SetAsync(key, entry); break;
            default: await Store.GetManyAsync([key, KeyOf(random.Next(8))]); break;
        }
    }
}
