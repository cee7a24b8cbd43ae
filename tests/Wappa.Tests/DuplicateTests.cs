using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Wappa.Telemetry;
using Wappa.Testing;

namespace Wappa.Tests;

public class DuplicateTests
{
    [Theory]
    [InlineData("duplicates/retry_identical.json", 1)]
    [InlineData("duplicates/retry_different_bytes.json", 1)]
    [InlineData("duplicates/retry_rebatched.json", 2)]
    public async Task Post_DeliveredAgain_IsHandledOnce(string retry, int handled)
    {
        await using var app = await BotApp.StartAsync();

        await app.PostAsync(Payloads.Bytes("duplicates/first.json"));
        (await app.PostAsync(Payloads.Bytes(retry))).ShouldBe(HttpStatusCode.OK);
        await app.StopAsync();

        app.Recorder.Seen.Count.ShouldBe(handled);
    }

    [Fact]
    public async Task Post_SameIdToAnotherNumber_IsAnotherMessage()
    {
        await using var app = await BotApp.StartAsync();

        await app.PostAsync(Payloads.Text("M-1", phoneNumberId: "111"));
        await app.PostAsync(Payloads.Text("M-1", phoneNumberId: "222"));
        await app.StopAsync();

        app.Recorder.Seen.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Post_ManyTimesInParallel_IsHandledOnce()
    {
        await using var app = await BotApp.StartAsync();

        await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => app.PostAsync(Payloads.Text("M-1"))));
        await app.StopAsync();

        app.Recorder.Seen.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("statuses/sent.json", "statuses/delivered.json", 2)]
    [InlineData("statuses/sent.json", "statuses/sent.json", 1)]
    [InlineData("statuses/group_delivered_aggregate.json", "statuses/group_delivered_aggregate.json", 2)]
    [InlineData("fields/security.json", "fields/security.json", 1)]
    [InlineData("errors_value_level.json", "errors_value_level.json", 2)]
    public async Task Post_OtherItemsAgain_AreToldApartByWhatTheySay(string first, string second, int handled)
    {
        await using var app = await BotApp.StartAsync();

        await app.PostAsync(Payloads.Bytes(first));
        await app.PostAsync(Payloads.Bytes(second));
        await app.StopAsync();

        app.Recorder.Seen.Count.ShouldBe(handled);
    }

    [Fact]
    public async Task Post_StatusAgainAfterItsUsersNumberBecameKnown_IsHandledOnce()
    {
        await using var app = await BotApp.StartAsync();
        const string Status = """{"id":"M-1","status":"read","recipient_user_id":"DE.1"}""";

        await app.PostAsync(Payloads.Statuses(Status));
        await app.PostAsync(Payloads.Envelope("""{"id":"M-2","from":"4711","from_user_id":"DE.1","type":"image"}"""));
        await app.PostAsync(Payloads.Statuses(Status));
        await app.PostAsync(Payloads.Statuses("""{"id":"M-3","status":"read","recipient_user_id":"DE.1"}"""));
        await app.StopAsync();

        app.Recorder.Seen.OfType<StatusWebhook>().Select(status => (status.Status.MessageId, status.UserId))
            .ShouldBe([("M-1", "DE.1"), ("M-3", "DE.1")], ignoreOrder: true);
    }

    [Fact]
    public async Task Post_AgainAfterTheWindow_IsHandledAgain()
    {
        var clock = new ManualTimeProvider();
        await using var app = await BotApp.StartAsync(builder => builder.Services.AddSingleton<TimeProvider>(clock));

        foreach (var wait in new[] { TimeSpan.FromDays(7), TimeSpan.FromSeconds(1), TimeSpan.Zero })
        {
            await app.PostAsync(Payloads.Text("M-1"));
            await app.Services.GetRequiredService<PipelineIdle>().WaitAsync(TestContext.Current.CancellationToken);
            clock.Advance(wait);
        }

        app.Recorder.Seen.Count.ShouldBe(2);
    }
}
