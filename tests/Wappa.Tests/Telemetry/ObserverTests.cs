using Microsoft.Extensions.DependencyInjection;
using Wappa.Graph;
using Wappa.Telemetry;
using Wappa.Testing;
using Wappa.Tests.Inbox;

namespace Wappa.Tests.Telemetry;

/// <summary>Who watches sees each step of a turn, in order, and can wait until nothing runs.</summary>
public class ObserverTests
{
    private readonly SharedStore _shared = new();
    private readonly Script _script = new();
    private readonly EventLog _events = new();
    private readonly ManualTimeProvider _clock = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Turn_WithAnAnswer_IsToldStepByStep()
    {
        await using var stub = await GraphStub.StartAsync();
        await using var app = await StartAsync(stub);

        await app.PostAsync(Payloads.Text("M-1", body: "one"));
        await IdleOf(app).WaitAsync(Ct);

        // The answer of the POST and the turn go side by side.
        _events.Names.Where(name => name != nameof(WebhookAnswered)).ShouldBe(
        [
            nameof(WebhookReceived), nameof(ItemStored), nameof(TurnClaimed), nameof(HandlerStarted), nameof(HandlerEnded),
            nameof(TurnCommitted), nameof(SendStarted), nameof(SendEnded),
        ]);
        var committed = _events.Of<TurnCommitted>().Single();
        committed.Writes.Select(write => write.Key.Name).ShouldBe(["stats", "log"], ignoreOrder: true);
        committed.UserId.ShouldBe(Payloads.Mira);
        var sent = _events.Of<SendEnded>().Single();
        sent.Message.Id.ShouldBe(committed.Messages.Single().Id);
        sent.Outcome.ShouldBeOfType<SendOutcome.Accepted>().Message.MessageId.ShouldBe("M");
        _events.Of<ItemEvent>().ShouldAllBe(step => step.Exchange == _events.Of<WebhookReceived>().Single().Exchange);
        _events.All.ShouldAllBe(step => step.At == _clock.GetUtcNow());
    }

    [Fact]
    public async Task Item_DeliveredAgain_IsToldToBeADuplicate()
    {
        await using var stub = await GraphStub.StartAsync();
        await using var app = await StartAsync(stub);

        for (var i = 0; i < 2; i++)
        {
            await app.PostAsync(Payloads.Text("M-1"));
            await IdleOf(app).WaitAsync(Ct);
        }

        _events.Of<ItemDuplicate>().Count().ShouldBe(1);
        _events.Of<TurnCommitted>().Count().ShouldBe(1);
    }

    [Fact]
    public async Task Turn_ThatFailsEachTime_IsToldToBeRetriedAndParked()
    {
        await using var stub = await GraphStub.StartAsync();
        _script.Act = static (_, _) => throw new InvalidOperationException("no");
        await using var app = await StartAsync(stub);

        await app.PostAsync(Payloads.Text("M-1"));
        await IdleOf(app).WaitAsync(Ct);
        _events.Of<TurnRetried>().Single().Error.Message.ShouldBe("no");
        _events.Of<TurnParked>().ShouldBeEmpty();

        _clock.Advance(TimeSpan.FromSeconds(1));
        await IdleOf(app).WaitAsync(Ct);

        _events.Of<HandlerEnded>().Select(ended => ended.Attempt).ShouldBe([1, 2]);
        _events.Of<TurnParked>().Single().Attempts.ShouldBe(2);
    }

    [Fact]
    public async Task Idle_WhileAHandlerRuns_IsWaitedFor()
    {
        await using var stub = await GraphStub.StartAsync();
        var gate = new TaskCompletionSource();
        _script.Act = (_, _) => gate.Task;
        await using var app = await StartAsync(stub);

        await app.PostAsync(Payloads.Text("M-1"));
        var idle = IdleOf(app).WaitAsync(Ct);
        idle.IsCompleted.ShouldBeFalse();
        gate.SetResult();
        await idle;

        stub.Requests.Count.ShouldBe(1);
        IdleOf(app).Running.ShouldBe(0);
    }

    [Fact]
    public async Task Idle_WithAMessageThatWaitsForTheClock_IsReachedAndLeftWhenTheClockMoves()
    {
        await using var stub = await GraphStub.StartAsync();
        stub.Answer = static context =>
            GraphStub.WriteAsync(context, 400, """{"error":{"message":"pair","code":131056}}""");
        await using var app = await StartAsync(stub);

        await app.PostAsync(Payloads.Text("M-1", body: "one"));
        await IdleOf(app).WaitAsync(Ct);
        stub.Requests.Count.ShouldBe(1);

        // While it waits, another item of the user runs: its answer stands behind the one that waits.
        await app.PostAsync(Payloads.Text("M-2", body: "two"));
        await IdleOf(app).WaitAsync(Ct);
        _events.Of<TurnCommitted>().Count().ShouldBe(2);
        stub.Requests.Count.ShouldBe(1);

        stub.Answer = static context => GraphStub.WriteAsync(context, 200, """{"messages":[{"id":"M"}]}""");
        for (var i = 0; i < 10 && stub.Requests.Count < 3; i++)
        {
            _clock.Advance(TimeSpan.FromMinutes(1));
            await IdleOf(app).WaitAsync(Ct);
        }

        stub.Requests.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Observer_ThatThrows_ChangesNothing()
    {
        await using var stub = await GraphStub.StartAsync();
        _events.Act = static _ => throw new InvalidOperationException("secret");
        await using var app = await StartAsync(stub);

        await app.PostAsync(Payloads.Text("M-1"));
        await IdleOf(app).WaitAsync(Ct);

        stub.Requests.Count.ShouldBe(1);
        app.Logs.All.ShouldContain(line => line.Contains("An observer of turns failed", StringComparison.Ordinal));
        app.Logs.All.ShouldNotContain(line => line.Contains("secret", StringComparison.Ordinal));
    }

    private static PipelineIdle IdleOf(BotApp app) => app.Services.GetRequiredService<PipelineIdle>();

    private Task<BotApp> StartAsync(GraphStub stub) => CountingBot.StartAsync(_script, new(_shared), stub, builder =>
    {
        builder.Services.AddSingleton<TimeProvider>(_clock);
        builder.Services.AddSingleton<ITurnObserver>(_events);
    });
}
