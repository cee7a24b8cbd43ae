using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Wappa.Telemetry;
using Wappa.Tests.Inbox;

namespace Wappa.Tests.Telemetry;

/// <summary>A trace for each turn, linked to its delivery.</summary>
public sealed class TraceTests : IDisposable
{
    private readonly Script _script = new();
    private readonly ConcurrentQueue<Activity> _ended = new();
    private readonly ActivityListener _listener;

    public TraceTests()
    {
        _listener = new()
        {
            ShouldListenTo = static source => source.Name == "Wappa",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    [Fact]
    public async Task Turn_WithAnAnswer_IsOneTraceLinkedToItsDelivery()
    {
        await using var stub = await GraphStub.StartAsync();
        var turnOfHandler = default(ActivityTraceId);
        _script.Act = (_, _) =>
        {
            turnOfHandler = Activity.Current!.TraceId;
            return Task.CompletedTask;
        };
        await using var app = await CountingBot.StartAsync(_script, new(new()), stub);

        await app.PostAsync(Payloads.Text("M-1"));
        await app.Services.GetRequiredService<PipelineIdle>().WaitAsync(TestContext.Current.CancellationToken);
        await app.StopAsync();

        // Tests that run beside this one have turns of their own.
        var trace = _ended.Where(activity => activity.TraceId == turnOfHandler).ToDictionary(activity => activity.OperationName);
        trace.Keys.ShouldBe(["turn", "handler", "commit", "send"], ignoreOrder: true);
        var turn = trace["turn"];
        turn.ParentSpanId.ShouldBe(default);
        trace["handler"].ParentSpanId.ShouldBe(turn.SpanId);
        trace["commit"].ParentSpanId.ShouldBe(turn.SpanId);
        trace["send"].ParentSpanId.ShouldBe(trace["handler"].SpanId);
        var delivery = _ended.Single(activity => activity.SpanId == turn.Links.Single().Context.SpanId);
        delivery.OperationName.ShouldBe("webhook");
        delivery.TraceId.ShouldNotBe(turn.TraceId);
        var tags = trace.Values.Append(delivery).SelectMany(activity => activity.TagObjects).Select(tag => $"{tag.Value}").ToArray();
        tags.ShouldNotBeEmpty();
        tags.ShouldAllBe(tag => tag != Payloads.Mira && tag != Payloads.PhoneNumberId);
    }

    [Fact]
    public async Task Turn_WhoseHandlerThrows_IsAnErrorWithoutItsMessage()
    {
        await using var stub = await GraphStub.StartAsync();
        var trace = default(ActivityTraceId);
        _script.Act = (_, _) =>
        {
            trace = Activity.Current!.TraceId;
            throw new InvalidOperationException(Payloads.Mira);
        };
        await using var app = await CountingBot.StartAsync(_script, new(new()), stub);

        await app.PostAsync(Payloads.Text("M-1"));
        await app.StopAsync();

        var handler = _ended.First(activity => activity.TraceId == trace && activity.OperationName == "handler");
        (handler.Status, handler.StatusDescription).ShouldBe((ActivityStatusCode.Error, "System.InvalidOperationException"));
    }

    public void Dispose() => _listener.Dispose();
}
