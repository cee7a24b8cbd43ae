using System.Collections.Immutable;
using System.Data.Common;
using ChatFeedApi.Data;
using Wappa.Caching;

namespace ChatFeedApi.Conversations;

// snippet: chat-feed-messages
/// <summary>The newest 50 messages of each conversation, the newest first: written to the database, then into the cache.</summary>
public sealed class ConversationMessagesCache(CacheStrategyContext context, MessageDb db, TimeProvider time)
    : WriteThroughCacheStrategy<ImmutableArray<ChatMessage>>(context, ns: "chat", new CacheEntryPolicy
    {
        Ttl = TimeSpan.FromMinutes(30),
        ClusterLock = true, // instances take turns too: two that add at once would each leave out the other's message
    })
{
    public const int Kept = 50;
    private const int Attempts = 5;

    public ValueTask<ImmutableArray<ChatMessage>> GetMessagesAsync(long conversation, CancellationToken ct) =>
        GetAsync(["conversation", conversation, "messages"], ct);

    public async Task<ChatMessage> AddAsync(long conversation, MessageInput input, CancellationToken ct)
    {
        var added = new ChatMessage(0, input.UserId, input.Text, time.GetUtcMilliseconds());
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await UpdateAsync(
                    ["conversation", conversation, "messages"],
                    recent => [added = added with { Id = recent is [var newest, ..] ? newest.Id + 1 : 1 }, .. recent.Take(Kept - 1)],
                    persist: () => db.InsertAsync(conversation, added, ct), ct);
                return added;
            }
            catch (DbException error) when (attempt < Attempts && SqlDialect.IsDuplicate(error))
            {
                // Another instance has written a message of this id a moment ago. The write that failed took the entry with it, so the
                // next attempt begins with what the database has.
            }
        }
    }

    protected override Task<ImmutableArray<ChatMessage>> LoadAsync(CacheKeyParts key, CancellationToken cancellationToken) =>
        db.RecentAsync(key.Int64(1), Kept, cancellationToken);
}
// end
