using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Wappa.Inbox;

namespace Wappa.Tests;

public class DrainTests
{
    [Fact]
    public async Task Stop_WithItemsWaiting_HandlesThemFirst()
    {
        await using var app = await BotApp.StartAsync();
        var gate = new TaskCompletionSource();
        app.Recorder.OnTurn = (_, _) => gate.Task;
        for (var i = 0; i < 5; i++) await app.PostAsync(Payloads.Text($"M-{i}"));

        var stopping = app.StopAsync();
        app.Recorder.Seen.ShouldBeEmpty();
        gate.SetResult();
        await stopping;

        app.Recorder.Seen.Count.ShouldBe(5);
    }

    [Fact]
    public async Task Stop_PastItsDeadline_CancelsTurnsAndSaysHowManyWereLeft()
    {
        await using var app = await BotApp.StartAsync(builder =>
            builder.Services.Configure<WappaOptions>(options => options.Inbox.DrainTimeout = TimeSpan.Zero));
        // Far more than a turn that listens needs, so that a busy machine does not count the running one as left.
        app.Services.GetRequiredService<WebhookInbox>().UnwindTime = TimeSpan.FromMinutes(5);
        var cancelled = new TaskCompletionSource();
        var running = new TaskCompletionSource();
        app.Recorder.OnTurn = async (_, ct) =>
        {
            running.TrySetResult();
            await using var registration = ct.Register(cancelled.SetResult);
            await cancelled.Task;
            ct.ThrowIfCancellationRequested();
        };
        for (var i = 0; i < 3; i++) await app.PostAsync(Payloads.Text($"M-{i}"));
        await running.Task;

        await app.StopAsync();

        app.Recorder.Seen.ShouldBeEmpty();
        var logs = string.Join('\n', app.Logs.All);
        logs.ShouldContain("Error: 3 accepted item(s) were not handled");
        logs.ShouldContain("Error: 3 accepted item(s) and 0 message(s) are lost: the memory cache keeps nothing");
        logs.ShouldContain("was cancelled because the app shuts down");
    }

    [Fact]
    public async Task Stop_WithATurnThatDoesNotListen_CountsItAsLeft()
    {
        await using var app = await BotApp.StartAsync(builder =>
            builder.Services.Configure<WappaOptions>(options => options.Inbox.DrainTimeout = TimeSpan.Zero));
        app.Services.GetRequiredService<WebhookInbox>().UnwindTime = TimeSpan.Zero;
        var gate = new TaskCompletionSource();
        var running = new TaskCompletionSource();
        app.Recorder.OnTurn = (_, _) =>
        {
            running.TrySetResult();
            return gate.Task;
        };
        await app.PostAsync(Payloads.Text("M-1"));
        await app.PostAsync(Payloads.Text("M-2"));
        await running.Task;

        await app.StopAsync();
        gate.SetResult();

        app.Logs.All.ShouldContain(line => line.Contains(
            "2 accepted item(s) were not handled", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Stop_WithAMessageThatMustWait_SaysThatItIsLost()
    {
        await using var stub = await GraphStub.StartAsync();
        var asked = new TaskCompletionSource();
        stub.Answer = context =>
        {
            asked.TrySetResult();
            return GraphStub.WriteAsync(context, 400, """{"error":{"message":"pair","code":131056}}""");
        };
        await using var app = await BotApp.StartAsync<Telling>(builder =>
            builder.Services.Configure<WhatsAppOptions>(options => options.ApiUrl = stub.Url));

        await app.PostAsync(Payloads.Text("M-1"));
        await asked.Task;
        await app.StopAsync();

        app.Logs.All.ShouldContain(line => line.Contains("0 accepted item(s) and 2 message(s) are lost", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Accept_WhileDraining_IsRefused()
    {
        await using var app = await BotApp.StartAsync();
        var inbox = app.Services.GetRequiredService<WebhookInbox>();

        (await inbox.DrainAsync(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken)).ShouldBe(0);

        (await app.PostAsync(Payloads.Text("M-1"))).ShouldBe(HttpStatusCode.ServiceUnavailable);
    }

    private sealed class Telling : WappaEventHandler
    {
        public override async Task HandleMessageAsync(MessageWebhook webhook, CancellationToken ct)
        {
            await Messenger.SendTextAsync("one", webhook.User.UserId, ct);
            await Messenger.SendTextAsync("two", webhook.User.UserId, ct);
        }
    }
}
