using System.Net.ServerSentEvents;
using System.Text.Json;
using ChatFeedApi.Conversations;

namespace Wappa.ChatFeedApi.Tests;

/// <summary>Somebody who follows a conversation.</summary>
internal sealed class LiveEvents : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly HttpResponseMessage _answer;
    private readonly IAsyncEnumerator<SseItem<string>> _events;

    private LiveEvents(HttpResponseMessage answer, IAsyncEnumerator<SseItem<string>> events) => (_answer, _events) = (answer, events);

    internal static async Task<LiveEvents> FollowAsync(RunningApp app, long conversation, long? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/conversations/{conversation}/live");
        if (lastEventId is { } id) request.Headers.Add("Last-Event-ID", $"{id}");
        var answer = await app.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        var events = SseParser.Create(await answer.Content.ReadAsStreamAsync()).EnumerateAsync().GetAsyncEnumerator();
        return new(answer, events);
    }

    /// <summary>The next event; null: there will be none any more.</summary>
    internal async Task<SseItem<string>?> NextAsync() =>
        await _events.MoveNextAsync().AsTask().WaitAsync(Patience) ? _events.Current : null;

    /// <summary>The next event, which is a message.</summary>
    internal async Task<ChatMessage> NextMessageAsync()
    {
        var next = (await NextAsync()).ShouldNotBeNull();
        next.EventType.ShouldBe("message");
        var message = JsonSerializer.Deserialize<ChatMessage>(next.Data, RunningApp.Json)!;
        next.EventId.ShouldBe($"{message.Id}");
        return message;
    }

    /// <summary>The messages until the event <c>ready</c>.</summary>
    internal async Task<List<string>> UntilReadyAsync()
    {
        List<string> texts = [];
        while (await NextAsync() is { } next && next.EventType != "ready")
            texts.Add(JsonSerializer.Deserialize<ChatMessage>(next.Data, RunningApp.Json)!.Text);
        return texts;
    }

    public ValueTask DisposeAsync()
    {
        _answer.Dispose(); // ends a read that waits
        return ValueTask.CompletedTask;
    }
}
