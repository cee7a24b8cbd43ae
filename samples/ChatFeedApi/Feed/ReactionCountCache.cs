using System.Collections.Immutable;
using Wappa.Caching;

namespace ChatFeedApi.Feed;

/// <summary>How many reactions of each kind a post has, for half an hour or until there is one more.</summary>
public sealed class ReactionCountCache(CacheStrategyContext context, FeedDb db)
    : CacheAsideStrategy<ImmutableSortedDictionary<string, long>>(context, ns: "posts", new CacheEntryPolicy
    {
        Ttl = TimeSpan.FromMinutes(30),
        StaleIfError = TimeSpan.FromHours(6),
    })
{
    public ValueTask<ImmutableSortedDictionary<string, long>> GetCountsAsync(long postId, CancellationToken ct) => FetchAsync(
        ["post", postId, "reactions"], token => db.ReactionsAsync(postId, token), cancellationToken: ct);

    /// <summary>There is one more. The database adds, so none is lost however many come at once; the cache only forgets, so it can never
    /// put an older sum over a newer one.</summary>
    public ValueTask CountsChangedAsync(long postId) => InvalidateAsync(["post", postId, "reactions"]);
}
