using System.Data.Common;

namespace ChatFeedApi.Data;

/// <summary>Brings the database up to date before the app takes requests: each script that it has not seen, all or nothing. Several
/// instances may start together.</summary>
internal sealed partial class Migration(
    DbDataSource source, SqlDialect dialect, IConfiguration configuration, TimeProvider time, ILogger<Migration> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        if (dialect.Setup is { } setup) await ExecuteAsync(connection, setup, null, cancellationToken);
        await using (var transaction = await connection.BeginTransactionAsync(cancellationToken))
        {
            if (dialect.BeforeMigration is { } wait) await ExecuteAsync(connection, wait, transaction, cancellationToken);
            await MigrateAsync(connection, transaction, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        LogReady(logger, dialect.Name, connection.DataSource);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task MigrateAsync(DbConnection connection, DbTransaction transaction, CancellationToken ct)
    {
        if (dialect == SqlDialect.Postgres)
        {
            var schema = Hosting.AppSettings.TenantOf(configuration);
            await ExecuteAsync(connection, $"CREATE SCHEMA IF NOT EXISTS \"{schema}\"", transaction, ct);
        }

        await ExecuteAsync(
            connection, "CREATE TABLE IF NOT EXISTS migrations (number BIGINT PRIMARY KEY, at BIGINT NOT NULL)", transaction, ct);
        var done = Convert.ToInt64(
            await ScalarAsync(connection, "SELECT COALESCE(MAX(number), 0) FROM migrations", transaction, ct), null);
        for (var number = (int)done + 1; number <= Schema.Scripts.Length; number++)
        {
            await ExecuteAsync(connection, Schema.Script(number, dialect, time.GetUtcNow()), transaction, ct);
            var now = time.GetUtcNow().ToUnixTimeMilliseconds();
            await ExecuteAsync(connection, $"INSERT INTO migrations (number, at) VALUES ({number}, {now})", transaction, ct);
        }
    }

    private static async Task ExecuteAsync(DbConnection connection, string sql, DbTransaction? transaction, CancellationToken ct) =>
        await ScalarAsync(connection, sql, transaction, ct);

    private static async Task<object?> ScalarAsync(DbConnection connection, string sql, DbTransaction? transaction, CancellationToken ct)
    {
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Text of this app; the schema's name was checked to be letters, digits, '-' and '_'.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.Transaction = transaction;
        return await command.ExecuteScalarAsync(ct);
    }

    [LoggerMessage(1, LogLevel.Information, "The data is in {Kind}, {Place}.")]
    private static partial void LogReady(ILogger logger, string kind, string place);
}
