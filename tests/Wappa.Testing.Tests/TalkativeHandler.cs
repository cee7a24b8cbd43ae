namespace Wappa.Testing.Tests;

/// <summary>Answers to all kinds of messages, offers buttons and a list, and calls back.</summary>
internal sealed class TalkativeHandler : WappaEventHandler
{
    public override async Task HandleMessageAsync(MessageWebhook webhook, CancellationToken ct)
    {
        var user = webhook.User.UserId;
        switch (webhook.GetMessageText())
        {
            case "buttons":
                await Messenger.SendAsync(new OutgoingButtons { Body = "Which?", Buttons = [new("a", "Tea"), new("b", "\"Coffee\"")] }, user, ct);
                return;
            case "list":
                await Messenger.SendAsync(
                    new OutgoingList { Body = "Which one?", ButtonText = "Open", Sections = [new(null, [new("r1", "First"), new("r2", "Second")])] },
                    user, ct);
                return;
            case "later":
                await Turn.ScheduleAsync("callback", TimeSpan.FromMinutes(2), ct);
                return;
            case "two":
                await Messenger.SendTextAsync("one", user, ct);
                await Messenger.SendTextAsync("two", user, ct);
                return;
        }

        var words = webhook.Message switch
        {
            TextMessage text => $"text {text.Body}, quoting {(webhook.Message.Context is null ? "nothing" : "something")}",
            ChoiceMessage choice => $"choice {choice.ChoiceId}",
            _ => webhook.Message.Type,
        };
        await Messenger.SendTextAsync(words, user, ct);
    }

    public override async Task HandleTimerAsync(TimerWebhook timer, CancellationToken ct) =>
        await Messenger.SendTextAsync("you asked for it", Turn.UserId!, ct);
}
