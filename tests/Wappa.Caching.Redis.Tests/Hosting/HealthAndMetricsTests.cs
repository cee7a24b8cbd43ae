using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Wappa.Caching.Redis.Hosting;
using Wappa.Caching.Redis.Statistics;

namespace Wappa.Caching.Redis.Tests.Hosting;

public sealed class HealthAndMetricsTests : HostingFixture
{
    [Fact]
    public async Task Check_OfAServerThatAnswers_IsHealthyAndSaysWhatItIs()
    {
        await using var services = Build(caching => caching.UseRedis(Url));
        services.GetRequiredService<IDocumentStore>();

        var entry = await CheckAsync(services);

        entry.Status.ShouldBe(HealthStatus.Healthy);
        entry.Tags.ShouldContain(CachingHealth.ReadyTag);
        entry.Data["state"].ShouldBe("connected");
        ((string)entry.Data["server"]).ShouldStartWith("redis ");
        entry.Data["tells_changes"].ShouldBe(true);
    }

    [Fact]
    public async Task Check_BeforeAnythingIsUsed_ConnectsToNothing()
    {
        await Server.StopAsync();
        await using var services = Build(caching => caching.UseRedis(Url));

        (await CheckAsync(services)).Status.ShouldBe(HealthStatus.Healthy);
    }

    [Fact]
    public async Task Check_WhileTheServerIsAwayOrFrozen_IsDegradedAndTellsNoSecret()
    {
        await using var services = Build(caching =>
            caching.UseRedis($"redis://default:geheim@127.0.0.1:{Server.Port}?connectTimeout=300&commandTimeout=300"));
        services.GetRequiredService<IDocumentStore>();
        await Server.FreezeAsync();
        (await CheckAsync(services)).Status.ShouldBe(HealthStatus.Degraded);
        await Server.ThawAsync();
        await Server.StopAsync();

        var entry = await CheckAsync(services);

        entry.Status.ShouldBe(HealthStatus.Degraded);
        entry.Data["state"].ShouldBe("away");
        var told = entry.Description + string.Concat(entry.Data.Values);
        told.ShouldNotContain("geheim");
        told.ShouldNotContain("127.0.0.1");
    }

    [Fact]
    public async Task Gauges_WhileStoresAreOpen_CountWhatIsInMemory()
    {
        using var meter = new Meter("test");
        var gauges = new RedisStoreMeter(meter);
        Read(meter).ShouldBeEmpty();
        await using var stores = RedisStores.Open(new() { Url = Url, KeepRecordsInMemory = true });
        await stores.StartAsync();
        gauges.Add(stores);
        await stores.Entries.SetAsync("a", new CacheEntry("hi"u8.ToArray()) { Ttl = TimeSpan.FromMinutes(1) }, Ct);
        await stores.Entries.GetAsync("a", Ct);
        await stores.Documents.GetAsync(RecordKey.User("t", "u"), Ct);

        var values = Read(meter);
        values["wappa.caching.redis.local.records redis"].ShouldBe(1);
        values["wappa.caching.redis.local.entries redis"].ShouldBe(1);
        values["wappa.caching.redis.local.bytes redis"].ShouldBeGreaterThan(0);

        gauges.Remove(stores);
        Read(meter).ShouldBeEmpty();
    }

    private static async Task<HealthReportEntry> CheckAsync(ServiceProvider services) =>
        (await services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Ct)).Entries[RedisHealthCheck.Name];

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
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => values[$"{instrument.Name} {tags[0].Value}"] = value);
        listener.Start();
        listener.RecordObservableInstruments();
        return values;
    }
}
