using System.Text.Json;
using Wappa.Tests.Inbox;

namespace Wappa.Tests.UserData;

/// <summary>Leaves something of its user everywhere Wappa keeps things.</summary>
internal sealed class BusyBot(Script script) : WappaEventHandler
{
    public override async Task HandleMessageAsync(MessageWebhook webhook, CancellationToken ct)
    {
        var text = webhook.GetMessageText();
        script.Ran.Enqueue(text);
        await script.Act(webhook, Turn);
        if (text == "bad") throw new FormatException();
        await StateCache.SetAsync("order", new { text }, TimeSpan.FromHours(1), ct);
        await UserCache.SetAsync("profile", new { name = "Mira" }, cancellationToken: ct);
        await Turn.ScheduleAsync("tomorrow", TimeSpan.FromDays(1), new { note = $"about {text}" }, ct);
        await Messenger.SendTextAsync($"answer to {text}", webhook.User.UserId, ct);
    }

    public override Task HandleTimerAsync(TimerWebhook timer, CancellationToken ct) => Task.CompletedTask;

    [StateExpired("order")]
    private Task OnExpired() => Task.CompletedTask;

    internal static async Task<JsonElement> ExportAsync(IUserData data, string user)
    {
        using var output = new MemoryStream();
        await data.ExportAsync(Payloads.PhoneNumberId, user, output, TestContext.Current.CancellationToken);
        return JsonElement.Parse(output.ToArray());
    }
}
