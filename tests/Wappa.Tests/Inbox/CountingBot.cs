using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;

namespace Wappa.Tests.Inbox;

/// <summary>What <see cref="CountingBot"/> does in its turns, and what it has seen.</summary>
internal sealed class Script
{
    internal ConcurrentQueue<string> Ran { get; } = new();

    internal Func<MessageWebhook, Turn, Task> Act { get; set; } = static (_, _) => Task.CompletedTask;

    internal ConcurrentQueue<StatusWebhook> Statuses { get; } = new();

    internal Func<StatusWebhook, Task> ActOnStatus { get; set; } = static _ => Task.CompletedTask;

    /// <summary>Whether messages are not answered with their number.</summary>
    internal bool IsSilent { get; set; }

    /// <summary>What a turn kept.</summary>
    internal MessageHandle? Handle { get; set; }

    /// <summary>Of the status's turn that runs.</summary>
    internal IMessenger? Messenger { get; set; }

    internal int RunsOf(string text) => Ran.Count(ran => ran == text);
}

/// <summary>Counts the user's messages, keeps their texts in order, and answers each with its number.</summary>
internal sealed class CountingBot(Script script) : WappaEventHandler
{
    public override async Task HandleMessageAsync(MessageWebhook webhook, CancellationToken ct)
    {
        script.Ran.Enqueue(webhook.GetMessageText());
        var count = await UserCache.IncrementFieldAsync("stats", "messages", cancellationToken: ct);
        await StateCache.AppendToListAsync("log", "texts", webhook.GetMessageText(), cancellationToken: ct);
        if (!script.IsSilent) await Messenger.SendTextAsync($"{count}: {webhook.GetMessageText()}", webhook.User.UserId, ct);
        await script.Act(webhook, Turn);
    }

    public override Task HandleStatusAsync(StatusWebhook webhook, CancellationToken ct)
    {
        script.Statuses.Enqueue(webhook);
        script.Messenger = Messenger;
        return script.ActOnStatus(webhook);
    }

    internal static Task<BotApp> StartAsync(Script script, SharedStore.Life life, GraphStub stub, Action<WappaBuilder>? configure = null) =>
        BotApp.StartAsync<CountingBot>(builder =>
        {
            life.Use(builder);
            builder.Services.AddSingleton(script);
            builder.Services.Configure<WhatsAppOptions>(options =>
            {
                // Tests of the limits switch them on.
                (options.ApiUrl, options.MessagesPerSecond, options.PairInterval) = (stub.Url, 0, TimeSpan.Zero);
            });
            configure?.Invoke(builder);
        });
}
