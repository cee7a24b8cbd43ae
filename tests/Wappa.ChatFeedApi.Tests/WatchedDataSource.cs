using System.Data.Common;

namespace Wappa.ChatFeedApi.Tests;

/// <summary>The app's database, seen from outside: how often it is asked, and what happens when it is away.</summary>
internal sealed class WatchedDataSource(DbDataSource inner) : DbDataSource
{
    private int _asked;

    /// <summary>How many statements there were: each opens a connection.</summary>
    internal int Asked => Volatile.Read(ref _asked);

    internal bool IsDown { get; set; }

    /// <summary>Statements wait for this; default: for nothing.</summary>
    internal Task Gate { get; set; } = Task.CompletedTask;

    public override string ConnectionString => inner.ConnectionString;

    /// <summary>How many statements something took.</summary>
    internal async Task<int> CountAsync(Func<Task> something)
    {
        var before = Asked;
        await something();
        return Asked - before;
    }

    protected override async ValueTask<DbConnection> OpenDbConnectionAsync(CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _asked);
        await Gate.WaitAsync(cancellationToken);
        return IsDown ? throw new DatabaseDownException() : await inner.OpenConnectionAsync(cancellationToken);
    }

    protected override DbConnection CreateDbConnection() => throw new NotSupportedException("The app opens its connections asynchronously.");

    protected override async ValueTask DisposeAsyncCore()
    {
        await inner.DisposeAsync();
        await base.DisposeAsyncCore();
    }

    private sealed class DatabaseDownException() : DbException("The database is down.");
}
