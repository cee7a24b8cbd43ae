using Wappa.Caching.Redis.Resp;
using Wappa.Caching.Redis.Tests.Resp;
using Wappa.Caching.Redis.Tests.Servers;

namespace Wappa.Caching.Redis.Tests.Faults;

/// <summary>The primary dies and sentinels make its replica the primary, under many callers.</summary>
public sealed class FailoverTests
{
    [Fact]
    public async Task Primary_Killed_NothingIsRepeatedAndWhatAReplicaHadIsThere()
    {
        await using var all = await RedisSentinels.StartAsync();
        await using var open = new OpenStore(UrlOf(all));
        await using var confirmed = new OpenStore(UrlOf(all), TimeSpan.FromSeconds(10));
        var work = new Workload(open.Store, mayLose: true);
        var appender = new ConfirmedAppender(confirmed);
        using var end = new CancellationTokenSource();
        var appending = Task.Run(() => appender.RunAsync(end.Token));
        await Eventually.BeTrueAsync("confirmed appends", () => Task.FromResult(appender.Confirmed > 20));

        await work.RunAsync(async () =>
        {
            var old = await all.PrimaryAsync();
            await old.KillAsync();
            await all.WaitForSuccessorAsync(old);
        });

        await end.CancelAsync();
        await appending.WaitAsync(Eventually.Patience);
        await work.VerifyAsync();
        await appender.VerifyAsync();
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{await work.LostAsync()} acknowledged appends were not replicated; {appender.Confirmed} were confirmed, and none is lost");
    }

    [Fact]
    public async Task Primary_KilledWithReplicatedWrites_NothingAcknowledgedIsLost()
    {
        await using var all = await RedisSentinels.StartAsync(replicas: 2);
        await using var open = new OpenStore(UrlOf(all), durability: RedisDurability.Replicated(1, TimeSpan.FromMilliseconds(500)));
        var work = new Workload(open.Store);

        await work.RunAsync(async () =>
        {
            var old = await all.PrimaryAsync();
            await old.KillAsync();
            var primary = await all.WaitForSuccessorAsync(old);
            await using var raw = await primary.ConnectAsync();
            await Eventually.BeTrueAsync("the other replica in step", async () =>
                (await raw.TextAsync("INFO", "replication"))!.Contains("state=online", StringComparison.Ordinal));
        });

        await work.VerifyAsync();
    }

    // Asked for at the replica, the old primary holds its writes back until the replica has everything.
    [Fact]
    public async Task ClusterNode_FailedOverAsPlanned_LosesAndRepeatsNothing()
    {
        await using var cluster = await RedisCluster.StartAsync(replicasEach: 1);
        await using var open = new OpenStore(cluster.Url);
        var (_, owner) = await cluster.OwnerOfAsync("{hotel123:1}:user");
        var replica = await ReplicaOfAsync(cluster, owner);
        var work = new Workload(open.Store);

        await work.RunAsync(() => TakeOverAsync(replica));

        await work.VerifyAsync();
        work.Tally.NotMade.ShouldBe(0, "callers wait for the next primary");
    }

    [Fact]
    public async Task ClusterNode_Killed_NothingIsRepeated()
    {
        await using var cluster = await RedisCluster.StartAsync(replicasEach: 1);
        await using var open = new OpenStore(cluster.Url);
        var (_, owner) = await cluster.OwnerOfAsync("{hotel123:1}:user");
        var replica = await ReplicaOfAsync(cluster, owner);
        var work = new Workload(open.Store, mayLose: true);

        await work.RunAsync(async () =>
        {
            await owner.KillAsync();
            await Eventually.BeTrueAsync("the replica as primary", async () => (await RoleAsync(replica))[0] is "master");
            await cluster.WaitUntilCompleteAsync(without: owner);
        });

        await work.VerifyAsync();
    }

    private static string UrlOf(RedisSentinels all) =>
        $"redis+sentinel://{string.Join(',', all.Sentinels.Select(sentinel => $"127.0.0.1:{sentinel.Port}"))}?service={RedisSentinels.Service}";

    // On a busy machine the two may not agree within the five seconds they give themselves; then all is as before.
    private static async Task TakeOverAsync(RedisServer replica)
    {
        for (var attempt = 1; ; attempt++)
        {
            await Eventually.BeTrueAsync("a failover that begins", async () => await replica.CallAsync("CLUSTER", "FAILOVER") is "OK");
            try
            {
                await Eventually.BeTrueAsync(
                    "the replica as primary", async () => (await RoleAsync(replica))[0] is "master", TimeSpan.FromSeconds(6));
                return;
            }
            catch (TimeoutException) when (attempt < 4)
            {
                // once more
            }
        }
    }

    private static async Task<RedisServer> ReplicaOfAsync(RedisCluster cluster, RedisServer primary)
    {
        RedisServer? replica = null;
        await Eventually.BeTrueAsync("a replica in step", async () =>
        {
            foreach (var node in cluster.Nodes)
                if (await RoleAsync(node) is ["slave", _, long port, "connected", ..] && port == primary.Port) replica = node;
            return replica is not null;
        });
        return replica!;
    }

    private static async Task<object?[]> RoleAsync(RedisServer server) => (object?[])(await server.CallAsync("ROLE"))!;

    /// <summary>Appends numbers one by one and asks after each whether a replica has it, over the same connection.</summary>
    private sealed class ConfirmedAppender(OpenStore open)
    {
        private static readonly RecordKey Key = RecordKey.User("hotel123", "2", "log");

        private readonly List<int> _confirmed = [];
        private int _count;

        internal int Confirmed => Volatile.Read(ref _count);

        internal async Task RunAsync(CancellationToken end)
        {
            for (var number = 0; !end.IsCancellationRequested; number++)
            {
                try
                {
                    var append = new RecordChange.Append("list", System.Text.Encoding.ASCII.GetBytes($"{number}"), 1_000);
                    await open.Store.ApplyAsync(Key, append, CancellationToken.None);
                    var wait = new Call("WAIT", "1", "100");
                    var replicas = await open.Client.SendAsync(wait, Replies.Integer, new CallOptions(), CancellationToken.None);
                    if (replicas < 1) continue;
                    _confirmed.Add(number);
                    Volatile.Write(ref _count, _confirmed.Count);
                }
                catch (CacheStoreException)
                {
                    // not confirmed, whatever became of it
                }
            }
        }

        internal async Task VerifyAsync()
        {
            var there = (await open.Store.GetAsync(Key)).Document!.GetField<int[]>("list")!;
            there.ShouldBeUnique();
            _confirmed.Where(number => number >= there[0]).Except(there).ShouldBeEmpty();
        }
    }
}
