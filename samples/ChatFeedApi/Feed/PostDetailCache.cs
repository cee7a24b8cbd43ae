using Wappa.Caching;

namespace ChatFeedApi.Feed;

/// <summary>Single posts, for two hours. That there is no such post is remembered for a moment, so that asking for what does not exist does
/// not reach the database each time.</summary>
public sealed class PostDetailCache(CacheStrategyContext context, FeedDb db)
    : CacheAsideStrategy<Post?>(context, ns: "posts", new CacheEntryPolicy
    {
        Ttl = TimeSpan.FromHours(2),
        StaleIfError = TimeSpan.FromHours(6),
        NegativeTtl = TimeSpan.FromSeconds(10),
    })
{
    public ValueTask<Post?> GetPostAsync(long id, CancellationToken ct) => FetchAsync(
        ["post", id, "details"],
        async (load, token) =>
        {
            var post = await db.FindAsync(id, token);
            if (post is not null) load.Tags = [FeedTags.Author(post.Author.Id)];
            return post;
        },
        cancellationToken: ct);

    public ValueTask PostAddedAsync(long id) => InvalidateAsync(["post", id, "details"]);
}
