using System.Collections.Concurrent;

namespace Wappa.Testing.Tests;

/// <summary>What <see cref="DiaryBot"/> was told, and what it does besides.</summary>
internal sealed class Diary
{
    internal ConcurrentQueue<Webhook> All { get; } = new();

    internal IEnumerable<Message> Messages => All.OfType<MessageWebhook>().Select(webhook => webhook.Message);

    internal IEnumerable<string> Texts => Messages.OfType<TextMessage>().Select(message => message.Body);

    internal Func<MessageWebhook, IMessenger, Task> Act { get; set; } = static (_, _) => Task.CompletedTask;
}

/// <summary>Writes down what it is told, counts it for its user, and does what the diary says.</summary>
internal sealed class DiaryBot(Diary diary) : WappaEventHandler
{
    public override async Task HandleMessageAsync(MessageWebhook webhook, CancellationToken ct)
    {
        diary.All.Enqueue(webhook);
        await UserCache.IncrementFieldAsync("stats", "messages", cancellationToken: ct);
        await diary.Act(webhook, Messenger);
    }

    public override Task HandleStatusAsync(StatusWebhook webhook, CancellationToken ct)
    {
        diary.All.Enqueue(webhook);
        return Task.CompletedTask;
    }
}
