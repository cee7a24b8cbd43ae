using System.Collections.Immutable;
using Wappa.Caching;

namespace ChatFeedApi.Feed;

// snippet: chat-feed-feed
/// <summary>What each user has to read, page by page, for an hour or until it changes.</summary>
public sealed class UserFeedCache(CacheStrategyContext context, FeedDb db)
    : CacheAsideStrategy<ImmutableArray<Post>>(context, ns: "feed", new CacheEntryPolicy
    {
        Ttl = TimeSpan.FromHours(1),
        StaleIfError = TimeSpan.FromHours(6), // the database is down: an old feed is better than none
    })
{
    public ValueTask<ImmutableArray<Post>> GetFeedAsync(long userId, int page, CancellationToken ct) => FetchAsync(
        ["user", userId, "feed", $"page_{page}"],
        async (load, token) =>
        {
            // Whom the user follows decides what changes this page: also somebody who has not posted anything yet.
            var followed = await db.FollowedAsync(userId, token);
            load.Tags = [FeedTags.Reader(userId), .. followed.Select(FeedTags.Author)];
            return await db.FeedAsync(userId, page, token);
        },
        cancellationToken: ct);

    /// <summary>A user has posted, or has another name: every feed that shows him is loaded anew, and so is every post of his.</summary>
    public ValueTask AuthorChangedAsync(long userId) => InvalidateTagAsync(FeedTags.Author(userId));

    /// <summary>A user follows others than before.</summary>
    public ValueTask ReaderChangedAsync(long userId) => InvalidateTagAsync(FeedTags.Reader(userId));
}
// end
