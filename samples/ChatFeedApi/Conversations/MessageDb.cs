using System.Collections.Immutable;
using System.Data.Common;
using ChatFeedApi.Data;

namespace ChatFeedApi.Conversations;

public sealed class MessageDb(Database database)
{
    /// <summary>The newest, the newest first.</summary>
    public Task<ImmutableArray<ChatMessage>> RecentAsync(long conversation, int count, CancellationToken ct) => database.QueryAsync(
        $"""
        SELECT id, user_id, body, sent_at FROM messages WHERE conversation_id = {conversation}
        ORDER BY id DESC LIMIT {count}
        """,
        Read, ct);

    /// <summary>Those between two others, the oldest first.</summary>
    public Task<ImmutableArray<ChatMessage>> BetweenAsync(long conversation, long after, long before, CancellationToken ct) =>
        database.QueryAsync(
            $"""
            SELECT id, user_id, body, sent_at FROM messages
            WHERE conversation_id = {conversation} AND id > {after} AND id < {before} ORDER BY id
            """,
            Read, ct);

    /// <exception cref="DbException">Among others: the conversation has a message of this id
    /// (<see cref="SqlDialect.IsDuplicate"/>).</exception>
    public Task InsertAsync(long conversation, ChatMessage message, CancellationToken ct) => database.ExecuteAsync(
        $"""
        INSERT INTO messages (conversation_id, id, user_id, body, sent_at)
        VALUES ({conversation}, {message.Id}, {message.UserId}, {message.Text}, {message.SentAt.ToUnixTimeMilliseconds()})
        """,
        ct);

    private static ChatMessage Read(DbDataReader row) =>
        new(row.GetInt64(0), row.GetInt64(1), row.GetString(2), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(3)));
}
