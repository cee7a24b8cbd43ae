using Microsoft.Extensions.DependencyInjection;

namespace Wappa.Testing.Tests;

/// <summary>What a test can let go wrong, and what it is told when something goes wrong by itself.</summary>
public class FaultTests
{
    private readonly Diary _diary = new();

    [Fact]
    public async Task Handler_ThatThrows_FailsTheCallWithItsException()
    {
        await using var bot = await StartAsync();
        _diary.Act = static (_, _) => throw new InvalidOperationException("no such pizza");

        var failure = await Should.ThrowAsync<BotTestException>(() => bot.Customer("Ana").SendAsync("hi"));

        failure.Message.ShouldStartWith("The handler threw on a message (attempt 1): InvalidOperationException: no such pizza");
        failure.InnerException.ShouldBeOfType<InvalidOperationException>();
    }

    [Fact]
    public async Task Handler_ThatThrowsAsExpected_RunsAgainWhenTheClockMoves()
    {
        await using var bot = await StartAsync();
        bot.ExpectsFailures = true;
        var ana = bot.Customer("Ana");
        var runs = 0;
        _diary.Act = (_, _) => ++runs < 3 ? throw new InvalidOperationException() : Task.CompletedTask;

        await ana.SendAsync("hi");
        runs.ShouldBe(1);
        await bot.Clock.AdvanceAsync(TimeSpan.FromMinutes(1));

        runs.ShouldBe(3);
        bot.Failures.Count.ShouldBe(2);
        (await ana.Caches.User.GetFieldAsync<int>("stats", "messages")).ShouldBe(1);
    }

    [Fact]
    public async Task Deliver_InAnotherOrder_HandlesInThatOrder()
    {
        await using var bot = await StartAsync();
        var ana = bot.Customer("Ana");
        var one = await ana.WriteAsync("one");
        var two = await ana.WriteAsync("two");
        _diary.All.ShouldBeEmpty();

        await bot.DeliverAsync(two, one, two);

        _diary.Texts.ShouldBe(["two", "one"]);
    }

    [Fact]
    public async Task FailNext_WithAPassingCode_DelaysTheMessage()
    {
        await using var bot = await StartAsync();
        var ana = bot.Customer("Ana");
        _diary.Act = static async (webhook, messenger) => await messenger.SendTextAsync("hello", webhook.User.UserId);

        bot.FailNext(131056);
        await ana.SendAsync("hi");
        ana.Messages.ShouldBeEmpty();
        await bot.Clock.AdvanceAsync(TimeSpan.FromMinutes(5));

        ana.Last.ShouldBe("hello");
    }

    [Fact]
    public async Task Stop_AndRestart_BringsWhatWasWrittenMeanwhile()
    {
        await using var bot = await StartAsync();
        var ana = bot.Customer("Ana");
        await bot.StopAsync();
        await ana.SendAsync("is anybody there?");
        _diary.All.ShouldBeEmpty();

        await bot.RestartAsync();
        await bot.Clock.AdvanceAsync(TimeSpan.FromMinutes(2));

        _diary.Texts.ShouldBe(["is anybody there?"]);
    }

    [Fact]
    public async Task Handler_ThatNeverEnds_FailsTheTestInsteadOfHangingIt()
    {
        await using var bot = await WappaTest.StartAsync<DiaryBot>(
            bot => bot.Services.AddSingleton(_diary), new() { Patience = TimeSpan.FromMilliseconds(200) });
        var gate = new TaskCompletionSource();
        _diary.Act = (_, _) => gate.Task;

        (await Should.ThrowAsync<BotTestException>(() => bot.Customer("Ana").SendAsync("hi"))).Message
            .ShouldContain("1 user(s) have a turn or a message under way");
        gate.SetResult();
    }

    [Fact]
    public async Task Handler_ThatWaitsForTheClock_EndsWhenItMoves()
    {
        await using var bot = await StartAsync();
        var ana = bot.Customer("Ana");
        var waits = new TaskCompletionSource();
        _diary.Act = async (webhook, messenger) =>
        {
            var pause = Task.Delay(TimeSpan.FromSeconds(5), bot.Clock.Time);
            waits.SetResult();
            await pause;
            await messenger.SendTextAsync("at last", webhook.User.UserId);
        };

        var sending = ana.SendAsync("hi");
        await waits.Task;
        await bot.Clock.AdvanceAsync(TimeSpan.FromSeconds(5));
        await sending;

        ana.Last.ShouldBe("at last");
    }

    private Task<BotTest> StartAsync() =>
        WappaTest.StartAsync<DiaryBot>(bot => bot.Services.AddSingleton(_diary));
}
