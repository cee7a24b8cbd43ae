using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Wappa.Caching.Redis.Records;
using Wappa.Caching.Redis.Resp;
using Wappa.Caching.Redis.Tests.Servers;

namespace Wappa.Caching.Redis.Tests.Records;

/// <summary>A primary that dies while many write, each write acknowledged by a replica: nothing acknowledged is lost.</summary>
public sealed class ReplicatedFailoverTests
{
    private const int Writers = 16;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Primary_Killed_LosesNothingThatAReplicaHasAcknowledged()
    {
        // Two replicas: the one that is left after the failover acknowledges what comes then.
        await using var all = await RedisSentinels.StartAsync(replicas: 2);
        var sentinels = string.Join(',', all.Sentinels.Select(sentinel => $"127.0.0.1:{sentinel.Port}"));
        var options = RedisUrl.Parse($"redis+sentinel://{sentinels}?service={RedisSentinels.Service}") with { CommandTimeout = Patience };
        await using var client = new RedisClient(options, TimeProvider.System, NullLogger.Instance);
        var store = new RedisDocumentStore(
            client, new() { CommandTimeout = Patience, Durability = RedisDurability.Replicated(1, TimeSpan.FromSeconds(2)) });
        var acknowledged = Enumerable.Range(0, Writers).Select(_ => new List<int>()).ToArray();
        using var end = new CancellationTokenSource();

        var writing = Enumerable.Range(0, Writers).Select(writer => Task.Run(() => WriteAsync(writer))).ToArray();
        await MoreAsync(20 * Writers);
        var old = await all.PrimaryAsync();
        await old.KillAsync();
        await all.WaitForSuccessorAsync(old);
        await MoreAsync(Writers);
        await end.CancelAsync();
        await Task.WhenAll(writing);

        for (var writer = 0; writer < Writers; writer++)
        {
            var there = (await store.GetAsync(KeyOf(writer))).Document!.GetField<int[]>("list")!;
            there.ShouldBeUnique();
            acknowledged[writer].Except(there).ShouldBeEmpty();
        }

        async Task WriteAsync(int writer)
        {
            for (var number = 0; !end.IsCancellationRequested; number++)
            {
                var item = System.Text.Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture));
                try
                {
                    await store.ApplyAsync(KeyOf(writer), new RecordChange.Append("list", item));
                    lock (acknowledged) acknowledged[writer].Add(number);
                }
                catch (CacheStoreException error) when (error.OutcomeUnknown)
                {
                    // the item may be there or not, but not twice
                }
            }
        }

        Task MoreAsync(int count)
        {
            var before = Count();
            return Eventually.BeTrueAsync("writers that go on", () => Task.FromResult(Count() > before + count), 2 * Patience);
        }

        int Count()
        {
            lock (acknowledged) return acknowledged.Sum(numbers => numbers.Count);
        }
    }

    private static RecordKey KeyOf(int writer) => RecordKey.User("hotel123", $"{writer}", "log");
}
