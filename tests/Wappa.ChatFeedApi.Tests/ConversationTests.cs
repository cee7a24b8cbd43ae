using System.Net;
using ChatFeedApi.Conversations;

namespace Wappa.ChatFeedApi.Tests;

/// <summary>Messages: written through, the newest 50.</summary>
public class ConversationTests
{
    [Theory]
    [MemberData(nameof(World.Backends), MemberType = typeof(World))]
    public async Task Message_Posted_IsInTheCacheWhenThePostReturns(string backend)
    {
        using var world = new World(backend);
        await using var app = await RunningApp.StartAsync(world);
        await app.GetAsync<ChatMessage[]>("/conversations/1/messages");

        var posted = await PostAsync(app, 1, "How are you?");

        var asked = await app.Database.CountAsync(async () =>
        {
            var messages = await app.GetAsync<ChatMessage[]>("/conversations/1/messages");
            messages.Select(message => message.Text).ShouldBe(["How are you?", "Hello Ada.", "Hello Grace!"]);
            messages[0].ShouldBe(posted);
        });
        asked.ShouldBe(0);
        posted.Id.ShouldBe(3);
    }

    [Fact]
    public async Task Messages_OfWhichThereAreMany_AreTheNewest50_FromTheCacheAsFromTheDatabase()
    {
        using var world = new World("memory");
        ChatMessage[] cached;
        await using (var app = await RunningApp.StartAsync(world))
        {
            for (var i = 1; i <= 60; i++) await PostAsync(app, 7, $"Message {i}");
            cached = await app.GetAsync<ChatMessage[]>("/conversations/7/messages");
        }

        await using var next = await RunningApp.StartAsync(world);
        var loaded = await next.GetAsync<ChatMessage[]>("/conversations/7/messages");

        cached.Select(message => message.Text).ShouldBe(Enumerable.Range(11, 50).Reverse().Select(i => $"Message {i}"));
        loaded.ShouldBe(cached);
    }

    [Fact]
    public async Task Messages_PostedSideBySide_AreAllThere()
    {
        using var world = new World("memory");
        await using var app = await RunningApp.StartAsync(world);

        await Task.WhenAll(Enumerable.Range(0, 30).Select(i => PostAsync(app, 3, $"{i}")));

        var messages = await app.GetAsync<ChatMessage[]>("/conversations/3/messages");
        messages.Select(message => message.Id).ShouldBe(Enumerable.Range(1, 30).Reverse().Select(id => (long)id));
        messages.Select(message => message.Text).ShouldBe(Enumerable.Range(0, 30).Select(i => $"{i}"), ignoreOrder: true);
    }

    [Theory]
    [InlineData("""{"user_id":0,"text":"hi"}""", "user_id")]
    [InlineData("""{"user_id":1}""", "text")]
    public async Task Message_ThatIsWrong_Is400(string body, string field)
    {
        using var world = new World("memory");
        await using var app = await RunningApp.StartAsync(world);

        using var answer = await app.Http.PostAsync(
            "/conversations/1/messages", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync()).ShouldContain($"\"{field}\":");
    }

    internal static Task<ChatMessage> PostAsync(RunningApp app, long conversation, string text) => app.SendAsync<ChatMessage>(
        HttpMethod.Post, $"/conversations/{conversation}/messages", new MessageInput(1, text));
}
