using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Wappa.Caching.Redis.Hosting;
using Wappa.Caching.Redis.Statistics;
using Wappa.Caching.Redis.Tests.Servers;

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
    public async Task Check_OfAServerWithTooFewDatabases_IsDegradedAndCallsSayTheWayOut()
    {
        await using var small = await RedisServer.StartAsync(new() { Lines = ["databases 1"] });
        await using var services = Build(caching => caching.UseRedis(small.Url));
        var store = services.GetRequiredService<IDocumentStore>();

        (await CheckAsync(services)).Status.ShouldBe(HealthStatus.Degraded);

        var error = await Should.ThrowAsync<CacheStoreUnavailableException>(async () => await store.GetAsync(RecordKey.State("t", "u", "s")));
        error.Message.ShouldContain("/0");
        await using var one = Build(caching => caching.UseRedis($"{small.Url}/0"));
        one.GetRequiredService<IDocumentStore>();
        (await CheckAsync(one)).Status.ShouldBe(HealthStatus.Healthy);
    }

    [Fact]
    public async Task Status_AfterACall_SaysWhatAnswered()
    {
        await using var stores = RedisStores.Open(new() { Url = Url });
        stores.Status.Server.ShouldBe("");

        await stores.Documents.GetAsync(RecordKey.User("t", "u"), Ct);

        stores.Status.Server.ShouldStartWith("redis ");
        stores.Status.TellsChanges.ShouldBeTrue();
    }

    [Fact]
    public async Task Tracking_ForbiddenLater_TurnsTheMemoryOffAndNothingElse()
    {
        await RawAsync("ACL", "SETUSER", "app", "on", ">secret", "~*", "+@all");
        await using var stores = RedisStores.Open(new() { Url = $"redis://app:secret@127.0.0.1:{Server.Port}?clientName=app" });
        await stores.StartAsync();
        await stores.Entries.SetAsync("a", new CacheEntry("one"u8.ToArray()), Ct);
        await stores.Entries.GetAsync("a", Ct);
        stores.Status.EntriesInMemory.ShouldBe(1);

        await RawAsync("ACL", "SETUSER", "app", "-client|tracking");
        await RawAsync("CLIENT", "KILL", "USER", "app");
        await RawAsync("SELECT", "3");

        await Eventually.BeTrueAsync("nothing is kept", async () =>
        {
            (await stores.Entries.GetAsync("a", Ct))!.Value.ToArray().ShouldBe("one"u8.ToArray());
            return stores.Status is { EntriesInMemory: 0, TellsChanges: false };
        });
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
