using Wappa.Caching.Tests.Statistics;

namespace Wappa.Caching.Tests.Strategies.WriteBehind;

/// <summary>What becomes of queued values, as metrics tell it.</summary>
public sealed class WriteBehindMeterTests : IAsyncDisposable
{
    private const string Prefix = "wappa.caching.write_behind.";

    private readonly Desk _desk = new();
    private readonly Ledger _ledger = new();
    private readonly Gate _gate = new();
    private readonly string _name = $"ns-{Guid.NewGuid():N}";
    private readonly NamedLedgerCache _cache;

    public WriteBehindMeterTests() => _cache = new NamedLedgerCache(_desk.Context, _name, _ledger);

    public async ValueTask DisposeAsync()
    {
        _gate.Open();
        await _cache.StopAsync(TimeSpan.Zero);
        _desk.Dispose();
    }

    [Fact]
    public async Task Meter_ValuesAreWrittenRetriedAndGivenUp_CountsEach()
    {
        using var queue = new MeterReadings(Prefix + "queue");
        using var writes = new MeterReadings(Prefix + "writes");
        using var retries = new MeterReadings(Prefix + "retries");
        using var dead = new MeterReadings(Prefix + "dead_letters");
        var failures = 1;
        _ledger.Before = async (batch, ct) =>
        {
            await _gate.PassAsync(ct);
            if (failures-- > 0) throw new IOException("down");
            for (var i = 0; i < batch.Count; i++) if (batch[i].Value == "bad") batch.Reject(i, new InvalidDataException("never"));
        };
        await _cache.PutAsync("a", "good");
        await _cache.PutAsync("b", "bad");
        await _gate.ReachedAsync();
        (string, string)[] tags = [("cache", _name), ("backend", "memory"), ("scope", "entries")];
        queue.Read(tags).ShouldBe(2);
        _gate.Open();
        for (var i = 0; i < 1_000 && _cache.QueueLength > 0; i++)
        {
            _desk.Time.Advance(TimeSpan.FromSeconds(1));
            for (var j = 0; j < 200 && _cache.QueueLength > 0; j++) await Task.Yield();
        }

        queue.Read(tags).ShouldBe(0);
        writes.Sum(tags).ShouldBe(1);
        retries.Sum(tags).ShouldBeGreaterThan(0);
        dead.Sum(tags).ShouldBe(1);
        writes.Tags.Concat(retries.Tags).Concat(dead.Tags).Select(tag => tag.Key).Distinct().Order().ShouldBe(["backend", "cache", "scope"]);
    }

    private sealed class NamedLedgerCache(CacheStrategyContext context, string name, Ledger ledger)
        : WriteBehindCacheStrategy<string>(context, name, CacheEntryPolicy.Default, LedgerCache.Eager)
    {
        internal ValueTask PutAsync(string key, string value) => WriteAsync([key], value);

        protected override Task PersistAsync(WriteBehindBatch<string> batch, CancellationToken cancellationToken) =>
            ledger.WriteAsync(batch, cancellationToken);
    }
}
