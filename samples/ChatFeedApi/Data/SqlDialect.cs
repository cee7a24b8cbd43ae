using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace ChatFeedApi.Data;

/// <summary>What the two databases do not have in common. Every other statement is the same text for both.</summary>
/// <param name="Identity">A column that numbers its rows and never uses a number again: a cache may still know it.</param>
/// <param name="BeforeMigration">Makes instances that start together migrate one after the other; ends with the transaction.</param>
/// <param name="Setup">Settings that live in the database.</param>
public sealed record SqlDialect(string Name, string Identity, string? BeforeMigration, string? Setup)
{
    private const int UniqueViolation = 19; // SQLITE_CONSTRAINT

    /// <summary>Embedded, in a file. Writers wait for each other; with its write-ahead log readers wait for nobody.</summary>
    public static SqlDialect Sqlite { get; } =
        new("SQLite", "INTEGER PRIMARY KEY AUTOINCREMENT", BeforeMigration: null, "PRAGMA journal_mode = WAL");

    public static SqlDialect Postgres { get; } =
        new("PostgreSQL", "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY", "SELECT pg_advisory_xact_lock(7261041)", Setup: null);

    /// <summary>Whether a statement failed because the row is there already.</summary>
    public static bool IsDuplicate(DbException error) =>
        error.SqlState == PostgresErrorCodes.UniqueViolation || error is SqliteException { SqliteErrorCode: UniqueViolation };
}
