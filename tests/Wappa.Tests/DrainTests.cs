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
    public async Task Accept_WhileDraining_IsRefused()
    {
        await using var app = await BotApp.StartAsync();
        var inbox = app.Services.GetRequiredService<WebhookInbox>();

        (await inbox.DrainAsync(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken)).ShouldBe(0);

        (await app.PostAsync(Payloads.Text("M-1"))).ShouldBe(HttpStatusCode.ServiceUnavailable);
    }
}
