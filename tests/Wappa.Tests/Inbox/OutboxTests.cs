using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Wappa.Inbox;
using Wappa.Outbox;
using Wappa.Testing;

namespace Wappa.Tests.Inbox;

/// <summary>What a turn sends leaves after its commit, in order, and never twice by guesswork.</summary>
public class OutboxTests
{
    private const string Accepted = """{"messages":[{"id":"wamid.X"}]}""";

    private readonly SharedStore _shared = new();
    private readonly Script _script = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Messages_OfOneUser_LeaveInOrderAfterTheCommit(bool isDurable)
    {
        await using var stub = await GraphStub.StartAsync();
        _script.Act = async (webhook, turn) =>
        {
            for (var i = 0; i < 3; i++) await turn.Messenger.SendTextAsync($"more {i}", webhook.User.UserId);
            stub.Requests.ShouldBeEmpty();
        };
        await using var app = await StartAsync(stub, isDurable);

        await app.PostAsync(Payloads.Text("M-1", body: "one"));
        await app.StopAsync();

        TextsOf(stub).ShouldBe(["1: one", "more 0", "more 1", "more 2"]);
        (await _shared.MailboxAsync())?.Contains("out").ShouldBeFalse();
    }

    [Fact]
    public async Task Message_RefusedForNow_StaysFirstAndIsTriedAgain()
    {
        await using var stub = await GraphStub.StartAsync();
        var clock = new ManualTimeProvider();
        var asked = 0;
        stub.Answer = context => Interlocked.Increment(ref asked) <= 2
            ? GraphStub.WriteAsync(context, 400, """{"error":{"message":"pair","code":131056}}""")
            : GraphStub.WriteAsync(context, 200, Accepted);
        await using var app = await StartAsync(stub, configure: builder => builder.Services.AddSingleton<TimeProvider>(clock));
        foreach (var text in new[] { "one", "two" }) await app.PostAsync(Payloads.Text($"M-{text}", body: text));

        await AdvanceUntilAsync(clock, app);
        await app.StopAsync();

        TextsOf(stub).ShouldBe(["1: one", "1: one", "1: one", "2: two"]);
        asked.ShouldBe(4);
    }

    [Fact]
    public async Task Message_RefusedForGood_IsTakenOutAndTheNextLeaves()
    {
        await using var stub = await GraphStub.StartAsync();
        stub.Answer = context => stub.Requests.Count == 1
            ? GraphStub.WriteAsync(context, 400, """{"error":{"message":"window","code":131047}}""")
            : GraphStub.WriteAsync(context, 200, Accepted);
        await using var app = await StartAsync(stub);
        foreach (var text in new[] { "one", "two" }) await app.PostAsync(Payloads.Text($"M-{text}", body: text));
        await app.StopAsync();

        TextsOf(stub).ShouldBe(["1: one", "2: two"]);
        app.Logs.All.ShouldContain(line => line.Contains("code 131047", StringComparison.Ordinal));
        (await _shared.MailboxAsync())!.Contains("out").ShouldBeFalse();
    }

    [Fact]
    public async Task Message_WhoseAnswerIsLost_IsHeldUntilAStatusSettlesIt()
    {
        await using var stub = await GraphStub.StartAsync();
        stub.Answer = context =>
        {
            if (stub.Requests.Count == 1) context.Abort(); // it arrived; the answer does not
            return GraphStub.WriteAsync(context, 200, Accepted);
        };
        await using var app = await StartAsync(stub);
        var handles = new List<MessageHandle>();
        _script.Act = async (webhook, turn) => handles.Add(await turn.Messenger.SendTextAsync("more", webhook.User.UserId));

        await app.PostAsync(Payloads.Text("M-1", body: "one"));
        await IdleAsync(app);
        TextsOf(stub).ShouldBe(["1: one", "more"]);
        (await _shared.MailboxAsync())!.GetField<JsonElement>("out")[0].GetProperty("state").GetString().ShouldBe("held");
        (await handles[0].WaitForAcceptedAsync()).MessageId.ShouldBe("wamid.X");

        var data = stub.Requests[0].Body.GetProperty("biz_opaque_callback_data").GetString();
        await app.PostAsync(Payloads.Statuses(
            $$"""{"id":"wamid.1","status":"sent","recipient_id":"{{Payloads.Mira}}","biz_opaque_callback_data":"{{data}}"}"""));
        await app.StopAsync();

        (await _shared.MailboxAsync())!.Contains("out").ShouldBeFalse();
        stub.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task CallbackData_OfAMessageInATurn_ComesBackAsItWasGiven()
    {
        await using var stub = await GraphStub.StartAsync();
        _script.Act = async (webhook, turn) =>
        {
            await turn.Messenger.SendTextAsync("more", webhook.User.UserId, new TextOptions { CallbackData = new('d', 486) });
            await Should.ThrowAsync<ArgumentException>(async () => await turn.Messenger.SendTextAsync(
                "more", webhook.User.UserId, new TextOptions { CallbackData = new('d', 487) }));
        };
        await using var app = await StartAsync(stub);
        await app.PostAsync(Payloads.Text("M-1", body: "one"));
        await app.StopAsync();

        var data = stub.Requests[1].Body.GetProperty("biz_opaque_callback_data").GetString()!;
        data.Length.ShouldBe(512);
        var status = new MessageStatus { MessageId = "M", State = "sent", CallbackData = data };
        status.CallbackData.ShouldBe(new string('d', 486));
        status.HandleId!.Length.ShouldBe(22);
        new MessageStatus { MessageId = "M", State = "sent", CallbackData = "w1:mine" }.CallbackData.ShouldBe("w1:mine");
    }

    [Fact]
    public async Task Handle_InItsTurn_CannotBeWaitedForAndTellsTheRestAfterwards()
    {
        await using var stub = await GraphStub.StartAsync();
        MessageHandle? dropped = null, kept = null;
        _script.Act = async (webhook, turn) =>
        {
            var handle = await turn.Messenger.SendTextAsync("more", webhook.User.UserId);
            handle.State.ShouldBe(MessageState.InTurn);
            Should.Throw<InvalidOperationException>(() => { _ = handle.WaitForAcceptedAsync(); }).Message.ShouldContain("SendNowAsync");
            if (turn.Attempt == 1)
            {
                dropped = handle;
                throw new FormatException();
            }

            kept = handle;
        };
        await using var app = await StartAsync(stub);

        await app.PostAsync(Payloads.Text("M-1", body: "one"));
        await IdleAsync(app);

        dropped!.State.ShouldBe(MessageState.Dropped);
        await Should.ThrowAsync<OperationCanceledException>(() => dropped.WaitForAcceptedAsync());
        (kept!.State, kept.MessageId).ShouldBe((MessageState.Accepted, "M"));
        TextsOf(stub).ShouldBe(["1: one", "more"]);
    }

    [Fact]
    public async Task SendNow_InATurn_LeavesAtOnce()
    {
        await using var stub = await GraphStub.StartAsync();
        _script.Act = async (webhook, turn) =>
        {
            (await turn.Messenger.SendNowAsync(new OutgoingText("now"), webhook.User.UserId)).MessageId.ShouldBe("M");
            TextsOf(stub).ShouldBe(["now"]);
        };
        await using var app = await StartAsync(stub);

        await app.PostAsync(Payloads.Text("M-1", body: "one"));
        await app.StopAsync();

        TextsOf(stub).ShouldBe(["now", "1: one"]);
    }

    [Fact]
    public async Task Message_ThatWaitsWhenTheAppStops_IsSentByTheNextProcess()
    {
        await using var stub = await GraphStub.StartAsync();
        stub.Answer = static context => GraphStub.WriteAsync(context, 503, """{"error":{"message":"busy","code":131016}}""");
        await using (var app = await StartAsync(stub))
        {
            await app.PostAsync(Payloads.Text("M-1", body: "one"));
            while (stub.Requests.Count == 0) await Task.Delay(1, TestContext.Current.CancellationToken);
            await app.StopAsync();
        }

        (await _shared.BatchesAsync()).ShouldBe(1);
        stub.Answer = static context => GraphStub.WriteAsync(context, 200, Accepted);
        var clock = new ManualTimeProvider(DateTimeOffset.UtcNow.AddHours(1));
        await using var next = await StartAsync(stub, configure: builder => builder.Services.AddSingleton<TimeProvider>(clock));
        await next.StopAsync();

        TextsOf(stub).Distinct().ShouldBe(["1: one"]);
        (await _shared.BatchesAsync()).ShouldBe(0);
        (await _shared.User().User.GetFieldAsync<long>("stats", "messages")).ShouldBe(1);
    }

    [Fact]
    public async Task Message_WhoseStatusComesBeforeItsAnswerIsLost_WasSent()
    {
        await using var stub = await GraphStub.StartAsync();
        var told = new TaskCompletionSource();
        stub.Answer = async context =>
        {
            await told.Task;
            context.Abort();
        };
        await using var app = await StartAsync(stub);
        await app.PostAsync(Payloads.Text("M-1", body: "one"));
        while (stub.Requests.Count == 0) await Task.Delay(1, TestContext.Current.CancellationToken);

        var data = stub.Requests[0].Body.GetProperty("biz_opaque_callback_data").GetString();
        await app.PostAsync(Payloads.Statuses(
            $$"""{"id":"wamid.1","status":"delivered","recipient_id":"{{Payloads.Mira}}","biz_opaque_callback_data":"{{data}}"}"""));
        while ((await _shared.MailboxAsync())!.Contains("out")) await Task.Delay(1, TestContext.Current.CancellationToken);
        told.SetResult();
        await app.StopAsync();

        (await _shared.MailboxAsync())!.Contains("out").ShouldBeFalse();
        stub.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Stop_PastItsDeadlineWithARequestOnItsWay_EndsTheLane()
    {
        await using var stub = await GraphStub.StartAsync();
        var never = new TaskCompletionSource();
        stub.Answer = _ => never.Task;
        await using var app = await StartAsync(stub, configure: builder =>
            builder.Services.Configure<WappaOptions>(options => options.Inbox.DrainTimeout = TimeSpan.Zero));
        for (var i = 0; i < 3; i++) await app.PostAsync(Payloads.Text($"M-{i}", body: "one"));
        while (stub.Requests.Count == 0) await Task.Delay(1, TestContext.Current.CancellationToken);

        await app.StopAsync();

        await IdleAsync(app);
        stub.Requests.Count.ShouldBe(1);
        never.SetResult();
    }

    [Fact]
    public void Refusals_OfAnotherCode_AreCountedAnew()
    {
        var entry = new OutboxEntry { Id = "1", PhoneNumberId = "2", Recipient = "3", Body = [] };

        new[] { 131016, 131016, 131053, 131016 }.Select(entry.CountRefusal).ShouldBe([1, 2, 1, 1]);
    }

    private static IEnumerable<string?> TextsOf(GraphStub stub) =>
        stub.Requests.ToArray().Select(request => request.Body.GetProperty("text").GetProperty("body").GetString());

    private static async Task IdleAsync(BotApp app)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (app.Services.GetRequiredService<WebhookInbox>().ActiveLanes > 0) await Task.Delay(1, patience.Token);
    }

    private static async Task AdvanceUntilAsync(ManualTimeProvider clock, BotApp app)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (app.Services.GetRequiredService<WebhookInbox>().ActiveLanes > 0)
        {
            await Task.Delay(1, patience.Token);
            clock.Advance(TimeSpan.FromMilliseconds(100));
        }
    }

    private Task<BotApp> StartAsync(GraphStub stub, bool isDurable = true, Action<WappaBuilder>? configure = null) =>
        CountingBot.StartAsync(_script, new(_shared), stub, builder =>
        {
            if (!isDurable) builder.Services.Configure<WappaOptions>(options => options.Inbox.IsDurable = false);
            configure?.Invoke(builder);
        });
}
