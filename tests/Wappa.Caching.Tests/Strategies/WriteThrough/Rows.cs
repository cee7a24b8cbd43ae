using System.Collections.Concurrent;

namespace Wappa.Caching.Tests.Strategies.WriteThrough;

/// <summary>A database of texts, and a gate before each of its writes if the test wants one.</summary>
public sealed class Rows
{
    private readonly ConcurrentDictionary<string, string> _rows = new();

    public int Reads { get; private set; }

    public ConcurrentQueue<string> Writes { get; } = new();

    /// <summary>What a write does before it takes effect.</summary>
    public Func<string, Task> BeforeWrite { get; set; } = _ => Task.CompletedTask;

    public string this[string row]
    {
        get => _rows.GetValueOrDefault(row, "nothing");
        set => _rows[row] = value;
    }

    public Task<string> ReadAsync(string row)
    {
        Reads++;
        return Task.FromResult(this[row]);
    }

    public async Task WriteAsync(string row, string value)
    {
        await BeforeWrite(value);
        _rows[row] = value;
        Writes.Enqueue(value);
    }
}

/// <summary>A write-through cache over such a database.</summary>
public sealed class RowCache(CacheStrategyContext context, Rows rows, CacheEntryPolicy? policy = null)
    : WriteThroughCacheStrategy<string>(context, "rows", policy ?? CacheEntryPolicy.Default)
{
    public int Writers => Context.Writes.Count;

    public ValueTask WriteAsync(string row, string value, CancellationToken ct = default) =>
        WriteAsync([row], value, (text, _) => rows.WriteAsync(row, text), cancellationToken: ct);

    public ValueTask AppendAsync(string row, string text, CancellationToken ct = default) =>
        UpdateAsync([row], old => old + text, (value, _) => rows.WriteAsync(row, value), ct);

    public ValueTask<string> ReadAsync(string row) => GetAsync([row]);

    protected override Task<string> LoadAsync(CacheKeyParts key, CancellationToken cancellationToken) => rows.ReadAsync(key.Text(0));
}
