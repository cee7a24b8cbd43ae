using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace Wappa.Tests;

public class InboxCapacityTests
{
    [Fact]
    public async Task Post_BatchOfAThousand_IsHandledWhole()
    {
        await using var app = await BotApp.StartAsync();

        (await app.PostAsync(Batch(0, 1000))).ShouldBe(HttpStatusCode.OK);
        await app.StopAsync();

        app.Recorder.Messages.Select(message => message.Message.Id).Distinct().Count().ShouldBe(1000);
    }

    [Fact]
    public async Task Post_MoreThanFits_IsRefusedWholeAndAcceptedLater()
    {
        var gate = new TaskCompletionSource();
        await using var app = await StartSmallAsync(gate);

        (await app.PostAsync(Batch(0, 600))).ShouldBe(HttpStatusCode.OK);
        (await app.PostAsync(Batch(600, 401))).ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await app.PostAsync(Batch(600, 400))).ShouldBe(HttpStatusCode.OK);
        (await app.PostAsync(Payloads.Text("M-one-more"))).ShouldBe(HttpStatusCode.ServiceUnavailable);
        gate.SetResult();
        await app.Recorder.WaitForAsync(1000);
        (await app.PostAsync(Batch(600, 401))).ShouldBe(HttpStatusCode.OK);
        (await app.PostAsync(Payloads.Text("M-one-more"))).ShouldBe(HttpStatusCode.OK);
        await app.StopAsync();

        app.Recorder.Messages.Select(message => message.Message.Id).Distinct().Count().ShouldBe(1002);
        app.Recorder.Seen.Count.ShouldBe(1002);
    }

    [Fact]
    public async Task Post_RetryOfWhatWaits_IsAcceptedByAFullInbox()
    {
        var gate = new TaskCompletionSource();
        await using var app = await StartSmallAsync(gate);

        (await app.PostAsync(Batch(0, 1000))).ShouldBe(HttpStatusCode.OK);
        (await app.PostAsync(Batch(0, 1000))).ShouldBe(HttpStatusCode.OK);

        gate.SetResult();
        await app.StopAsync();
        app.Recorder.Seen.Count.ShouldBe(1000);
    }

    [Fact]
    public async Task Post_BatchLargerThanTheInbox_IsAcceptedWhenNothingWaits()
    {
        var gate = new TaskCompletionSource();
        await using var app = await StartSmallAsync(gate);

        (await app.PostAsync(Batch(0, 1500))).ShouldBe(HttpStatusCode.OK);
        (await app.PostAsync(Batch(1500, 1))).ShouldBe(HttpStatusCode.ServiceUnavailable);

        gate.SetResult();
        await app.StopAsync();
        app.Recorder.Seen.Count.ShouldBe(1500);
    }

    private static string Batch(int start, int count) => Payloads.Envelope(
        string.Join(',', Enumerable.Range(start, count).Select(i => Payloads.TextItem($"M-{i}", $"user{i % 5}"))));

    private static async Task<BotApp> StartSmallAsync(TaskCompletionSource gate)
    {
        var app = await BotApp.StartAsync(builder =>
            builder.Services.Configure<WappaOptions>(options => options.Inbox.Capacity = 1000));
        app.Recorder.OnTurn = (_, _) => gate.Task;
        return app;
    }
}
