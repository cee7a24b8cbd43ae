using System.Collections.Immutable;
using System.Data.Common;
using System.Globalization;

namespace ChatFeedApi.Data;

/// <summary>The source of truth, as statements: <c>await database.QueryAsync($"SELECT id FROM users WHERE id = {id}", …)</c>. What stands
/// in braces becomes a parameter, never text. Each statement has a connection of its own from the pool.</summary>
public sealed class Database(DbDataSource source)
{
    /// <summary>All rows.</summary>
    public async Task<ImmutableArray<T>> QueryAsync<T>(FormattableString sql, Func<DbDataReader, T> read, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var command = Command(connection, sql);
        await using var rows = await command.ExecuteReaderAsync(ct);
        var all = ImmutableArray.CreateBuilder<T>();
        while (await rows.ReadAsync(ct)) all.Add(read(rows));
        return all.DrainToImmutable();
    }

    /// <summary>The first row; default: there is none.</summary>
    public async Task<T?> FindAsync<T>(FormattableString sql, Func<DbDataReader, T> read, CancellationToken ct) =>
        (await QueryAsync(sql, read, ct)).FirstOrDefault();

    /// <summary>How many rows it changed.</summary>
    public async Task<int> ExecuteAsync(FormattableString sql, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var command = Command(connection, sql);
        return await command.ExecuteNonQueryAsync(ct);
    }

    private static DbCommand Command(DbConnection connection, FormattableString sql)
    {
        var command = connection.CreateCommand();
        var names = new object[sql.ArgumentCount];
        for (var i = 0; i < names.Length; i++)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = $"@p{i}";
            parameter.Value = sql.GetArgument(i) ?? DBNull.Value;
            command.Parameters.Add(parameter);
            names[i] = parameter.ParameterName;
        }

#pragma warning disable CA2100 // The text is a literal of this app: what comes from outside is in the parameters.
        command.CommandText = string.Format(CultureInfo.InvariantCulture, sql.Format, names);
#pragma warning restore CA2100
        return command;
    }
}
