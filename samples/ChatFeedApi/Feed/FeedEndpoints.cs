using ChatFeedApi.Data;
using ChatFeedApi.Hosting;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace ChatFeedApi.Feed;

/// <summary>Feeds, posts, reactions, and who follows whom.</summary>
internal static class FeedEndpoints
{
    internal static IServiceCollection AddFeed(this IServiceCollection services) => services
        .AddSingleton<FeedDb>()
        .AddCacheStrategy<UserFeedCache>()
        .AddCacheStrategy<PostDetailCache>()
        .AddCacheStrategy<ReactionCountCache>();

    internal static void MapFeed(this IEndpointRouteBuilder app)
    {
        var feed = app.MapGroup("").WithTags("feed").WithoutInvalidation(); // what is cached here the caches know, not the paths
        feed.MapGet("/feed/{userId}", FeedAsync);
        feed.MapPost("/posts", AddAsync);
        feed.MapGet("/posts/{id}", FindAsync);
        feed.MapGet("/posts/{id}/reactions", async (long id, ReactionCountCache reactions, CancellationToken ct) =>
            new Reactions(id, await reactions.GetCountsAsync(id, ct)));
        feed.MapPost("/posts/{id}/reactions", ReactAsync);
        feed.MapPut("/users/{id}/follows/{other}", FollowAsync);
        feed.MapDelete("/users/{id}/follows/{other}", UnfollowAsync);
    }

    private static async Task<FeedPage> FeedAsync(
        long userId, UserFeedCache feeds, CancellationToken ct, string? page = null)
    {
        var number = PageNumber.Of(page);
        return new(userId, number, await feeds.GetFeedAsync(userId, number, ct));
    }

    private static async Task<Results<Ok<Post>, NotFound>> FindAsync(long id, PostDetailCache posts, CancellationToken ct) =>
        await posts.GetPostAsync(id, ct) is { } post ? TypedResults.Ok(post) : TypedResults.NotFound();

    private static async Task<Results<Created<Post>, ProblemHttpResult>> AddAsync(
        [FromBody] PostInput input, FeedDb db, UserFeedCache feeds, PostDetailCache posts, AfterWrite write, TimeProvider time,
        CancellationToken ct)
    {
        var id = await db.AddAsync(input, time.GetUtcMilliseconds());
        if (id == 0) return NoSuchUser();
        await write.ForgetAsync(() => posts.PostAddedAsync(id), () => feeds.AuthorChangedAsync(input.AuthorId));
        var post = await posts.GetPostAsync(id, ct);
        return TypedResults.Created($"/posts/{id}", post!);
    }

    private static async Task<Results<Ok<Reactions>, NotFound>> ReactAsync(
        long id, [FromBody] ReactionInput input, FeedDb db, ReactionCountCache reactions, AfterWrite write, CancellationToken ct)
    {
        if (!await db.ReactAsync(id, input.Kind)) return TypedResults.NotFound();
        await write.ForgetAsync(() => reactions.CountsChangedAsync(id));
        return TypedResults.Ok(new Reactions(id, await reactions.GetCountsAsync(id, ct)));
    }

    private static async Task<Results<NoContent, NotFound>> FollowAsync(
        long id, long other, FeedDb db, UserFeedCache feeds, AfterWrite write)
    {
        if (!await db.FollowAsync(id, other)) return TypedResults.NotFound();
        await write.ForgetAsync(() => feeds.ReaderChangedAsync(id));
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> UnfollowAsync(long id, long other, FeedDb db, UserFeedCache feeds, AfterWrite write)
    {
        await db.UnfollowAsync(id, other);
        await write.ForgetAsync(() => feeds.ReaderChangedAsync(id));
        return TypedResults.NoContent();
    }

    private static ProblemHttpResult NoSuchUser() => TypedResults.Problem(
        "author_id names no user.", statusCode: StatusCodes.Status400BadRequest, title: "Bad Request");
}
