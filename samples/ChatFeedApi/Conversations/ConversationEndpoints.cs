using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace ChatFeedApi.Conversations;

/// <summary>Messages, who is typing, and a conversation as it happens.</summary>
internal static class ConversationEndpoints
{
    private const int MostUsers = 100;

    internal static IServiceCollection AddConversations(this IServiceCollection services) => services
        .AddSingleton<MessageDb>()
        .AddSingleton<ConversationSignals>()
        .AddSingleton<LiveConversation>()
        .AddCacheStrategy<ConversationMessagesCache>()
        .AddCacheStrategy<TypingIndicatorCache>();

    internal static void MapConversations(this IEndpointRouteBuilder app)
    {
        // No response of these routes is cached, so a write need not look for one; a message would pay for it each time.
        var conversation = app.MapGroup("/conversations/{id}").WithTags("conversations").WithoutInvalidation();
        conversation.MapGet("/messages", (long id, ConversationMessagesCache cache, CancellationToken ct) =>
            cache.GetMessagesAsync(id, ct));
        conversation.MapPost("/messages", AddAsync);
        conversation.MapGet("/live", Live);
        conversation.MapGet("/typing", TypingAsync);
        conversation.MapPut("/typing/{userId}", async (long id, long userId, TypingIndicatorCache typing, CancellationToken ct) =>
        {
            await typing.MarkTypingAsync(id, userId, ct);
            return TypedResults.NoContent();
        });
    }

    private static async Task<Created<ChatMessage>> AddAsync(
        long id, [FromBody] MessageInput input, ConversationMessagesCache cache, ConversationSignals signals, CancellationToken ct)
    {
        var message = await cache.AddAsync(id, input, ct);
        signals.Notify(id);
        return TypedResults.Created($"/conversations/{id}/messages", message);
    }

    private static ServerSentEventsResult<ChatMessage?> Live(
        long id, LiveConversation live, IHostApplicationLifetime app, CancellationToken ct,
        [FromHeader(Name = "Last-Event-ID")] long? lastEventId = null) =>
        TypedResults.ServerSentEvents(UntilAsync(live.FollowAsync(id, lastEventId, ct), app.ApplicationStopping, ct));

    // A client that stays would hold up the app's end.
    private static async IAsyncEnumerable<SseItem<ChatMessage?>> UntilAsync(
        IAsyncEnumerable<SseItem<ChatMessage?>> events, CancellationToken stopping, [EnumeratorCancellation] CancellationToken ct)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, ct);
        await using var next = events.GetAsyncEnumerator(either.Token);
        while (await MovesAsync()) yield return next.Current;

        async ValueTask<bool> MovesAsync()
        {
            try
            {
                return await next.MoveNextAsync();
            }
            catch (OperationCanceledException) when (either.IsCancellationRequested)
            {
                return false;
            }
        }
    }

    // Asked without names: of those who wrote last.
    private static async Task<Typing> TypingAsync(
        long id, TypingIndicatorCache typing, ConversationMessagesCache messages, CancellationToken ct,
        [FromQuery(Name = "user"), MaxLength(MostUsers)] long[]? users = null)
    {
        var asked = users is { Length: > 0 }
            ? users.Distinct()
            : (await messages.GetMessagesAsync(id, ct)).Select(message => message.UserId).Distinct();
        return new(id, await typing.WhoIsTypingAsync(id, [.. asked], ct));
    }
}

public sealed record Typing(long ConversationId, long[] Users);
