using System.Collections.Concurrent;

namespace Wappa.Caching.Tests.Strategies.WriteBehind;

/// <summary>A database that is written to in batches and keeps what it was given, in order.</summary>
public sealed class Ledger
{
    private int _batches;

    /// <summary>What a batch does before it takes effect.</summary>
    public Func<WriteBehindBatch<string>, CancellationToken, Task> Before { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>What happens after it took effect: a lost reply.</summary>
    public Func<Task> After { get; set; } = () => Task.CompletedTask;

    public ConcurrentDictionary<string, string> Rows { get; } = new();

    public ConcurrentQueue<(string Key, string Value)> Writes { get; } = new();

    public ConcurrentQueue<int> BatchSizes { get; } = new();

    public int Batches => Volatile.Read(ref _batches);

    public int Reads { get; set; }

    public async Task WriteAsync(WriteBehindBatch<string> batch, CancellationToken ct)
    {
        Interlocked.Increment(ref _batches);
        BatchSizes.Enqueue(batch.Count);
        await Before(batch, ct);
        foreach (var item in batch)
        {
            Rows[item.Key.Text(0)] = item.Value;
            Writes.Enqueue((item.Key.Text(0), item.Value));
        }

        await After();
    }
}

/// <summary>A write-behind cache over it.</summary>
public sealed class LedgerCache(CacheStrategyContext context, Ledger ledger, WriteBehindOptions? options = null, CacheEntryPolicy? policy = null)
    : WriteBehindCacheStrategy<string>(context, "ledger", policy ?? CacheEntryPolicy.Default, options ?? Eager)
{
    public static WriteBehindOptions Eager { get; } = new() { FlushDelay = TimeSpan.Zero };

    public ValueTask WriteAsync(string key, string value, CancellationToken ct = default) => WriteAsync([key], value, null, ct);

    public ValueTask<string> ReadAsync(string key) => GetAsync([key]);

    public async Task DrainedAsync() => (await DrainAsync(TimeSpan.FromHours(10)).WaitAsync(TimeSpan.FromSeconds(30))).IsComplete.ShouldBeTrue();

    protected override Task PersistAsync(WriteBehindBatch<string> batch, CancellationToken cancellationToken) =>
        ledger.WriteAsync(batch, cancellationToken);

    protected override Task<string> LoadAsync(CacheKeyParts key, CancellationToken cancellationToken)
    {
        ledger.Reads++;
        return Task.FromResult(ledger.Rows.GetValueOrDefault(key.Text(0), "nothing"));
    }
}

/// <summary>A database's gate: batches wait for it, and tell that they do.</summary>
public sealed class Gate
{
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task ReachedAsync() => _reached.Task.WaitAsync(TimeSpan.FromSeconds(30));

    public void Open() => _open.TrySetResult();

    public Task PassAsync(CancellationToken ct = default)
    {
        _reached.TrySetResult();
        return _open.Task.WaitAsync(ct);
    }
}
