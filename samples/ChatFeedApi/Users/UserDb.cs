using System.Collections.Immutable;
using System.Data.Common;
using ChatFeedApi.Data;

namespace ChatFeedApi.Users;

public sealed class UserDb(Database database)
{
    private const int PageSize = 20;

    public Task<ImmutableArray<User>> ListAsync(int page, string q, CancellationToken ct) => database.QueryAsync(
        $"""
        SELECT id, name, email FROM users WHERE search LIKE {Holding(q)} ESCAPE '!'
        ORDER BY id LIMIT {PageSize} OFFSET {(page - 1L) * PageSize}
        """,
        Read, ct);

    public Task<User?> FindAsync(long id, CancellationToken ct) =>
        database.FindAsync($"SELECT id, name, email FROM users WHERE id = {id}", Read, ct);

    /// <returns>How often the user was written; 0: there is none.</returns>
    public Task<long> VersionAsync(long id, CancellationToken ct) =>
        database.FindAsync($"SELECT version FROM users WHERE id = {id}", row => row.GetInt64(0), ct);

    // Writes are not cancelled: whether one that was had happened nobody could say, nor what the caches ought to forget.
    public async Task<User> AddAsync(UserInput user) => (await database.FindAsync(
        $"""
        INSERT INTO users (name, email, search) VALUES ({user.Name}, {user.Email}, {SearchText(user)})
        RETURNING id, name, email
        """,
        Read, CancellationToken.None))!;

    /// <param name="version">Of which the change is; null: of whichever is there. Compared by the statement that writes: a look before it
    /// would let all pass that look at the same moment.</param>
    /// <returns>Null: there is no such user, or not in that version any more.</returns>
    public Task<User?> UpdateAsync(long id, UserInput user, long? version) => database.FindAsync(
        $"""
        UPDATE users SET name = {user.Name}, email = {user.Email}, search = {SearchText(user)}, version = version + 1
        WHERE id = {id} AND version = COALESCE({version}, version) RETURNING id, name, email
        """,
        Read, CancellationToken.None);

    /// <param name="version">As for a change.</param>
    /// <returns>False: there is no such user, or not in that version any more.</returns>
    public async Task<bool> DeleteAsync(long id, long? version) => await database.ExecuteAsync(
        $"DELETE FROM users WHERE id = {id} AND version = COALESCE({version}, version)", CancellationToken.None) > 0;

    // Neither database folds letters beyond ASCII the same way, so it is done here, once, when a user is written.
    private static string SearchText(UserInput user) => $"{user.Name} {user.Email}".ToLowerInvariant();

    private static string Holding(string q) => '%' + q.ToLowerInvariant()
        .Replace("!", "!!", StringComparison.Ordinal).Replace("%", "!%", StringComparison.Ordinal)
        .Replace("_", "!_", StringComparison.Ordinal) + '%';

    private static User Read(DbDataReader row) => new(row.GetInt64(0), row.GetString(1), row.GetString(2));
}
