using Wappa.Caching.Redis.Tests.Servers;

namespace Wappa.Caching.Redis.Tests.Faults;

/// <summary>The way to the server fails in every manner, under sixteen callers.</summary>
public sealed class ConnectionFaultTests
{
    [Fact]
    public async Task Connections_CutInTheMiddleOfReplies_LoseAndRepeatNothing()
    {
        await RunAsync("", proxy => Repeat(12, () =>
        {
            var before = proxy.Accepted;
            proxy.CutRepliesAfter(Random.Shared.Next(1, 2_000));
            return Eventually.BeTrueAsync("a connection after the cut", () => Task.FromResult(proxy.Accepted > before));
        }));
    }

    [Fact]
    public async Task BlackHole_ThatSwallowsForGood_LosesAndRepeatsNothing()
    {
        await RunAsync(OpenStore.Impatient, proxy => Repeat(2, async () =>
        {
            await SwallowUntilGivenUpAsync(proxy, proxy.SwallowAll);
            proxy.CutAll(); // what it held is gone
            proxy.PassOn();
        }));
    }

    [Fact]
    public async Task BlackHole_ThatDeliversLate_LosesAndRepeatsNothing()
    {
        // A record remembers eight operations, so few share one: what arrives late must find its repetition still there.
        await RunAsync(OpenStore.Impatient, counters: Workload.Callers, happenings: proxy => Repeat(2, async () =>
        {
            await SwallowUntilGivenUpAsync(proxy, proxy.SwallowAll);
            proxy.PassOn();
        }));
    }

    [Fact]
    public async Task BlackHole_ForRepliesOnly_LosesAndRepeatsNothing()
    {
        await RunAsync(OpenStore.Impatient, proxy => Repeat(2, async () =>
        {
            await SwallowUntilGivenUpAsync(proxy, proxy.SwallowReplies);
            proxy.PassOn();
        }));
    }

    [Fact]
    public async Task Replies_ThatComeLate_AreNoFailures()
    {
        var tally = await RunAsync("", proxy => Repeat(1, async () =>
        {
            proxy.DelayReplies(TimeSpan.FromMilliseconds(20));
            await using var raw = await RawRedis.ConnectAsync(proxy.Port);
            for (var i = 0; i < 20; i++) await raw.CallAsync("PING");
            proxy.DelayReplies(TimeSpan.Zero);
        }));

        (tally.Unknown + tally.NotMade).ShouldBe(0);
    }

    [Fact]
    public async Task Connections_RefusedForAWhile_LoseAndRepeatNothing()
    {
        var tally = await RunAsync("", proxy => Repeat(2, async () =>
        {
            var before = proxy.Refused;
            proxy.Refuse();
            await Eventually.BeTrueAsync("attempts that fail", () => Task.FromResult(proxy.Refused >= before + 4));
            proxy.Accept();
        }));

        tally.NotMade.ShouldBe(0, "callers wait for the next connection");
    }

    [Fact]
    public async Task Packets_DroppedForAWhile_LoseAndRepeatNothing()
    {
        var tally = await RunAsync("", proxy => Repeat(1, async () =>
        {
            await proxy.DeafenAsync();
            using var outage = new PeriodicTimer(TimeSpan.FromSeconds(1.5)); // as long as it takes to have asked twice in vain
            await outage.WaitForNextTickAsync();
            proxy.Hear();
        }));

        tally.NotMade.ShouldBe(0, "callers wait for the next connection");
    }

    [Fact]
    public async Task Connection_MadeInABlackHoleThatNeverDelivers_IsGivenUpForAnother()
    {
        await RunAsync(OpenStore.Impatient, proxy => Repeat(2, async () =>
        {
            await SwallowUntilGivenUpAsync(proxy, proxy.SwallowAll);
            proxy.Strand(); // the one that was just made hears nothing, ever
            proxy.PassOn();
        }));
    }

    private static async Task SwallowUntilGivenUpAsync(FaultProxy proxy, Action swallow)
    {
        var before = proxy.Accepted;
        swallow();
        await Eventually.BeTrueAsync("connections given up", () => Task.FromResult(proxy.Accepted > before));
    }

    private static IEnumerable<Func<Task>> Repeat(int times, Func<Task> happening) => Enumerable.Repeat(happening, times);

    private static async Task<Tally> RunAsync(string options, Func<FaultProxy, IEnumerable<Func<Task>>> happenings, int counters = 4)
    {
        await using var server = await RedisServer.StartAsync();
        await using var proxy = FaultProxy.To(server);
        await using var open = new OpenStore(proxy.Url + options);
        var work = new Workload(open.Store, counters: counters);
        await work.RunAsync(happenings(proxy));
        await work.VerifyAsync();
        return work.Tally;
    }
}
