using System.Collections.Concurrent;
using Wappa.Caching.Redis.Tests.Servers;

namespace Wappa.Caching.Redis.Tests.Strategies;

/// <summary>A database of numbers that keeps what arrived, in order.</summary>
internal sealed class NumberTable
{
    private readonly Lock _gate = new();
    private readonly List<(string Key, long Number, long Sequence)> _arrivals = [];
    private readonly Dictionary<string, (long Number, long Sequence)> _rows = [];

    internal IReadOnlyList<(string Key, long Number, long Sequence)> Arrivals
    {
        get
        {
            lock (_gate) return [.. _arrivals];
        }
    }

    /// <summary>The rows of a table that takes only larger sequences than it has.</summary>
    internal long? Row(string key)
    {
        lock (_gate) return _rows.TryGetValue(key, out var row) ? row.Number : null;
    }

    internal void Write(WriteBehindBatch<long> batch)
    {
        lock (_gate)
        {
            foreach (var item in batch)
            {
                var key = item.Key.Text(0);
                _arrivals.Add((key, item.Value, item.Sequence));
                if (!_rows.TryGetValue(key, out var row) || row.Sequence < item.Sequence) _rows[key] = (item.Value, item.Sequence);
            }
        }
    }

    /// <summary>Every acknowledged number has arrived or a later one of its key has; no key went back, in numbers or sequences.</summary>
    internal void ShouldHold(IReadOnlyDictionary<string, long> acknowledged)
    {
        acknowledged.ShouldNotBeEmpty();
        var arrivals = Arrivals.ToLookup(row => row.Key);
        foreach (var (key, number) in acknowledged)
        {
            var numbers = arrivals[key].Select(row => row.Number).ToArray();
            numbers.ShouldNotBeEmpty($"{key} lost all it was given");
            numbers[^1].ShouldBeGreaterThanOrEqualTo(number, $"{key} lost an acknowledged write");
            numbers.ShouldBe([.. numbers.Order()], $"{key} went back");
            arrivals[key].Select(row => row.Sequence).ShouldBe(arrivals[key].Select(row => row.Sequence).Order(), $"{key}'s sequences went back");
        }
    }
}

/// <summary>A process with a write-behind cache over a Redis, as far as server and database can tell.</summary>
internal sealed class NumberNode : IAsyncDisposable
{
    internal static readonly WriteBehindOptions Options = new()
    {
        FlushDelay = TimeSpan.FromMilliseconds(5),
        BatchSize = 3,
        RetryDelay = TimeSpan.FromMilliseconds(10),
        MaxRetryDelay = TimeSpan.FromMilliseconds(200),
        PersistTimeout = TimeSpan.FromMilliseconds(400),
        LeaseTime = TimeSpan.FromSeconds(1),
        PollInterval = TimeSpan.FromMilliseconds(50),
    };

    private readonly RedisStores _stores;
    private volatile bool _isDead;

    internal NumberNode(string url, NumberTable table, Func<WriteBehindBatch<long>, Task>? before = null)
    {
        _stores = RedisStores.Open(new RedisStoreOptions { Url = url, CommandTimeout = Eventually.Patience });
        Cache = new NumberCache(new CacheStrategyContext(_stores.Entries, records: _stores.Documents), async batch =>
        {
            if (before is not null) await before(batch);
            ObjectDisposedException.ThrowIf(_isDead, this); // a process that was killed writes nothing
            table.Write(batch);
        });
    }

    internal NumberCache Cache { get; }

    /// <summary>The newest number of each key whose write was acknowledged.</summary>
    internal ConcurrentDictionary<string, long> Acknowledged { get; } = new();

    internal async Task WriteAsync(string key, long number)
    {
        await Cache.WriteAsync([key], number);
        Acknowledged[key] = number;
    }

    /// <summary>Ends it as <c>kill -9</c> does: nothing is drained, given back or said.</summary>
    internal async Task KillAsync()
    {
        _isDead = true;
        await _stores.DisposeAsync();
    }

    internal async Task<int> RowsAsync()
    {
        var rows = 0;
        await foreach (var _ in _stores.Documents.ListAsync(RecordSet.UserRecords("wappa", "write-behind:numbers"))) rows++;
        return rows;
    }

    /// <summary>Waits until the journal is empty: the database has everything any node has left.</summary>
    internal Task FinishedAsync() => Eventually.BeTrueAsync("an empty journal", async () => await RowsAsync() == 0);

    public async ValueTask DisposeAsync()
    {
        await Cache.StopAsync(_isDead ? TimeSpan.Zero : null);
        await _stores.DisposeAsync();
    }
}

internal sealed class NumberCache(CacheStrategyContext context, Func<WriteBehindBatch<long>, Task> persist)
    : WriteBehindCacheStrategy<long>(context, "numbers", options: NumberNode.Options)
{
    internal ValueTask<long> ReadAsync(string key) => GetAsync([key]);

    protected override Task PersistAsync(WriteBehindBatch<long> batch, CancellationToken cancellationToken) =>
        persist(batch).WaitAsync(cancellationToken);

    protected override Task<long> LoadAsync(CacheKeyParts key, CancellationToken cancellationToken) => Task.FromResult(-1L);
}
