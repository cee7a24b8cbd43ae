using Microsoft.Extensions.Logging.Abstractions;
using Wappa.Caching.Redis.Records;
using Wappa.Caching.Redis.Resp;
using Wappa.Caching.Redis.Tests.Servers;

namespace Wappa.Caching.Redis.Tests.Records;

/// <summary>Servers that die, move and take over while many write: what was acknowledged is there, and nothing is there twice.</summary>
public sealed class ServerFaultTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Server_KilledAndRestartedWithItsData_LosesNothingAndRepeatsNothing()
    {
        await using var server = await RedisServer.StartAsync(new() { Durable = true });
        await using var client = Client(server.Url);
        var work = new Appenders(client, RecordKey.User("hotel123", "1", "log"));

        await work.RunAsync(async () =>
        {
            await server.KillAsync();
            await server.StartAgainAsync();
        });

        await work.ShouldHoldEachOnceAsync(everyAcknowledged: true);
        work.Unknown.ShouldBe(0);
    }

    [Fact]
    public async Task Slot_WhoseIndexHasMovedBeforeItsRecords_LosesNoName()
    {
        const string Names = "{hotel123:1}:state:%names";
        await using var cluster = await RedisCluster.StartAsync();
        await using var client = Client(cluster.Url);
        var store = new RedisDocumentStore(client, new());
        for (var i = 0; i < 40; i++) await ChangeAsync($"old{i}");
        var (slot, owner) = await cluster.OwnerOfAsync(Names);
        var other = cluster.Primaries.First(node => node != owner);
        string[] byHand = [.. Enumerable.Range(0, 10).Select(i => $"{{hotel123:1}}:state:hand{i}")]; // only these enter a moving index
        foreach (var key in byHand) await owner.CallAsync("HSET", key, "a", "1");
        await other.CallAsync("CLUSTER", "SETSLOT", $"{slot}", "IMPORTING", (string)(await owner.CallAsync("CLUSTER", "MYID"))!);
        await owner.CallAsync("CLUSTER", "SETSLOT", $"{slot}", "MIGRATING", (string)(await other.CallAsync("CLUSTER", "MYID"))!);
        await owner.CallAsync(["MIGRATE", "127.0.0.1", $"{other.Port}", "", "0", "5000", "KEYS", Names, .. byHand]);

        for (var i = 0; i < byHand.Length; i++) await ChangeAsync($"hand{i}"); // looks at three names each time

        await RedisCluster.MoveSlotAsync(slot, owner, other);
        var names = 0;
        await foreach (var _ in store.ListAsync(RecordSet.States("hotel123", "1"))) names++;
        names.ShouldBe(50);

        async Task ChangeAsync(string name) =>
            await store.ApplyAsync(RecordKey.State("hotel123", "1", name), new RecordChange.Set(CacheDocument.Empty));
    }

    [Fact]
    public async Task Slot_MovedWhileItsRecordsAreWritten_LosesNothingAndRepeatsNothing()
    {
        await using var cluster = await RedisCluster.StartAsync();
        await using var client = Client(cluster.Url);
        var (slot, owner) = await cluster.OwnerOfAsync("{hotel123:1}:user:log");
        var other = cluster.Primaries.First(node => node != owner);
        var work = new Appenders(client, RecordKey.User("hotel123", "1", "log"));

        await work.RunAsync(() => RedisCluster.MoveSlotAsync(slot, owner, other)); // not back: gossip of the move could undo that

        await work.ShouldHoldEachOnceAsync(everyAcknowledged: true);
        work.Unknown.ShouldBe(0);
    }

    [Fact]
    public async Task Primary_FailedOver_RepeatsNothing()
    {
        await using var all = await RedisSentinels.StartAsync();
        var sentinels = string.Join(',', all.Sentinels.Select(sentinel => $"127.0.0.1:{sentinel.Port}"));
        await using var client = Client($"redis+sentinel://{sentinels}?service={RedisSentinels.Service}");
        var work = new Appenders(client, RecordKey.User("hotel123", "1", "log"));

        await work.RunAsync(() => all.FailOverAsync());

        await work.ShouldHoldEachOnceAsync(everyAcknowledged: false);
    }

    private static RedisClient Client(string url) =>
        new(RedisUrl.Parse(url) with { CommandTimeout = Timeout }, TimeProvider.System, NullLogger.Instance);

    /// <summary>Several writers that append numbers of their own, each to a record of its own.</summary>
    private sealed class Appenders(RedisClient client, RecordKey key)
    {
        private const int Writers = 8;

        private readonly RedisDocumentStore _store = new(client, new() { CommandTimeout = Timeout });
        private readonly List<int>[] _acknowledged = [.. Enumerable.Range(0, Writers).Select(_ => new List<int>())];
        private int _unknown;

        internal int Unknown => _unknown;

        /// <summary>Writes while something happens, a while before and a while after.</summary>
        internal async Task RunAsync(Func<Task> happening)
        {
            var (began, ended) = (new TaskCompletionSource(), new CancellationTokenSource());
            var writing = Enumerable.Range(0, Writers).Select(writer => Task.Run(() => WriteAsync(writer, began, ended.Token))).ToArray();
            await began.Task;
            await happening();
            var before = _acknowledged.Sum(numbers => numbers.Count);
            await Eventually.BeTrueAsync(
                "writers that go on", () => Task.FromResult(_acknowledged.Sum(numbers => numbers.Count) > before + (10 * Writers)));
            await ended.CancelAsync();
            await Task.WhenAll(writing);
            ended.Dispose();
        }

        internal async Task ShouldHoldEachOnceAsync(bool everyAcknowledged)
        {
            for (var writer = 0; writer < Writers; writer++)
            {
                var there = (await _store.GetAsync(KeyOf(writer))).Document!.GetField<int[]>("list")!;
                there.ShouldBeUnique();
                if (everyAcknowledged) _acknowledged[writer].Except(there).ShouldBeEmpty();
            }
        }

        private async Task WriteAsync(int writer, TaskCompletionSource began, CancellationToken end)
        {
            for (var number = 0; !end.IsCancellationRequested; number++)
            {
                var item = System.Text.Encoding.ASCII.GetBytes($"{number}");
                try
                {
                    await _store.ApplyAsync(KeyOf(writer), new RecordChange.Append("list", item), CancellationToken.None);
                    lock (_acknowledged[writer]) _acknowledged[writer].Add(number);
                    if (number == 20) began.TrySetResult();
                }
                catch (CacheStoreException error) when (error.OutcomeUnknown)
                {
                    Interlocked.Increment(ref _unknown);
                }
            }
        }

        // All of one user, so that they share a slot.
        private RecordKey KeyOf(int writer) => RecordKey.User(key.Tenant, key.Owner, $"{key.Name}{writer}");
    }
}
