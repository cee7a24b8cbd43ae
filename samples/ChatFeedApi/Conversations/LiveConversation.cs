using System.Collections.Immutable;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Wappa.Caching;

namespace ChatFeedApi.Conversations;

// snippet: chat-feed-live
/// <summary>A conversation as events: the messages in the cache, the oldest first, then <c>ready</c>, then each message as it comes.
/// An event's id is its message's, so a client that connects again goes on where it was.</summary>
/// <remarks>What is written by this instance is told by it at once. What another instance writes is in the cache they share: that is looked
/// at every half second, and a look costs nothing while nothing changes, since the cache keeps a copy in memory which the server
/// takes back when it changes.</remarks>
public sealed class LiveConversation(
    ConversationMessagesCache cache, MessageDb db, ConversationSignals signals, ICacheFactory caches, TimeProvider time)
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15); // proxies cut what is silent for a minute
    private static readonly TimeSpan SharedLook = TimeSpan.FromMilliseconds(500);

    // Memory and files belong to one process, and there is nobody else who could write.
    private readonly TimeSpan _patience = caches.Backend == "redis" ? SharedLook : Heartbeat;

    public async IAsyncEnumerable<SseItem<ChatMessage?>> FollowAsync(
        long conversation, long? after, [EnumeratorCancellation] CancellationToken ct)
    {
        using var news = signals.Subscribe(conversation); // before the first look, so that nothing falls between
        var (last, ready, spoken) = (after, false, time.GetTimestamp());
        while (true)
        {
            foreach (var message in await NewAsync(conversation, last, ct))
            {
                yield return new(message, "message") { EventId = $"{message.Id}" };
                (last, spoken) = (message.Id, time.GetTimestamp());
            }

            if (!ready || time.GetElapsedTime(spoken) >= Heartbeat)
            {
                yield return new(null, ready ? "heartbeat" : "ready");
                (ready, spoken) = (true, time.GetTimestamp());
            }

            last ??= 0; // nothing was cached: from the first message on
            await news.WaitAsync(_patience, time, ct);
        }
    }

    // The oldest first. Who has seen nothing gets what is cached; who has been away for more than that gets the rest from the database.
    private async Task<IEnumerable<ChatMessage>> NewAsync(long conversation, long? after, CancellationToken ct)
    {
        var cached = await cache.GetMessagesAsync(conversation, ct);
        if (after is not { } last) return cached.Reverse();
        var found = cached.TakeWhile(message => message.Id > last).Reverse().ToImmutableArray();
        if (found is not [var oldest, ..] || oldest.Id == last + 1) return found;
        return (await db.BetweenAsync(conversation, last, oldest.Id, ct)).Concat(found);
    }
}
// end
