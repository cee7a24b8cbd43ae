using System.Collections.Immutable;
using System.Data.Common;
using ChatFeedApi.Data;

namespace ChatFeedApi.Feed;

public sealed class FeedDb(Database database)
{
    private const int PageSize = 20;

    /// <summary>What those whom a user follows have posted, the newest first.</summary>
    public Task<ImmutableArray<Post>> FeedAsync(long userId, int page, CancellationToken ct) => database.QueryAsync(
        $"""
        SELECT posts.id, users.id, users.name, posts.body, posts.created_at
        FROM posts JOIN users ON users.id = posts.author_id JOIN follows ON follows.followed_id = posts.author_id
        WHERE follows.follower_id = {userId}
        ORDER BY posts.created_at DESC, posts.id DESC LIMIT {PageSize} OFFSET {(page - 1L) * PageSize}
        """,
        ReadPost, ct);

    public Task<ImmutableArray<long>> FollowedAsync(long userId, CancellationToken ct) =>
        database.QueryAsync($"SELECT followed_id FROM follows WHERE follower_id = {userId}", row => row.GetInt64(0), ct);

    // Writes are not cancelled, here as in UserDb.

    /// <returns>False: one of the two is not there.</returns>
    public async Task<bool> FollowAsync(long userId, long other) => await database.ExecuteAsync(
        $"""
        INSERT INTO follows (follower_id, followed_id)
        SELECT a.id, b.id FROM users a CROSS JOIN users b WHERE a.id = {userId} AND b.id = {other}
        ON CONFLICT (follower_id, followed_id) DO UPDATE SET followed_id = excluded.followed_id
        """,
        CancellationToken.None) > 0;

    public Task UnfollowAsync(long userId, long other) => database.ExecuteAsync(
        $"DELETE FROM follows WHERE follower_id = {userId} AND followed_id = {other}", CancellationToken.None);

    public Task<Post?> FindAsync(long id, CancellationToken ct) => database.FindAsync(
        $"""
        SELECT posts.id, users.id, users.name, posts.body, posts.created_at
        FROM posts JOIN users ON users.id = posts.author_id WHERE posts.id = {id}
        """,
        ReadPost, ct);

    /// <returns>The post's id; 0: there is no such author.</returns>
    public Task<long> AddAsync(PostInput post, DateTimeOffset at) => database.FindAsync(
        $"""
        INSERT INTO posts (author_id, body, created_at)
        SELECT id, {post.Text}, {at.ToUnixTimeMilliseconds()} FROM users WHERE id = {post.AuthorId}
        RETURNING id
        """,
        row => row.GetInt64(0), CancellationToken.None);

    public async Task<ImmutableSortedDictionary<string, long>> ReactionsAsync(long postId, CancellationToken ct) =>
        (await database.QueryAsync(
            $"SELECT kind, amount FROM reactions WHERE post_id = {postId}",
            row => KeyValuePair.Create(row.GetString(0), row.GetInt64(1)), ct)).ToImmutableSortedDictionary();

    /// <summary>Adds one, atomically among all who do.</summary>
    /// <returns>False: there is no such post.</returns>
    public async Task<bool> ReactAsync(long postId, string kind) => await database.ExecuteAsync(
        $"""
        INSERT INTO reactions (post_id, kind, amount) SELECT id, {kind}, 1 FROM posts WHERE id = {postId}
        ON CONFLICT (post_id, kind) DO UPDATE SET amount = reactions.amount + 1
        """,
        CancellationToken.None) > 0;

    private static Post ReadPost(DbDataReader row) => new(
        row.GetInt64(0), new(row.GetInt64(1), row.GetString(2)), row.GetString(3),
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4)));
}
