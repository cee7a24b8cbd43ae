using System.Diagnostics.Metrics;

namespace Wappa.Caching.Json.Statistics;

/// <summary>The gauges of the open stores. Two stores of one process share their tags, so bytes and counts are added up, and
/// of the lags the longest is reported; without an open store nothing is.</summary>
internal sealed class JsonStoreMeter
{
    private static readonly KeyValuePair<string, object?> Backend = new("backend", JsonDocumentStore.BackendName);

    private readonly Lock _lock = new();
    private (object Store, Func<JsonStoreStatus> Status)[] _stores = [];

    internal JsonStoreMeter(Meter meter)
    {
        Sum(meter, "wappa.caching.json.journal.bytes", "By", "Journal that is not in the record files yet.", one => one.JournalBytes);
        Sum(meter, "wappa.caching.json.cached.bytes", "By", "Records kept in memory.", one => one.CachedBytes);
        Sum(meter, "wappa.caching.json.files.behind", "{record}", "Records whose files are behind.", one => one.RecordsBehind);
        Sum(meter, "wappa.caching.json.quarantined", "{file}", "Files put into quarantine since the opening.", one => one.Quarantined);
        Sum(meter, "wappa.caching.json.healed", "{record}", "Damaged records restored since the opening.", one => one.Healed);
        meter.CreateObservableGauge(
            "wappa.caching.json.files.lag", () => Measure(all => all.Max(one => one.FilesLag.TotalSeconds)), "s",
            "For how long the record files have been behind.");
    }

    /// <summary>The gauges of the meter <c>Wappa.Caching</c>.</summary>
    internal static JsonStoreMeter Shared { get; } = new(CachingMeter.Meter);

    internal void Add(object store, Func<JsonStoreStatus> status)
    {
        lock (_lock) _stores = [.. _stores, (store, status)];
    }

    /// <summary>Takes a store out that is about to be closed; any other is not there.</summary>
    internal void Remove(object store)
    {
        lock (_lock) _stores = [.. _stores.Where(one => !ReferenceEquals(one.Store, store))];
    }

    private void Sum(Meter meter, string name, string unit, string description, Func<JsonStoreStatus, long> value) =>
        meter.CreateObservableGauge(name, () => Measure(all => all.Sum(value)), unit, description);

    private Measurement<T>[] Measure<T>(Func<IReadOnlyList<JsonStoreStatus>, T> value)
        where T : struct
    {
        (object Store, Func<JsonStoreStatus> Status)[] stores;
        lock (_lock) stores = _stores;
        return stores.Length == 0 ? [] : [new(value([.. stores.Select(one => one.Status())]), Backend)];
    }
}
