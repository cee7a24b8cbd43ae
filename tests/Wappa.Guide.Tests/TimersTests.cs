namespace Wappa.Guide.Tests;

/// <summary>The page on timers, in a bot whose clock is moved.</summary>
public class TimersTests
{
    [Fact]
    public async Task Reminder_WhenItIsTime_IsSent_UnlessCancelled()
    {
        await using var conversation = await Conversation.StartAsync<ReminderHandler>();

        (await conversation.SayAsync("buy milk")).ShouldBe(["⏰ I will remind you in an hour."]);
        (await conversation.PassAsync(TimeSpan.FromMinutes(59))).ShouldBeEmpty();
        (await conversation.PassAsync(TimeSpan.FromMinutes(1))).ShouldBe(["🔔 buy milk"]);
        await conversation.SayAsync("call home");
        (await conversation.SayAsync("/STOP")).ShouldBe(["👌 Cancelled."]);
        (await conversation.PassAsync(TimeSpan.FromHours(2))).ShouldBeEmpty();
    }

    [Fact]
    public async Task Order_LeftAlone_IsAskedAbout()
    {
        await using var conversation = await Conversation.StartAsync<OrderHandler>();

        await conversation.SayAsync("large");
        await conversation.PassAsync(TimeSpan.FromMinutes(20));
        await conversation.SayAsync("small"); // lives on for another half hour
        (await conversation.PassAsync(TimeSpan.FromMinutes(20))).ShouldBeEmpty();
        (await conversation.PassAsync(TimeSpan.FromMinutes(11))).ShouldBe(["🍕 Your order was not finished. Say hello to begin anew."]);
        (await conversation.PassAsync(TimeSpan.FromHours(2))).ShouldBeEmpty();
    }

    // snippet: timers-handler
    public sealed record Reminder(string Text);

    public sealed class ReminderHandler : WappaEventHandler
    {
        public override async Task HandleMessageAsync(MessageWebhook webhook, CancellationToken ct)
        {
            await Turn.ScheduleAsync("remind", TimeSpan.FromHours(1), new Reminder(webhook.GetMessageText()), ct);
            await Messenger.SendTextAsync("⏰ I will remind you in an hour.", webhook.User.UserId, ct);
        }

        [Timer("remind")]
        private async Task Remind(Reminder reminder, CancellationToken ct) =>
            await Messenger.SendTextAsync($"🔔 {reminder.Text}", Turn.UserId!, ct);

        [Command("/STOP")]
        private async Task Stop(CancellationToken ct)
        {
            var waited = await Turn.CancelScheduledAsync("remind", ct);
            await Messenger.SendTextAsync(waited ? "👌 Cancelled." : "There is nothing to cancel.", Turn.UserId!, ct);
        }
    }
    // end

    // snippet: timers-expired
    public sealed class OrderHandler : WappaEventHandler
    {
        public override async Task HandleMessageAsync(MessageWebhook webhook, CancellationToken ct) =>
            await StateCache.SetFieldAsync("pizza_order", "size", webhook.GetMessageText(), ttl: TimeSpan.FromMinutes(30), ct);

        [StateExpired("pizza_order")]
        private async Task OrderExpired(CancellationToken ct) =>
            await Messenger.SendTextAsync("🍕 Your order was not finished. Say hello to begin anew.", Turn.UserId!, ct);
    }
    // end
}
