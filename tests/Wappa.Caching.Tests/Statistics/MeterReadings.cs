using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Wappa.Caching.Tests.Statistics;

/// <summary>What one instrument of the meter <c>Wappa.Caching</c> reported while this listened.</summary>
internal sealed class MeterReadings : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<(double Value, KeyValuePair<string, object?>[] Tags)> _readings = new();

    internal MeterReadings(string instrument)
    {
        _listener.InstrumentPublished = (published, listener) =>
        {
            if (published.Meter.Name == "Wappa.Caching" && published.Name == instrument) listener.EnableMeasurementEvents(published);
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, _) => _readings.Enqueue((value, tags.ToArray())));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, _) => _readings.Enqueue((value, tags.ToArray())));
        _listener.Start();
    }

    /// <summary>Every tag that was seen, names and values.</summary>
    internal IEnumerable<KeyValuePair<string, object?>> Tags => _readings.SelectMany(reading => reading.Tags);

    public void Dispose() => _listener.Dispose();

    internal int Count(params (string Name, string Value)[] tags) => With(tags).Count();

    /// <summary>The sum of what a counter was told with these tags.</summary>
    internal double Sum(params (string Name, string Value)[] tags) => With(tags).Sum(reading => reading.Value);

    /// <summary>What an observable instrument says now.</summary>
    internal double? Read(params (string Name, string Value)[] tags)
    {
        _readings.Clear();
        _listener.RecordObservableInstruments();
        var found = With(tags).ToArray();
        return found.Length == 0 ? null : found.ShouldHaveSingleItem().Value;
    }

    private IEnumerable<(double Value, KeyValuePair<string, object?>[] Tags)> With((string Name, string Value)[] tags) =>
        _readings.Where(reading => tags.All(tag => reading.Tags.Any(one => one.Key == tag.Name && (one.Value as string) == tag.Value)));
}
