using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Wappa.Inbox;
using Wappa.Outbox;
using Wappa.Testing;

namespace Wappa.Tests.Inbox;

/// <summary>What becomes of messages that WhatsApp does not simply take: the handler hears of it, and a person can decide.</summary>
public class HeldMessageTests
{
    private const string Accepted = """{"messages":[{"id":"wamid.X"}]}""";

    private readonly SharedStore _shared = new();
    private readonly Script _script = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Message_RefusedForGood_IsToldToTheHandlerOnce(bool isDurable)
    {
        await using var stub = await GraphStub.StartAsync();
        stub.Answer = static context => GraphStub.WriteAsync(
            context, 400, """{"error":{"message":"x","code":131026,"type":"OAuthException","error_data":{"details":"Undeliverable"}}}""");
        await using var app = await StartAsync(stub, isDurable: isDurable);
        MessageHandle? handle = null;
        _script.Act = async (webhook, turn) => handle = await turn.Messenger.SendTextAsync(
            "more", webhook.User.UserId, new TextOptions { CallbackData = "mine" });

        await app.PostAsync(Payloads.Text("M-1", body: "one"));
        await app.StopAsync();

        _script.Statuses.Select(static status => status.Status.State).ShouldBe(["failed", "failed"]);
        var told = _script.Statuses.Last();
        (told.Status.HandleId, told.Status.MessageId, told.Status.IsLocal).ShouldBe((handle!.Id, handle.Id, true));
        (told.Status.CallbackData, told.UserId, told.PhoneNumberId).ShouldBe(("mine", Payloads.Mira, Payloads.PhoneNumberId));
        (told.Status.Errors[0].Code, told.Status.Errors[0].Details).ShouldBe((131026, "Undeliverable"));
        (told.Delivery.State, told.Delivery.ErrorCode, told.IsNews).ShouldBe((DeliveryState.Failed, 131026, true));
        handle.State.ShouldBe(MessageState.Refused);
        (await _shared.MailboxAsync())!.Contains("out").ShouldBeFalse();
        (await _shared.BatchesAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Refusal_WhoseHandlerThrows_IsToldAgainAndThenParked()
    {
        await using var stub = await GraphStub.StartAsync();
        stub.Answer = static context => GraphStub.WriteAsync(context, 400, """{"error":{"message":"x","code":131026}}""");
        await using var app = await StartAsync(stub);
        _script.ActOnStatus = static _ => throw new FormatException();

        await app.PostAsync(Payloads.Text("M-1", body: "one"));
        await IdleAsync(app);

        _script.Statuses.Count.ShouldBe(2);
        var letter = await app.Services.GetRequiredService<IDeadLetters>().ListAsync(Payloads.PhoneNumberId, Ct).SingleAsync(Ct);
        (letter.Kind, letter.UserId).ShouldBe(("status", Payloads.Mira));
        _script.ActOnStatus = static _ => Task.CompletedTask;
        (await app.Services.GetRequiredService<IDeadLetters>().ReplayAsync(Payloads.PhoneNumberId, letter.Id, Ct)).ShouldBeTrue();
        await app.StopAsync();

        _script.Statuses.Count.ShouldBe(3);
        _script.Statuses.Last().Status.Errors[0].Code.ShouldBe(131026);
        (await _shared.MailboxAsync())!.Contains("out").ShouldBeFalse();
    }

    [Fact]
    public async Task FreeText_AfterTheServiceWindow_IsRefusedWithoutAskingAndTemplatesPass()
    {
        await using var stub = await GraphStub.StartAsync();
        var clock = new ManualTimeProvider();
        await using var app = await StartAsync(stub, clock);
        await app.PostAsync(Payloads.Text("M-1", body: "one"));
        await IdleAsync(app);
        clock.Advance(TimeSpan.FromHours(24) + TimeSpan.FromSeconds(1));
        _script.ActOnStatus = async status =>
        {
            if (status.Status.State != "read") return;
            await _script.Messenger!.SendTextAsync("too late", Payloads.Mira);
            await _script.Messenger!.SendTemplateAsync("hello", "en_US", Payloads.Mira);
            await _script.Messenger!.SendTextAsync("to another", "15550109999");
        };

        await app.PostAsync(Payloads.Statuses($$"""{"id":"wamid.1","status":"read","recipient_id":"{{Payloads.Mira}}"}"""));
        await IdleAsync(app);

        stub.Requests.Select(static request => request.Body.GetProperty("type").GetString()).ShouldBe(["text", "template", "text"]);
        var told = _script.Statuses.Single(static status => status.Status.IsLocal);
        (told.Status.State, told.Status.Errors[0].Code).ShouldBe(("failed", 131047));
        await app.PostAsync(Payloads.Text("M-2", body: "two"));
        await app.StopAsync();
        stub.Requests.Count.ShouldBe(4);
    }

    [Fact]
    public async Task HeldMessage_WithoutAStatus_IsListedAndReportedOnce()
    {
        await using var stub = await GraphStub.StartAsync();
        var clock = new ManualTimeProvider();
        await using var app = await HoldAsync(stub, clock);
        var desk = app.Services.GetRequiredService<IHeldMessages>();
        var held = await desk.ListAsync(Payloads.PhoneNumberId, Ct).SingleAsync(Ct);
        (held.UserId, held.Recipient, held.Kind, held.IsReported).ShouldBe((Payloads.Mira, Payloads.Mira, "text", false));
        (await desk.ListAsync("another", Ct).ToArrayAsync(Ct)).ShouldBeEmpty();
        var watch = app.Services.GetServices<IHostedService>().OfType<HeldWatch>().Single();

        await watch.LookAsync(Ct);
        _script.Statuses.ShouldBeEmpty();
        clock.Advance(TimeSpan.FromHours(1));
        await watch.LookAsync(Ct);
        await watch.LookAsync(Ct);
        await IdleAsync(app);

        var told = _script.Statuses.Single();
        (told.Status.State, told.Status.HandleId, told.Delivery.State).ShouldBe(("held", held.Id, DeliveryState.Accepted));
        (await desk.ListAsync(Payloads.PhoneNumberId, Ct).SingleAsync(Ct)).IsReported.ShouldBeTrue();
        app.Logs.All.Count(static line => line.StartsWith("Error: Nobody knows", StringComparison.Ordinal)).ShouldBe(1);
        await app.StopAsync();
    }

    [Fact]
    public async Task HeldMessage_SentAgainByAPerson_LeavesOnce()
    {
        await using var stub = await GraphStub.StartAsync();
        await using var app = await HoldAsync(stub);
        var desk = app.Services.GetRequiredService<IHeldMessages>();
        var held = await desk.ListAsync(Payloads.PhoneNumberId, Ct).SingleAsync(Ct);

        (await desk.ResendAsync("another", held.Id, Ct)).ShouldBeFalse();
        (await desk.ResendAsync(Payloads.PhoneNumberId, held.Id, Ct)).ShouldBeTrue();
        await IdleAsync(app);
        (await desk.ResendAsync(Payloads.PhoneNumberId, held.Id, Ct)).ShouldBeFalse();
        await app.StopAsync();

        stub.Requests.Count.ShouldBe(2);
        stub.Requests[1].Raw.ShouldBe(stub.Requests[0].Raw);
        _script.Statuses.ShouldBeEmpty();
        (await desk.ListAsync(Payloads.PhoneNumberId, Ct).ToArrayAsync(Ct)).ShouldBeEmpty();
        (await _shared.MailboxAsync())!.Contains("out").ShouldBeFalse();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task HeldMessage_DroppedOrSettledByAStatus_IsListedNoMore(bool byAPerson)
    {
        await using var stub = await GraphStub.StartAsync();
        await using var app = await HoldAsync(stub);
        var desk = app.Services.GetRequiredService<IHeldMessages>();
        var held = await desk.ListAsync(Payloads.PhoneNumberId, Ct).SingleAsync(Ct);

        if (byAPerson) (await desk.DropAsync(Payloads.PhoneNumberId, held.Id, Ct)).ShouldBeTrue();
        else await app.PostAsync(FailedStatus(held.Id));
        await IdleAsync(app);
        await app.StopAsync();

        (await desk.ListAsync(Payloads.PhoneNumberId, Ct).ToArrayAsync(Ct)).ShouldBeEmpty();
        (await _shared.MailboxAsync())!.Contains("out").ShouldBeFalse();
        stub.Requests.Count.ShouldBe(1);
        if (byAPerson) return;
        var told = _script.Statuses.Single();
        (told.Status.HandleId, told.Status.CallbackData, told.Status.IsLocal).ShouldBe((held.Id, "mine", false));
        told.Status.Errors[0].Code.ShouldBe(131047);
        _script.Handle!.State.ShouldBe(MessageState.Indeterminate);
    }

    [Fact]
    public async Task HeldMessage_FoundAfterACrash_IsListedByTheNextProcess()
    {
        await using var stub = await GraphStub.StartAsync();
        var life = new SharedStore.Life(_shared);
        stub.Answer = context =>
        {
            life.Kill();
            return GraphStub.WriteAsync(context, 200, Accepted);
        };
        await using (var app = await CountingBot.StartAsync(_script, life, stub))
        {
            await app.PostAsync(Payloads.Text("M-1", body: "one"));
            while (stub.Requests.Count == 0) await Task.Delay(1, Ct);
        }

        await using var next = await StartAsync(stub);
        await IdleAsync(next);
        var held = await next.Services.GetRequiredService<IHeldMessages>().ListAsync(Payloads.PhoneNumberId, Ct).SingleAsync(Ct);

        (held.UserId, stub.Requests.Count).ShouldBe((Payloads.Mira, 1));
        JsonElement.Parse(held.RawJson.Span).GetProperty("text").GetProperty("body").GetString().ShouldBe("1: one");
        await next.StopAsync();
    }

    [Fact]
    public async Task HeldMessage_ToAnotherUser_IsSettledByThatUsersStatus()
    {
        const string Other = "15550109999";
        await using var stub = await GraphStub.StartAsync();
        _script.IsSilent = true;
        stub.Answer = static context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
        _script.Act = async (_, turn) => _script.Handle = await turn.Messenger.SendTextAsync("for you", Other);
        await using var app = await StartAsync(stub);
        await app.PostAsync(Payloads.Text("M-1", body: "one"));
        await IdleAsync(app);
        var desk = app.Services.GetRequiredService<IHeldMessages>();
        (await desk.ListAsync(Payloads.PhoneNumberId, Ct).SingleAsync(Ct)).Recipient.ShouldBe(Other);

        await app.PostAsync(FailedStatus(_script.Handle!.Id).Replace(Payloads.Mira, Other, StringComparison.Ordinal));
        await IdleAsync(app);
        await app.StopAsync();

        _script.Statuses.Single().UserId.ShouldBe(Other);
        (await desk.ListAsync(Payloads.PhoneNumberId, Ct).ToArrayAsync(Ct)).ShouldBeEmpty();
        (await _shared.MailboxAsync())!.Contains("out").ShouldBeFalse();
    }

    [Fact]
    public async Task Messages_BeyondTheBurst_WaitForTheirTimeAndKeepTheirOrder()
    {
        await using var stub = await GraphStub.StartAsync();
        var clock = new ManualTimeProvider();
        _script.Act = async (webhook, turn) =>
        {
            for (var i = 0; i < 4; i++) await turn.Messenger.SendTextAsync($"more {i}", webhook.User.UserId);
        };
        await using var app = await StartAsync(stub, clock, configure: static options =>
            (options.PairBurst, options.PairInterval) = (2, TimeSpan.FromSeconds(6)));

        await app.PostAsync(Payloads.Text("M-1", body: "one"));
        while (stub.Requests.Count < 2 || clock.ActiveTimers < 2) await Task.Delay(1, Ct);
        stub.Requests.Count.ShouldBe(2);
        var began = clock.GetUtcNow();
        while (app.Services.GetRequiredService<WebhookInbox>().ActiveLanes > 0)
        {
            await Task.Delay(1, Ct);
            clock.Advance(TimeSpan.FromMilliseconds(100));
        }

        (clock.GetUtcNow() - began).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(18));
        stub.Requests.Select(static request => request.Body.GetProperty("text").GetProperty("body").GetString())
            .ShouldBe(["1: one", "more 0", "more 1", "more 2", "more 3"]);
        await app.StopAsync();
    }

    [Fact]
    public async Task Statuses_OutOfOrderAndAcrossARestart_MoveNothingBack()
    {
        await using var stub = await GraphStub.StartAsync();
        await using (var app = await StartAsync(stub))
        {
            foreach (var state in new[] { "delivered", "read", "sent" }) await app.PostAsync(Status("wamid.1", state));
            await app.StopAsync();
        }

        await using var next = await StartAsync(stub);
        await next.PostAsync(Status("wamid.1", "played"));
        await next.PostAsync(Status("wamid.1", "failed"));
        await next.StopAsync();

        _script.Statuses.Select(static status => (status.Status.State, status.Delivery.State, status.IsNews)).ShouldBe(
        [
            ("delivered", DeliveryState.Delivered, true), ("read", DeliveryState.Read, true), ("sent", DeliveryState.Read, false),
            ("played", DeliveryState.Played, true), ("failed", DeliveryState.Played, false),
        ]);
        _script.Statuses.Last().Delivery.Timestamp.ShouldBe(DateTimeOffset.FromUnixTimeSeconds(1_789_000_000));
    }

    [Fact]
    public void Deliveries_WrittenAndReadBack_AreTheLastFifty()
    {
        var deliveries = new Deliveries();
        for (var i = 0; i < 60; i++) deliveries.Add(new() { MessageId = $"M-{i}", State = "sent" });
        deliveries.Add(new() { MessageId = "M-20", State = "failed", Errors = [new(131047, null, null, null)] });

        var read = Deliveries.TryRead(deliveries.ToText())!;

        read.Find("M-9").State.ShouldBe(DeliveryState.Accepted);
        read.Find("M-10").State.ShouldBe(DeliveryState.Sent);
        (read.Find("M-20").State, read.Find("M-20").ErrorCode).ShouldBe((DeliveryState.Failed, 131047));
        read.ToText().ShouldBe(deliveries.ToText());
        Deliveries.TryRead("x!").ShouldBeNull();
        Deliveries.TryRead("AAAA").ShouldBeNull();
    }

    private static string Status(string id, string state) => Payloads.Statuses(
        $$"""{"id":"{{id}}","status":"{{state}}","timestamp":"1789000000","recipient_id":"{{Payloads.Mira}}"}""");

    private static string FailedStatus(string handleId) => Payloads.Statuses(
        $$"""
        {"id":"wamid.1","status":"failed","recipient_id":"{{Payloads.Mira}}","errors":[{"code":131047,"title":"x"}],
        "biz_opaque_callback_data":"w1:{{handleId}}|mine"}
        """);

    private static async Task IdleAsync(BotApp app)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var inbox = app.Services.GetRequiredService<WebhookInbox>();
        while (inbox.ActiveLanes > 0 || inbox.Pending > 0) await Task.Delay(1, patience.Token);
    }

    // The first request arrives and its answer is lost; all later ones are answered.
    private async Task<BotApp> HoldAsync(GraphStub stub, TimeProvider? clock = null)
    {
        _script.IsSilent = true;
        stub.Answer = context =>
        {
            if (stub.Requests.Count == 1) context.Abort();
            return GraphStub.WriteAsync(context, 200, Accepted);
        };
        _script.Act = async (webhook, turn) => _script.Handle = await turn.Messenger.SendTextAsync(
            "more", webhook.User.UserId, new TextOptions { CallbackData = "mine" });
        var app = await StartAsync(stub, clock);
        await app.PostAsync(Payloads.Text("M-1", body: "one"));
        await IdleAsync(app);
        return app;
    }

    private Task<BotApp> StartAsync(GraphStub stub, TimeProvider? clock = null, bool isDurable = true, Action<WhatsAppOptions>? configure = null) =>
        CountingBot.StartAsync(_script, new(_shared), stub, builder =>
        {
            builder.Services.Configure<WappaOptions>(options => options.Inbox.IsDurable = isDurable);
            if (configure is not null) builder.Services.Configure(configure);
            if (clock is not null) builder.Services.AddSingleton(clock);
        });
}
