using Microsoft.Extensions.DependencyInjection;
using Wappa.Caching;
using Wappa.Inbox;
using Wappa.Testing;
using Wappa.Tests.Inbox;

namespace Wappa.Tests.Timers;

/// <summary>What a turn schedules comes once, when it is due, in the user's order.</summary>
public class TimerTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly ManualTimeProvider _clock = new();
    private readonly TimerScript _script = new();

    [Fact]
    public async Task Schedule_WhenDue_CallsItsMethodOnceWithThePayload()
    {
        await using var app = await StartAsync();
        _script.OnMessage = async (bot, _) =>
        {
            await bot.Now.ScheduleAsync("note", Minute, new Note("milk", 3));
            await bot.Now.ScheduleAsync("number", Minute * 2, 7);
            await bot.Now.ScheduleAsync("other", Minute * 3);
        };
        await app.SayAsync("go");

        await _clock.PassAsync(Minute - TimeSpan.FromSeconds(1), app);
        _script.Log.ShouldBe(["go"]);
        await _clock.PassAsync(Minute * 10, app);

        _script.Log.ShouldBe(["go", "note milk 3", "number 7", "other"]);
    }

    [Fact]
    public async Task Schedule_InATurnThatFails_SchedulesNothing()
    {
        await using var app = await StartAsync();
        _script.OnMessage = async (bot, _) =>
        {
            await bot.Now.ScheduleAsync($"of {bot.Now.Attempt}", Minute);
            if (bot.Now.Attempt == 1) throw new InvalidOperationException();
        };
        await app.PostAsync(Payloads.Text("M-1", body: "go"));
        await _clock.PassAsync(Minute * 3, app);

        _script.Log.ShouldBe(["go", "of 2"]);
    }

    [Fact]
    public async Task Schedule_SameNameAgain_ReplacesTheTimer()
    {
        await using var app = await StartAsync();
        _script.OnMessage = (bot, text) => bot.Now.ScheduleAsync("note", Minute * 5, new Note(text, 0)).AsTask();
        await app.SayAsync("one");
        await _clock.PassAsync(Minute * 3, app);
        await app.SayAsync("two");
        await _clock.PassAsync(Minute * 3, app);
        _script.Log.ShouldBe(["one", "two"]);

        await _clock.PassAsync(Minute * 3, app);

        _script.Log.ShouldBe(["one", "two", "note two 0"]);
    }

    [Fact]
    public async Task Timer_ThatSchedulesItself_ComesAgainAndAgain()
    {
        await using var app = await StartAsync();
        _script.OnMessage = (bot, _) => bot.Now.ScheduleAsync("tick", Minute).AsTask();
        _script.OnTimer = async (bot, _) =>
        {
            (await bot.Now.ListScheduledAsync()).ShouldBeEmpty(); // its own has fired
            (await bot.Now.CancelScheduledAsync("tick")).ShouldBeFalse();
            if (await bot.User.GetFieldAsync<int>("fired", "tick") < 3) await bot.Now.ScheduleAsync("tick", Minute);
        };
        await app.SayAsync("go");
        await _clock.PassAsync(Minute * 10, app);

        _script.Log.ShouldBe(["go", "tick", "tick", "tick"]);
    }

    [Fact]
    public async Task Cancel_ThenList_KnowWhatTheTurnHasDone()
    {
        await using var app = await StartAsync();
        IReadOnlyList<ScheduledTimer>? before = null, after = null;
        _script.OnMessage = async (bot, text) =>
        {
            if (text == "go")
            {
                foreach (var i in new[] { 3, 1, 2 }) await bot.Now.ScheduleAsync($"t{i}", Minute * i);
                return;
            }

            before = await bot.Now.ListScheduledAsync();
            (await bot.Now.CancelScheduledAsync("t1")).ShouldBeTrue();
            (await bot.Now.CancelScheduledAsync("t1")).ShouldBeFalse();
            (await bot.Now.CancelScheduledAsync("unknown")).ShouldBeFalse();
            await bot.Now.ScheduleAsync("t3", TimeSpan.Zero);
            after = await bot.Now.ListScheduledAsync();
        };
        var start = _clock.GetUtcNow();
        await app.SayAsync("go");
        await app.SayAsync("change");
        await _clock.PassAsync(Minute * 5, app);

        before!.Select(timer => timer.Name).ShouldBe(["t1", "t2", "t3"]);
        before![0].DueAt.ShouldBe(start + Minute);
        after!.Select(timer => timer.Name).ShouldBe(["t3", "t2"]);
        _script.Log.ShouldBe(["go", "change", "t3", "t2"]);
    }

    [Fact]
    public async Task Schedule_BeyondALimit_SaysWhich()
    {
        await using var app = await StartAsync();
        _script.OnMessage = async (bot, _) =>
        {
            var turn = bot.Now;
            (await Should.ThrowAsync<ArgumentException>(async () => await turn.ScheduleAsync("", Minute))).Message.ShouldContain("timer's name");
            await Should.ThrowAsync<ArgumentOutOfRangeException>(async () => await turn.ScheduleAsync("x", -Minute));
            await Should.ThrowAsync<ArgumentOutOfRangeException>(async () => await turn.ScheduleAsync("x", TimeSpan.FromDays(367)));
            var large = await Should.ThrowAsync<CacheLimitException>(async () => await turn.ScheduleAsync("x", Minute, new string('x', 4095)));
            (large.Limit, large.Actual).ShouldBe((4096, 4097));
            for (var i = 0; i < 64; i++) await turn.ScheduleAsync($"t{i}", Minute * 100);
            var many = await Should.ThrowAsync<CacheLimitException>(async () => await turn.ScheduleAsync("t64", Minute));
            many.Limit.ShouldBe(64);
            await turn.ScheduleAsync("t63", Minute); // it takes the place of another
        };
        await app.SayAsync("go");
        await _clock.PassAsync(Minute * 2, app);

        _script.Log.ShouldBe(["go", "t63"]);
    }

    [Fact]
    public async Task Schedule_AfterTheTurn_Throws()
    {
        await using var app = await StartAsync();
        Turn? kept = null;
        _script.OnMessage = (bot, _) =>
        {
            kept = bot.Now;
            return Task.CompletedTask;
        };
        await app.SayAsync("go");

        await Should.ThrowAsync<InvalidOperationException>(async () => await kept!.ScheduleAsync("late", Minute));
    }

    [Fact]
    public async Task Timer_ThatAlwaysThrows_IsParkedAndCanBeReplayed()
    {
        await using var app = await StartAsync();
        _script.OnMessage = (bot, _) => bot.Now.ScheduleAsync("note", Minute, new Note("milk", 1)).AsTask();
        var ids = new HashSet<string>();
        var isMended = false;
        _script.OnTimer = (bot, _) =>
        {
            ids.Add(bot.Now.Id);
            return isMended ? Task.CompletedTask : throw new FormatException();
        };
        await app.SayAsync("go");
        _clock.Advance(Minute * 2);
        var letters = app.Services.GetRequiredService<IDeadLetters>();
        DeadLetter? letter = null;
        while (letter is null)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(10));
            await Task.Delay(1, TestContext.Current.CancellationToken);
            letter = await letters.ListAsync(Payloads.PhoneNumberId).FirstOrDefaultAsync(TestContext.Current.CancellationToken);
        }

        (letter.Kind, letter.UserId, letter.Attempts).ShouldBe(("timer", Payloads.Mira, 2));
        await _clock.PassAsync(Minute * 3, app);
        isMended = true;
        (await letters.ReplayAsync(Payloads.PhoneNumberId, letter.Id, TestContext.Current.CancellationToken)).ShouldBeTrue();
        await TimerApps.UntilAsync(() => app.IsIdle());

        _script.Log.ShouldBe(["go", "note milk 1"]);
        ids.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Timer_OfANameThatNobodyHandles_IsNotLost()
    {
        await using var app = await TimerApps.StartAsync<SchedulingOnly>(_script, _clock);
        await app.SayAsync("go");
        _clock.Advance(Minute * 2);
        var letters = app.Services.GetRequiredService<IDeadLetters>();
        while (!await letters.ListAsync(Payloads.PhoneNumberId).AnyAsync(TestContext.Current.CancellationToken))
        {
            _clock.Advance(TimeSpan.FromMilliseconds(10));
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }

        app.Logs.All.ShouldContain(line => line.Contains("[Timer(name)]", StringComparison.Ordinal));
    }

    private Task<BotApp> StartAsync() => TimerApps.StartAsync<TimerBot>(_script, _clock);

    internal sealed class SchedulingOnly : WappaEventHandler
    {
        public override Task HandleMessageAsync(MessageWebhook webhook, CancellationToken ct) =>
            Turn.ScheduleAsync("unknown", TimeSpan.FromMinutes(1), ct).AsTask();
    }
}
