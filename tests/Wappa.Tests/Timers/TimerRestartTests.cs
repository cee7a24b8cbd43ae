using System.Net;
using Wappa.Caching;
using Wappa.Inbox;
using Wappa.Testing;
using Wappa.Tests.Inbox;

namespace Wappa.Tests.Timers;

/// <summary>Timers in a store that outlives the processes, and is shared by several.</summary>
public class TimerRestartTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly ManualTimeProvider _clock = new();
    private readonly TimerScript _script = new();
    private readonly SharedStore _shared;

    public TimerRestartTests()
    {
        _shared = new(_clock);
        _script.OnMessage = (bot, text) => bot.Now.ScheduleAsync("tick", TimeSpan.Parse(text, null)).AsTask();
    }

    [Theory]
    [InlineData("00:10:00")]
    [InlineData("02:00:00")]
    [InlineData("40.00:00:00")] // longer than anything else about a user is remembered
    public async Task Timer_DueWhileNothingRan_FiresOnceAtTheNextStart(string after)
    {
        await using (var first = await StartAsync())
        {
            await first.SayAsync(after);
            await first.StopAsync();
        }

        _clock.Advance(TimeSpan.Parse(after, null) + Minute);
        await using var next = await StartAsync();
        await _clock.PassAsync(Minute, next);
        await next.StopAsync();
        await using var third = await StartAsync();
        await _clock.PassAsync(Minute * 2, third);

        _script.Log.ShouldBe([after, "tick"]);
        (await FiredAsync()).ShouldBe(1);
        (await _shared.HintsAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Timer_FarAway_FiresInTheProcessThatScheduledIt()
    {
        await using var app = await StartAsync();
        await app.SayAsync("03:00:00");

        await _clock.PassAsync(TimeSpan.FromMinutes(179), app, step: TimeSpan.FromSeconds(59));
        _script.Log.Count.ShouldBe(1);
        await _clock.PassAsync(Minute * 3, app);

        _script.Log.ShouldBe(["03:00:00", "tick"]);
    }

    [Fact]
    public async Task Timer_OfAProcessThatDied_FiresInAnother()
    {
        var life = new SharedStore.Life(_shared);
        await using var dying = await TimerApps.StartAsync<TimerBot>(_script, _clock, life);
        await using var other = await StartAsync();
        await dying.SayAsync("00:05:00");
        life.Kill();

        await _clock.PassAsync(Minute * 10, other);

        (await FiredAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task Timer_SeenByTwoProcesses_TakesEffectOnce()
    {
        await using var one = await StartAsync();
        await using var two = await StartAsync();
        for (var i = 0; i < 5; i++)
        {
            await one.SayAsync("00:00:30");
            await _clock.PassAsync(Minute * 2, two, step: TimeSpan.FromSeconds(15));
            await TimerApps.UntilAsync(() => one.IsIdle() && two.IsIdle());
        }

        (await FiredAsync()).ShouldBe(5);
    }

    [Fact]
    public async Task Hint_OfATurnThatNeverCommitted_DoesNothingAndIsCleaned()
    {
        // The store refuses everything after the hint: the first write is the batch, the second the hint.
        var life = new SharedStore.Life(_shared, count => count == 3);
        await using (var dying = await TimerApps.StartAsync<TimerBot>(_script, _clock, life))
        {
            await dying.PostAsync(Payloads.Text("M-1", body: "00:01:00"));
            await TimerApps.UntilAsync(() => life.IsDead);
        }

        (await _shared.HintsAsync()).ShouldBe(1);
        _script.OnMessage = static (_, _) => Task.CompletedTask;
        await using var next = await StartAsync();
        await _clock.PassAsync(Minute * 20, next);

        _script.Log.ShouldNotContain("tick");
        (await _shared.HintsAsync()).ShouldBe(0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Process_DiesAtAnyWrite_FiresOnce(bool lateInWrite)
    {
        for (var write = 1; write <= 10; write++)
        {
            var shared = new SharedStore(_clock);
            var life = new SharedStore.Life(shared, count => count == write, lateInWrite);
            await using (var dying = await TimerApps.StartAsync<TimerBot>(_script, _clock, life))
            {
                await dying.PostAsync(Payloads.Text("M-1", body: "00:01:00"));
                await TimerApps.UntilAsync(() => life.IsDead || dying.IsIdle());
                for (var i = 0; i < 30 && !life.IsDead; i++)
                {
                    _clock.Advance(TimeSpan.FromSeconds(5));
                    await Task.Delay(2, TestContext.Current.CancellationToken);
                }

                life.Kill();
            }

            await using var next = await TimerApps.StartAsync<TimerBot>(_script, _clock, new(shared));
            (await next.PostAsync(Payloads.Text("M-1", body: "00:01:00"))).ShouldBe(HttpStatusCode.OK);
            await TimerApps.UntilAsync(() => next.IsIdle());
            await _clock.PassAsync(Minute * 15, next, step: Minute / 2);

            (await shared.User().User.GetFieldAsync<long>("fired", "tick")).ShouldBe(1, $"died at write {write}");
            (await shared.BatchesAsync()).ShouldBe(0);
        }
    }

    private Task<BotApp> StartAsync() => TimerApps.StartAsync<TimerBot>(_script, _clock, new(_shared));

    private async Task<long> FiredAsync() => await _shared.User().User.GetFieldAsync<long>("fired", "tick");
}
