using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Wappa.Tests;

/// <summary>What the handler was called with, in order, and a way to wait for it.</summary>
public sealed class Recorder
{
    private readonly ConcurrentQueue<Webhook> _seen = new();
    private readonly Channel<bool> _arrivals = Channel.CreateUnbounded<bool>();

    /// <summary>Runs inside each turn, before it is recorded.</summary>
    public Func<Webhook, CancellationToken, Task> OnTurn { get; set; } = static (_, _) => Task.CompletedTask;

    public IReadOnlyList<Webhook> Seen => [.. _seen];

    public IEnumerable<MessageWebhook> Messages => Seen.OfType<MessageWebhook>();

    public IEnumerable<string> Texts => Messages.Select(message => message.GetMessageText());

    public async Task RecordAsync(Webhook webhook, CancellationToken ct)
    {
        await OnTurn(webhook, ct);
        _seen.Enqueue(webhook);
        _arrivals.Writer.TryWrite(true);
    }

    public async Task WaitForAsync(int count)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        for (var i = 0; i < count; i++) await _arrivals.Reader.ReadAsync(deadline.Token);
    }
}

/// <summary>Records every kind of turn.</summary>
public sealed class RecordingHandler(Recorder recorder) : WappaEventHandler
{
    public override Task HandleMessageAsync(MessageWebhook webhook, CancellationToken ct) => recorder.RecordAsync(webhook, ct);

    public override Task HandleStatusAsync(StatusWebhook webhook, CancellationToken ct) => recorder.RecordAsync(webhook, ct);

    public override Task HandleEventAsync(EventWebhook webhook, CancellationToken ct) => recorder.RecordAsync(webhook, ct);

    public override Task HandleErrorAsync(ErrorWebhook webhook, CancellationToken ct) => recorder.RecordAsync(webhook, ct);
}
