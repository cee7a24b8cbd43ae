using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;

namespace Wappa.Tests.Inbox;

/// <summary>What <see cref="CountingBot"/> does in its turns, and what it has seen.</summary>
internal sealed class Script
{
    internal ConcurrentQueue<string> Ran { get; } = new();

    internal Func<MessageWebhook, Turn, Task> Act { get; set; } = static (_, _) => Task.CompletedTask;

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
        await Messenger.SendTextAsync($"{count}: {webhook.GetMessageText()}", webhook.User.UserId, ct);
        await script.Act(webhook, Turn);
    }

    internal static Task<BotApp> StartAsync(Script script, SharedStore.Life life, GraphStub stub, Action<WappaBuilder>? configure = null) =>
        BotApp.StartAsync<CountingBot>(builder =>
        {
            life.Use(builder);
            builder.Services.AddSingleton(script);
            builder.Services.Configure<WhatsAppOptions>(options => options.ApiUrl = stub.Url);
            configure?.Invoke(builder);
        });
}
