using System.Collections.Immutable;
using System.Globalization;

namespace ChatFeedApi.Data;

/// <summary>The tables, and a few rows so that the first request shows something. A script that has been run somewhere is never changed;
/// the next one changes what it made. Instants are milliseconds since 1970, UTC.</summary>
internal static class Schema
{
    internal static ImmutableArray<string> Scripts { get; } =
    [
        """
        CREATE TABLE users (
            id {identity}, name TEXT NOT NULL, email TEXT NOT NULL, search TEXT NOT NULL, version BIGINT NOT NULL DEFAULT 1);
        CREATE TABLE follows (
            follower_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            followed_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            PRIMARY KEY (follower_id, followed_id));
        CREATE INDEX follows_by_followed ON follows (followed_id);
        CREATE TABLE posts (
            id {identity}, author_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            body TEXT NOT NULL, created_at BIGINT NOT NULL);
        CREATE INDEX posts_by_author ON posts (author_id, created_at);
        CREATE TABLE reactions (
            post_id BIGINT NOT NULL REFERENCES posts (id) ON DELETE CASCADE, kind TEXT NOT NULL, amount BIGINT NOT NULL,
            PRIMARY KEY (post_id, kind));
        CREATE TABLE messages (
            conversation_id BIGINT NOT NULL, id BIGINT NOT NULL, user_id BIGINT NOT NULL, body TEXT NOT NULL, sent_at BIGINT NOT NULL,
            PRIMARY KEY (conversation_id, id));
        """,
        """
        INSERT INTO users (name, email, search) VALUES
            ('Ada Lovelace', 'ada@example.com', 'ada lovelace ada@example.com'),
            ('Grace Hopper', 'grace@example.com', 'grace hopper grace@example.com'),
            ('Alan Turing', 'alan@example.com', 'alan turing alan@example.com');
        INSERT INTO follows (follower_id, followed_id) VALUES (1, 2), (1, 3), (2, 1);
        INSERT INTO posts (author_id, body, created_at) VALUES
            (2, 'A ship in port is safe, but that is not what ships are built for.', {now}),
            (3, 'We can only see a short distance ahead.', {now}),
            (1, 'The engine weaves algebraic patterns.', {now});
        INSERT INTO reactions (post_id, kind, amount) VALUES (1, 'like', 2);
        INSERT INTO messages (conversation_id, id, user_id, body, sent_at) VALUES
            (1, 1, 1, 'Hello Grace!', {now}),
            (1, 2, 2, 'Hello Ada.', {now});
        """,
    ];

    internal static string Script(int number, SqlDialect dialect, DateTimeOffset now) => Scripts[number - 1]
        .Replace("{identity}", dialect.Identity, StringComparison.Ordinal)
        .Replace("{now}", now.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
}
