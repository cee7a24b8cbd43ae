using System.Diagnostics.Metrics;

namespace Wappa.Tests.Telemetry;

/// <summary>Meters nobody listens to.</summary>
internal sealed class NoMeters : IMeterFactory
{
    public Meter Create(MeterOptions options) => new(options);

    public void Dispose()
    {
    }
}
