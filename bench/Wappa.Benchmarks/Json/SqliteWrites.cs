using System.Diagnostics;
using Microsoft.Data.Sqlite;

namespace Wappa.Benchmarks.Json;

/// <summary>SQLite as one would use it for the same: write-ahead log, every commit synced, and one thread that puts all waiting
/// writes into a transaction with a prepared statement.</summary>
internal sealed class SqliteWrites : IDurableWriter
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _upsert;
    private readonly Thread _thread;
    private readonly Lock _lock = new();
    private readonly ManualResetEventSlim _wake = new();
    private readonly string[] _names = [.. Enumerable.Range(0, Payload.Keys).Select(Payload.Name)];
    private readonly byte[] _value = Payload.Document.Utf8Json.ToArray();
    private (List<int> Keys, TaskCompletionSource Done) _open = New();
    private volatile bool _stopping;

    public SqliteWrites(string folder)
    {
        SQLitePCL.Batteries_V2.Init();
        _connection = new SqliteConnection($"Data Source={Path.Combine(folder, "records.db")};Pooling=False");
        _connection.Open();
        Expect("PRAGMA journal_mode=WAL", "wal");
        Run("PRAGMA synchronous=FULL");
        Expect("PRAGMA synchronous", 2L);
        Run("CREATE TABLE records (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID");
        _upsert = _connection.CreateCommand();
        _upsert.CommandText =
            "INSERT INTO records VALUES ($key, $value) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
        _upsert.Parameters.Add("$key", SqliteType.Text);
        _upsert.Parameters.Add("$value", SqliteType.Blob).Value = _value;
        _upsert.Prepare();
        _thread = new Thread(Commit) { IsBackground = true };
        _thread.Start();
    }

    public ValueTask WriteAsync(int writer, int key)
    {
        Task done;
        lock (_lock)
        {
            _open.Keys.Add(key);
            done = _open.Done.Task;
        }

        _wake.Set();
        return new(done);
    }

    public void Dispose()
    {
        _stopping = true;
        _wake.Set();
        _thread.Join();
        _upsert.Dispose();
        _connection.Dispose();
        _wake.Dispose();
    }

    private void Commit()
    {
        while (!_stopping)
        {
            _wake.Wait();
            _wake.Reset();
            (List<int> Keys, TaskCompletionSource Done) batch;
            lock (_lock)
            {
                if (_open.Keys.Count == 0) continue;
                (batch, _open) = (_open, New());
            }

            using (var transaction = _connection.BeginTransaction())
            {
                _upsert.Transaction = transaction;
                foreach (var key in batch.Keys)
                {
                    _upsert.Parameters[0].Value = _names[key];
                    _upsert.ExecuteNonQuery();
                }

                transaction.Commit();
            }

            batch.Done.SetResult();
        }
    }

    private void Run(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private void Expect(string sql, object value)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        if (!value.Equals(command.ExecuteScalar())) throw new UnreachableException($"SQLite did not take '{sql}'.");
    }

    private static (List<int>, TaskCompletionSource) New() =>
        ([], new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}
