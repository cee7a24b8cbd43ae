using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Wappa.Caching.Json.Hosting;
using Wappa.Caching.Json.Statistics;
using Wappa.Caching.Json.Tests.Simulation;

namespace Wappa.Caching.Json.Tests.Hosting;

public sealed class HealthAndMetricsTests : IDisposable
{
    private static readonly RecordKey Key = RecordKey.User("hotel123", "15550100001");
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Check_OfAnOpenStore_IsHealthyAndCounts()
    {
        await using var services = Services();
        services.GetRequiredService<IDocumentStore>();

        var entry = await CheckAsync(services);

        entry.Status.ShouldBe(HealthStatus.Healthy);
        entry.Tags.ShouldContain(CachingHealth.ReadyTag);
        entry.Data.Keys.ShouldBe(
            ["state", "journal_bytes", "cached_bytes", "records_behind", "files_lag_seconds", "quarantined", "healed"], ignoreOrder: true);
        entry.Data["state"].ShouldBe("healthy");
    }

    [Fact]
    public async Task Check_BeforeAnythingIsOpen_OpensNothing()
    {
        await using var services = Services();

        (await CheckAsync(services)).Status.ShouldBe(HealthStatus.Healthy);

        Directory.Exists(_folder.Sub("cache")).ShouldBeFalse();
    }

    [Fact]
    public async Task Check_AfterADamagedFile_IsDegradedAndTellsNoName()
    {
        await using (var before = Services())
            await before.GetRequiredService<IDocumentStore>().ApplyAsync(Key, Set(), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            _folder.Sub("cache/users/hotel123_15550100001.json"), "{ broken", TestContext.Current.CancellationToken);
        await using var services = Services();
        await Should.ThrowAsync<CacheStoreCorruptException>(async () =>
            await services.GetRequiredService<IDocumentStore>().GetAsync(Key));

        var entry = await CheckAsync(services);

        entry.Status.ShouldBe(HealthStatus.Degraded);
        entry.Data["quarantined"].ShouldBe(1);
        var told = entry.Description + string.Concat(entry.Data.Values);
        told.ShouldNotContain("15550100001");
        told.ShouldNotContain(_folder.Root);
    }

    [Fact]
    public async Task Check_WhileTheDiskFails_IsDegradedAndSaysFailed()
    {
        var disk = new SimDisk();
        using var store = Open(disk);
        disk.Script = new BrokenDisk();
        await Should.ThrowAsync<CacheStoreUnavailableException>(async () => await store.ApplyAsync(Key, Set()));
        await using var services = Services();
        services.GetRequiredService<JsonStores>().Documents = store;

        var entry = await CheckAsync(services);

        entry.Data["state"].ShouldBe("failed");
        entry.Status.ShouldBe(HealthStatus.Degraded);
        disk.Script = null;
    }

    [Fact]
    public async Task Gauges_WhileStoresAreOpen_AddUpAndEndWithThem()
    {
        using var meter = new Meter("test");
        var gauges = new JsonStoreMeter(meter);
        Read(meter).ShouldBeEmpty();
        var (first, second) = (Open(new SimDisk()), Open(new SimDisk()));
        gauges.Add(first, () => first.Status);
        gauges.Add(second, () => second.Status);
        await first.ApplyAsync(Key, Set(), TestContext.Current.CancellationToken);
        await second.ApplyAsync(Key, Set(), TestContext.Current.CancellationToken);

        var values = Read(meter);
        values["wappa.caching.json.files.behind json"].ShouldBe(2);
        values["wappa.caching.json.journal.bytes json"].ShouldBeGreaterThan(0);
        values["wappa.caching.json.cached.bytes json"].ShouldBeGreaterThan(0);
        values["wappa.caching.json.files.lag json"].ShouldBeGreaterThanOrEqualTo(0);
        values["wappa.caching.json.quarantined json"].ShouldBe(0);
        values["wappa.caching.json.healed json"].ShouldBe(0);

        gauges.Remove(first);
        Read(meter)["wappa.caching.json.files.behind json"].ShouldBe(1);
        gauges.Remove(second);
        Read(meter).ShouldBeEmpty();
        first.Dispose();
        second.Dispose();
    }

    private static RecordChange.Set Set() => new(CacheDocument.Parse("""{"name":"Ann"}"""), null);

    private static JsonDocumentStore Open(SimDisk disk) => JsonDocumentStore.Open(
        new() { Path = "/cache" }, 1 << 20, new JsonStoreSeams { Files = disk, Inline = true });

    private ServiceProvider Services() => new ServiceCollection().AddLogging()
        .AddWappaCaching(caching => caching.UseJson(_folder.Sub("cache"))).BuildServiceProvider();

    private static async Task<HealthReportEntry> CheckAsync(ServiceProvider services) =>
        (await services.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken))
            .Entries[JsonHealthCheck.Name];

    private static Dictionary<string, double> Read(Meter meter)
    {
        var values = new Dictionary<string, double>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (ReferenceEquals(instrument.Meter, meter)) listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => values[Name(instrument, tags)] = value);
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => values[Name(instrument, tags)] = value);
        listener.Start();
        listener.RecordObservableInstruments();
        return values;
    }

    private static string Name(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        tags.Length.ShouldBe(1);
        tags[0].Key.ShouldBe("backend");
        return $"{instrument.Name} {tags[0].Value}";
    }

    private sealed class BrokenDisk : IDiskScript
    {
        public DiskVerdict Before(in DiskCall call) => call.Changes ? new(DiskDeed.Fail) : DiskVerdict.Obey;
    }
}
