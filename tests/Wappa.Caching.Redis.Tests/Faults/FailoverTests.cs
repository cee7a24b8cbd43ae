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

    private static string UrlOf(RedisSentinels all) =>
        $"redis+sentinel://{string.Join(',', all.Sentinels.Select(sentinel => $"127.0.0.1:{sentinel.Port}"))}?service={RedisSentinels.Service}";

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
