using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Wappa.Caching;
using Wappa.Inbox;
using Wappa.Telemetry;
using Wappa.Testing;
using Wappa.Tests.Inbox;

namespace Wappa.Tests.Timers;

internal sealed record Note(string Text, int Number);

/// <summary>What <see cref="TimerBot"/> does, and what has happened to it.</summary>
internal sealed class TimerScript
{
    internal ConcurrentQueue<string> Log { get; } = new();

    internal Func<TimerBot, string, Task> OnMessage { get; set; } = static (_, _) => Task.CompletedTask;

    internal Func<TimerBot, string, Task> OnTimer { get; set; } = static (_, _) => Task.CompletedTask;

    internal async Task RunAsync(Func<TimerBot, string, Task> act, TimerBot bot, string what)
    {
        await act(bot, what);
        Log.Enqueue(what);
    }
}

/// <summary>Does with a message what the test says, and counts each timer in a field of its name.</summary>
internal class TimerBot(TimerScript script) : WappaEventHandler
{
    internal Turn Now => Turn;

    internal IStateCache State => StateCache;

    internal IUserCache User => UserCache;

    internal IMessenger Sender => Messenger;

    public override Task HandleMessageAsync(MessageWebhook webhook, CancellationToken ct) =>
        script.RunAsync(script.OnMessage, this, webhook.GetMessageText());

    public override Task HandleTimerAsync(TimerWebhook timer, CancellationToken ct) => FireAsync(timer.Name);

    [Timer("note")]
    private Task OnNoteAsync(Note note, TimerWebhook timer) => FireAsync($"{timer.Name} {note.Text} {note.Number}");

    [Timer("number")]
    private Task OnNumberAsync(int number) => FireAsync($"number {number}");

    private async Task FireAsync(string what)
    {
        await UserCache.IncrementFieldAsync("fired", what);
        await script.RunAsync(script.OnTimer, this, what);
    }
}

/// <summary>The same, told of the end of orders.</summary>
internal sealed class OrderBot(TimerScript script) : TimerBot(script)
{
    private readonly TimerScript _script = script;

    [StateExpired("order")]
    private async Task OnExpiredAsync(StateExpiredWebhook expired, CancellationToken ct)
    {
        await UserCache.IncrementFieldAsync("fired", expired.State, cancellationToken: ct);
        await _script.RunAsync(_script.OnTimer, this, $"{expired.State} expired");
    }
}

/// <summary>The same, told of the end of everything.</summary>
internal sealed class WatchfulBot(TimerScript script) : TimerBot(script)
{
    private readonly TimerScript _script = script;

    public override Task HandleStateExpiredAsync(StateExpiredWebhook expired, CancellationToken ct) =>
        _script.RunAsync(_script.OnTimer, this, $"{expired.State} expired");
}

/// <summary>An app of a test, over a clock that stands still.</summary>
internal static class TimerApps
{
    internal static Task<BotApp> StartAsync<THandler>(
        TimerScript script, ManualTimeProvider clock, SharedStore.Life? life = null, Action<WappaBuilder>? configure = null)
        where THandler : WappaEventHandler => BotApp.StartAsync<THandler>(builder =>
        {
            life?.Use(builder);
            builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock));
            builder.Services.AddSingleton(script);
            configure?.Invoke(builder);
        });

    internal static async Task SayAsync(this BotApp app, string text, string? id = null)
    {
        (await app.PostAsync(Payloads.Text(id ?? $"M-{Guid.NewGuid():N}", body: text))).ShouldBe(System.Net.HttpStatusCode.OK);
        await UntilAsync(() => app.IsIdle());
    }

    internal static bool IsIdle(this BotApp app)
    {
        var inbox = app.Services.GetRequiredService<WebhookInbox>();
        return inbox is { Pending: 0, ActiveLanes: 0 };
    }

    /// <summary>Lets time pass, some seconds at a time, so that what waits in between is not overtaken.</summary>
    internal static async Task PassAsync(this ManualTimeProvider clock, TimeSpan time, BotApp app, TimeSpan? step = null)
    {
        for (var left = time; left > TimeSpan.Zero;)
        {
            var by = step ?? TimeSpan.FromSeconds(20);
            clock.Advance(by < left ? by : left);
            left -= by;
            await SettleAsync(app);
        }
    }

    internal static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!condition()) await Task.Delay(1, patience.Token);
    }

    internal static async Task<int> HintsAsync(this SharedStore shared)
    {
        var count = 0;
        await foreach (var (slice, _) in shared.Records.ListAsync(InboxKeys.TimerSlices))
            count += await shared.CountAsync(InboxKeys.TimerHints(long.Parse(slice.Name, null)));
        return count;
    }

    private static Task SettleAsync(BotApp app) =>
        app.Services.GetRequiredService<PipelineIdle>().WaitAsync(TestContext.Current.CancellationToken);
}
