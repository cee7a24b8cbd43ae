using System.Net;

namespace Wappa.Tests;

public class OrderTests
{
    [Fact]
    public async Task Post_SecondMessageOfAUser_WaitsForTheFirstWhileOthersAreServed()
    {
        await using var app = await BotApp.StartAsync();
        var firstRuns = new TaskCompletionSource();
        var gate = new TaskCompletionSource();
        app.Recorder.OnTurn = async (webhook, _) =>
        {
            if (((MessageWebhook)webhook).GetMessageText() != "first") return;
            firstRuns.SetResult();
            await gate.Task;
        };

        await app.PostAsync(Payloads.Text("M-1", body: "first"));
        await firstRuns.Task;
        await Task.WhenAll(
            app.PostAsync(Payloads.Text("M-2", body: "second")), app.PostAsync(Payloads.Text("M-3", "4477", "other")));
        await app.Recorder.WaitForAsync(1);
        app.Recorder.Texts.ShouldBe(["other"]);
        gate.SetResult();
        await app.Recorder.WaitForAsync(2);

        app.Recorder.Texts.ShouldBe(["other", "first", "second"]);
    }

    [Fact]
    public async Task Post_ParallelPostsOfOneUser_NeverRunTwoTurnsAtOnce()
    {
        await using var app = await BotApp.StartAsync();
        var running = 0;
        var most = 0;
        app.Recorder.OnTurn = async (_, _) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            await Task.Yield();
            Interlocked.Decrement(ref running);
        };

        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => app.PostAsync(Payloads.Text($"M-{i}"))));
        await app.StopAsync();

        app.Recorder.Seen.Count.ShouldBe(50);
        most.ShouldBe(1);
    }

    [Fact]
    public async Task Post_BatchOfManyUsers_KeepsEachUsersOrder()
    {
        await using var app = await BotApp.StartAsync();
        app.Recorder.OnTurn = static async (_, _) => await Task.Yield();
        var items = Enumerable.Range(0, 300).Select(i => Payloads.TextItem($"M-{i}", $"user{i % 7}", $"{i}"));

        (await app.PostAsync(Payloads.Envelope(string.Join(',', items)))).ShouldBe(HttpStatusCode.OK);
        await app.StopAsync();

        foreach (var user in app.Recorder.Messages.GroupBy(message => message.User.UserId))
        {
            var order = user.Select(message => int.Parse(message.GetMessageText(), null)).ToArray();
            order.ShouldBe(order.Order());
        }

        app.Recorder.Seen.Count.ShouldBe(300);
    }

    [Fact]
    public async Task Post_OlderTimestampLater_KeepsTheOrderOfArrival()
    {
        await using var app = await BotApp.StartAsync();

        await app.PostAsync(Payloads.Bytes("ordering/late_first.json"));
        await app.PostAsync(Payloads.Bytes("ordering/late_second.json"));
        await app.Recorder.WaitForAsync(2);

        var times = app.Recorder.Messages.Select(message => message.Timestamp!.Value).ToArray();
        times[0].ShouldBeGreaterThan(times[1]);
    }

    [Fact]
    public async Task Post_UsersOfTwoTenants_DoNotWaitForEachOther()
    {
        await using var app = await BotApp.StartAsync();
        var gate = new TaskCompletionSource();
        app.Recorder.OnTurn = (webhook, _) => webhook.Tenant == "111" ? gate.Task : Task.CompletedTask;

        await app.PostAsync(Payloads.Text("M-1", phoneNumberId: "111"));
        await app.PostAsync(Payloads.Text("M-2", phoneNumberId: "222"));
        await app.Recorder.WaitForAsync(1);

        app.Recorder.Messages.Single().Tenant.ShouldBe("222");
        gate.SetResult();
    }
}
