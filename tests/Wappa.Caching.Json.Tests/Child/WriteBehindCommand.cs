using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Wappa.Caching.Json.Child;

/// <summary>
/// A process that writes numbers through a write-behind cache into a SQLite database and tells each one that was acknowledged, until
/// it is killed; or one that only finishes what others have left. First it tells how much that is.
/// </summary>
internal static class WriteBehindCommand
{
    internal const int Keys = 6;

    private static readonly TimeSpan LivesAtMost = TimeSpan.FromMinutes(1);

    /// <param name="folder">Where store and database are.</param>
    /// <param name="first">The first number of every key; 0: nothing is written, and the process ends when the journal is empty.</param>
    internal static async Task<int> RunAsync(string folder, long first)
    {
        using var limit = new Timer(_ => Environment.Exit(3), null, LivesAtMost, Timeout.InfiniteTimeSpan);
        SQLitePCL.Batteries_V2.Init();
        var options = new JsonStoreOptions { Path = Path.Combine(folder, "cache") };
        using var records = JsonDocumentStore.Open(options);
        using var entries = JsonCacheStore.Open(options);
        using var database = new NumberTable(Path.Combine(folder, "source.db"));
        var left = await RowsAsync(records);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"left {left}"));
        var cache = new NumberCache(new CacheStrategyContext(entries, records: records), database);
        await using (cache.ConfigureAwait(false))
        {
            await cache.StartAsync();
            if (first > 0) await Task.WhenAll(Enumerable.Range(0, Keys).Select(key => Task.Run(() => WriteAsync(cache, key, first))));
            while (await RowsAsync(records) > 0) await cache.DrainAsync(TimeSpan.FromMilliseconds(20));
        }

        foreach (var line in database.Lines()) Console.WriteLine(line);
        return 0;
    }

    private static async Task WriteAsync(NumberCache cache, int key, long first)
    {
        for (var number = first; ; number++)
        {
            await cache.WriteAsync(["row", key], number);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{key} {number}"));
        }
    }

    private static async Task<int> RowsAsync(JsonDocumentStore records)
    {
        var rows = 0;
        await foreach (var _ in records.ListAsync(RecordSet.UserRecords("wappa", "write-behind:numbers"))) rows++;
        return rows;
    }

    private sealed class NumberCache(CacheStrategyContext context, NumberTable database)
        : WriteBehindCacheStrategy<long>(
            context, "numbers", options: new WriteBehindOptions { FlushDelay = TimeSpan.FromMilliseconds(5), BatchSize = 4 })
    {
        protected override Task PersistAsync(WriteBehindBatch<long> batch, CancellationToken cancellationToken)
        {
            database.Write(batch.Select(item => (item.Key.Int64(1), item.Value, item.Sequence)));
            return Task.CompletedTask;
        }

        protected override Task<long> LoadAsync(CacheKeyParts key, CancellationToken cancellationToken) => Task.FromResult(0L);
    }

    /// <summary>Everything that arrived, in the order it did.</summary>
    private sealed class NumberTable : IDisposable
    {
        private readonly SqliteConnection _connection;

        internal NumberTable(string path)
        {
            _connection = new SqliteConnection($"Data Source={path};Pooling=False");
            _connection.Open();
            Run("PRAGMA journal_mode=WAL");
            Run("CREATE TABLE IF NOT EXISTS arrivals (id INTEGER PRIMARY KEY AUTOINCREMENT, key INTEGER, number INTEGER, sequence INTEGER)");
        }

        internal void Write(IEnumerable<(long Key, long Number, long Sequence)> rows)
        {
            using var transaction = _connection.BeginTransaction();
            foreach (var (key, number, sequence) in rows)
            {
                using var insert = _connection.CreateCommand();
                insert.CommandText = "INSERT INTO arrivals (key, number, sequence) VALUES ($key, $number, $sequence)";
                insert.Parameters.AddWithValue("$key", key);
                insert.Parameters.AddWithValue("$number", number);
                insert.Parameters.AddWithValue("$sequence", sequence);
                insert.ExecuteNonQuery();
            }

            transaction.Commit();
        }

        internal IEnumerable<string> Lines()
        {
            using var select = _connection.CreateCommand();
            select.CommandText = "SELECT key, number, sequence FROM arrivals ORDER BY id";
            using var reader = select.ExecuteReader();
            while (reader.Read())
                yield return string.Create(CultureInfo.InvariantCulture, $"{reader.GetInt64(0)} {reader.GetInt64(1)} {reader.GetInt64(2)}");
        }

        public void Dispose() => _connection.Dispose();

        private void Run(string sql)
        {
            using var command = _connection.CreateCommand();
            command.CommandText = sql;
            command.ExecuteNonQuery();
        }
    }
}
