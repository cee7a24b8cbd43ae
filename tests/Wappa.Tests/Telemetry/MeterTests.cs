using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Wappa.Telemetry;
using Wappa.Testing;
using Wappa.Tests.Inbox;

namespace Wappa.Tests.Telemetry;

/// <summary>What the meter says of deliveries, turns and sends, and whom it does not name.</summary>
public sealed class MeterTests : IDisposable
{
    private readonly Script _script = new();
    private readonly ManualTimeProvider _clock = new();
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<(string Name, double Value, string Tags)> _measured = new();

    [Fact]
    public async Task Turn_WithAnAnswer_IsMeasuredInEachPart()
    {
        await using var stub = await GraphStub.StartAsync();
        await using var app = await StartAsync(stub);
        _script.Act = (_, _) =>
        {
            _clock.Advance(TimeSpan.FromSeconds(2));
            return Task.CompletedTask;
        };

        await app.PostAsync(Payloads.Text("M-1"));
        await IdleAsync(app);
        await app.PostAsync(Payloads.Text("M-1"));
        await IdleAsync(app);
        await app.PostAsync("[]"u8.ToArray(), "sha256=00");

        Of("wappa.webhooks").ShouldBe(["1 status=200", "1 status=200", "1 status=403"]);
        Of("wappa.items").ShouldBe(["1 kind=message", "1 kind=message"]);
        Of("wappa.items.duplicates").ShouldBe(["1 "]);
        Of("wappa.turn.wait").First().ShouldBe("0 kind=message");
        Of("wappa.handler.duration").ShouldBe(["2 kind=message,outcome=ok"]);
        Of("wappa.commit.duration").ShouldBe(["0 outcome=committed"]);
        Of("wappa.send.duration").ShouldBe(["0 code=0,outcome=accepted"]);
        NamesNobody();
    }

    [Fact]
    public async Task Turn_ThatFailsEachTime_IsCounted()
    {
        await using var stub = await GraphStub.StartAsync();
        await using var app = await StartAsync(stub);
        _script.Act = static (_, _) => throw new InvalidOperationException("no");

        await app.PostAsync(Payloads.Text("M-1"));
        await IdleAsync(app);
        _listener.RecordObservableInstruments();
        _clock.Advance(TimeSpan.FromSeconds(1));
        await IdleAsync(app);
        _listener.RecordObservableInstruments();

        Of("wappa.inbox.pending").ShouldBe(["1 ", "0 "]);
        Of("wappa.inbox.lanes").ShouldBe(["1 ", "0 "]);
        Of("wappa.handler.duration").ShouldBe(["0 kind=message,outcome=error", "0 kind=message,outcome=error"]);
        Of("wappa.turn.retries").ShouldBe(["1 reason=handler"]);
        Of("wappa.dead_letters").ShouldBe(["1 kind=message"]);
        NamesNobody();
    }

    [Theory]
    [InlineData(131056, "0 code=131056,outcome=refused")]
    [InlineData(0, "0 code=0,outcome=indeterminate")]
    public async Task Send_ThatFails_IsMeasuredByItsCode(int code, string expected)
    {
        await using var stub = await GraphStub.StartAsync();
        stub.Answer = code > 0
            ? context => GraphStub.WriteAsync(context, 400, $$$"""{"error":{"message":"no","code":{{{code}}}}}""")
            : static context => GraphStub.WriteAsync(context, 200, "?");
        await using var app = await StartAsync(stub);

        await app.PostAsync(Payloads.Text("M-1"));
        await IdleAsync(app);

        Of("wappa.send.duration").ShouldBe([expected]);
        NamesNobody();
    }

    public void Dispose() => _listener.Dispose();

    private static Task IdleAsync(BotApp app) =>
        app.Services.GetRequiredService<PipelineIdle>().WaitAsync(TestContext.Current.CancellationToken);

    private IEnumerable<string> Of(string name) =>
        _measured.Where(measured => measured.Name == name)
            .Select(measured => FormattableString.Invariant($"{measured.Value} {measured.Tags}"));

    private void NamesNobody() => _measured.ShouldAllBe(measured => !measured.Tags.Contains(Payloads.Mira) &&
        !measured.Tags.Contains(Payloads.PhoneNumberId));

    private async Task<BotApp> StartAsync(GraphStub stub)
    {
        var app = await CountingBot.StartAsync(_script, new(new()), stub, builder =>
            builder.Services.AddSingleton<TimeProvider>(_clock));
        var factory = app.Services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            // Other tests have apps of their own at the same time.
            if (instrument.Meter.Name == "Wappa" && instrument.Meter.Scope == factory) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.Start();
        return app;
    }

    private void Keep(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _measured.Enqueue((instrument.Name, value, string.Join(',', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}").Order())));
}
