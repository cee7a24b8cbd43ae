using Microsoft.Extensions.Logging.Abstractions;
using Wappa.Caching.Redis.Entries;
using Wappa.Caching.Redis.Resp;
using Wappa.Caching.Redis.Tests.Records;
using Wappa.Caching.Redis.Tests.Servers;
using Wappa.Testing;

namespace Wappa.Caching.Redis.Tests.Entries;

/// <summary>Locks across processes: one holder at a time, numbers that grow, a loss that is noticed.</summary>
public sealed class EntryLockTests : EntryFixture
{
    private const string Name = "load:{chat}*\n";
    private const string Held = "%lock:" + Name;

    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(10);

    private readonly ManualTimeProvider _clock = new();

    private EntryLocks Locks => new(Harness.Client, Harness.Options, _clock);

    [Fact]
    public async Task TryTake_WhileItIsHeld_IsNullAndItsNumbersGrow()
    {
        var before = 0L;
        for (var i = 0; i < 5; i++)
        {
            await using var taken = (await Locks.TryTakeAsync(Name, Lease)).ShouldNotBeNull();
            (await Locks.TryTakeAsync(Name, Lease)).ShouldBeNull();
            await using var another = (await Locks.TryTakeAsync("another", Lease)).ShouldNotBeNull();
            taken.Lost.IsCancellationRequested.ShouldBeFalse();
            taken.Number.ShouldBeGreaterThan(before);
            before = taken.Number;
        }
    }

    [Fact]
    public async Task Number_AfterTheClockWentBack_Grows()
    {
        var ahead = TimeProvider.System.GetUtcNow().AddDays(1).ToUnixTimeMilliseconds() * 1_000;
        await RawAsync("SET", "%turn:" + Name, $"{ahead}");
        await using var taken = await Locks.TryTakeAsync(Name, Lease);
        taken!.Number.ShouldBe(ahead + 1);
    }

    [Fact]
    public async Task Lock_OfOneHundredAtOnce_IsTakenByOne()
    {
        var all = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(() => Locks.TryTakeAsync(Name, Lease).AsTask())));
        all.Count(taken => taken is not null).ShouldBe(1);
        foreach (var taken in all)
        {
            if (taken is not null) await taken.DisposeAsync();
        }

        (await KeysAsync()).ShouldNotContain(Held);
    }

    [Fact]
    public async Task Lock_HeldForLong_RenewsItself()
    {
        await using var taken = (await Locks.TryTakeAsync(Name, Lease)).ShouldNotBeNull();
        for (var i = 0; i < 5; i++)
        {
            await RawAsync("PEXPIRE", Held, "300000");
            _clock.Advance(Lease / 3);
            await Eventually.BeTrueAsync("a renewed lease", async () => (long)(await RawAsync("PTTL", Held))! > 500_000);
            await Eventually.BeTrueAsync("the pause until the next", () => Task.FromResult(_clock.ActiveTimers == 2));
        }

        taken.Lost.IsCancellationRequested.ShouldBeFalse();
    }

    [Fact]
    public async Task Lock_TakenAway_IsLostAndLeavesTheNextHolderAlone()
    {
        var taken = (await Locks.TryTakeAsync(Name, Lease)).ShouldNotBeNull();
        await RawAsync("DEL", Held); // as after a pause beyond the lease
        await using var next = (await Locks.TryTakeAsync(Name, Lease)).ShouldNotBeNull();
        next.Number.ShouldBeGreaterThan(taken.Number);

        _clock.Advance(Lease / 3);
        await Eventually.BeTrueAsync("a lock that is lost", () => Task.FromResult(taken.Lost.IsCancellationRequested));
        await taken.DisposeAsync();

        next.Lost.IsCancellationRequested.ShouldBeFalse();
        (await Locks.TryTakeAsync(Name, Lease)).ShouldBeNull();
    }

    [Fact]
    public async Task Lock_WhoseServerIsGone_IsLostWhenItsLeaseEnds()
    {
        await using var server = await RedisServer.StartAsync();
        await using var proxy = FaultProxy.To(server);
        await using var client = new RedisClient(RedisUrl.Parse(proxy.Url), TimeProvider.System, NullLogger.Instance);
        var taken = (await new EntryLocks(client, new(), _clock).TryTakeAsync(Name, TimeSpan.FromSeconds(1))).ShouldNotBeNull();
        proxy.Refuse();

        _clock.Advance(TimeSpan.FromMilliseconds(999));
        taken.Lost.IsCancellationRequested.ShouldBeFalse();
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        taken.Lost.IsCancellationRequested.ShouldBeTrue();
        await taken.DisposeAsync();
    }

    [Fact]
    public async Task Take_WhileItIsHeld_WaitsForItsEnd()
    {
        var taken = (await Locks.TryTakeAsync(Name, Lease)).ShouldNotBeNull();
        var waiting = Locks.TakeAsync(Name, Lease, Lease).AsTask();
        await Eventually.BeTrueAsync("a wait", () => Task.FromResult(_clock.ActiveTimers > 2));
        waiting.IsCompleted.ShouldBeFalse();
        await taken.DisposeAsync();

        await AdvanceUntilAsync("the lock", TimeSpan.FromMilliseconds(250), () => Task.FromResult(waiting.IsCompleted));
        await using var next = await waiting;
        next!.Number.ShouldBeGreaterThan(taken.Number);
    }

    [Fact]
    public async Task Take_HeldBeyondThePatience_IsNull()
    {
        await using var taken = await Locks.TryTakeAsync(Name, Lease);
        var waiting = Locks.TakeAsync(Name, Lease, TimeSpan.FromSeconds(2)).AsTask();
        await AdvanceUntilAsync("the end of patience", TimeSpan.FromMilliseconds(100), () => Task.FromResult(waiting.IsCompleted));
        (await waiting).ShouldBeNull();
    }

    [Fact]
    public async Task TryTake_ReplyLost_IsTakenOnce()
    {
        await using var server = await RedisServer.StartAsync();
        await using var proxy = FaultProxy.To(server);
        await using var client = new RedisClient(RedisUrl.Parse(proxy.Url), TimeProvider.System, NullLogger.Instance);
        var locks = new EntryLocks(client, new(), _clock);
        for (var i = 0; i < 3; i++)
        {
            await client.ConnectAsync();
            proxy.CutRepliesAfter(5);
            await using var taken = (await locks.TryTakeAsync(Name, Lease)).ShouldNotBeNull();
            (await locks.TryTakeAsync(Name, Lease)).ShouldBeNull();
        }
    }

    [Fact]
    public async Task Lock_OnACluster_IsHeldByOne()
    {
        await using var harness = new EntryHarness(RedisTarget.ClusterAsync);
        await harness.CreateAsync(new EntryStoreOptions());
        var locks = new EntryLocks(harness.Client, harness.Options, _clock);
        foreach (var name in (string[])[Name, "}", "{}", "a}b", "%"])
        {
            await using var taken = (await locks.TryTakeAsync(name, Lease)).ShouldNotBeNull();
            (await locks.TryTakeAsync(name, Lease)).ShouldBeNull();
        }
    }

    [Theory]
    [InlineData(99)]
    [InlineData(86_400_001)]
    public async Task TryTake_LeaseOutOfRange_Throws(int milliseconds) =>
        await Should.ThrowAsync<ArgumentOutOfRangeException>(
            async () => await Locks.TryTakeAsync(Name, TimeSpan.FromMilliseconds(milliseconds)));

    // How often somebody who waits asks is his affair: the clock goes on until he has it.
    private Task AdvanceUntilAsync(string what, TimeSpan step, Func<Task<bool>> question) => Eventually.BeTrueAsync(what, () =>
    {
        _clock.Advance(step);
        return question();
    });
}
