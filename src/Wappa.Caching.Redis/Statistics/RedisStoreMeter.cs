using System.Diagnostics.Metrics;

namespace Wappa.Caching.Redis.Statistics;

/// <summary>The gauges of the open stores, added up; without an open store nothing is reported.</summary>
internal sealed class RedisStoreMeter
{
    private static readonly KeyValuePair<string, object?> Backend = new("backend", RedisStores.BackendName);

    private readonly Lock _lock = new();
    private RedisStores[] _stores = [];

    internal RedisStoreMeter(Meter meter)
    {
        Sum(meter, "wappa.caching.redis.local.records", "{record}", "Records kept in memory.", one => one.RecordsInMemory);
        Sum(meter, "wappa.caching.redis.local.entries", "{entry}", "Entries kept in memory.", one => one.EntriesInMemory);
        Sum(meter, "wappa.caching.redis.local.bytes", "By", "What they take there.", one => one.BytesInMemory);
    }

    /// <summary>The gauges of the meter <c>Wappa.Caching</c>.</summary>
    internal static RedisStoreMeter Shared { get; } = new(CachingMeter.Meter);

    internal void Add(RedisStores stores)
    {
        lock (_lock) _stores = [.. _stores, stores];
    }

    /// <summary>Takes out stores that are about to be closed; others are not there.</summary>
    internal void Remove(RedisStores stores)
    {
        lock (_lock) _stores = [.. _stores.Where(one => one != stores)];
    }

    private void Sum(Meter meter, string name, string unit, string description, Func<RedisStoresStatus, long> value) =>
        meter.CreateObservableGauge(name, () => Measure(value), unit, description);

    private Measurement<long>[] Measure(Func<RedisStoresStatus, long> value)
    {
        RedisStores[] stores;
        lock (_lock) stores = _stores;
        return stores.Length == 0 ? [] : [new(stores.Sum(one => value(one.Status)), Backend)];
    }
}
