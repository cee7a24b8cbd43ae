namespace Wappa.Testing.Tests;

/// <summary>Timers go by the harness' clock, and outlive a crash.</summary>
public class TimerTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Timer_OfATurn_FiresOnceWhenTheClockComesToIt(bool crashes)
    {
        await using var bot = await WappaTest.StartAsync<RemindingBot>();
        var ana = bot.Customer("Ana");
        await ana.SendAsync("hi");
        if (crashes)
        {
            bot.CrashAfter(CrashStep.HandlerEnded);
            await ana.SendAsync("again");
            await bot.RestartAsync();
        }

        await bot.Clock.AdvanceAsync(TimeSpan.FromMinutes(9));
        ana.Messages.ShouldBeEmpty();
        await bot.Clock.AdvanceAsync(TimeSpan.FromHours(1));

        ana.Messages.Select(message => message.Text).ShouldBe(["Still there?"]);
    }

    private sealed class RemindingBot : WappaEventHandler
    {
        public override async Task HandleMessageAsync(MessageWebhook webhook, CancellationToken ct) =>
            await Turn.ScheduleAsync("remind", TimeSpan.FromMinutes(10), ct);

        public override async Task HandleTimerAsync(TimerWebhook timer, CancellationToken ct) =>
            await Messenger.SendTextAsync("Still there?", Turn.UserId!, ct);
    }
}
