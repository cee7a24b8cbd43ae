using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Wappa.Testing;

namespace Wappa.Caching.Tests.Administration;

public sealed class CacheManagerTests : IDisposable
{
    private static readonly CacheEntry Entry = new("v"u8.ToArray());

    private readonly ManualTimeProvider _clock = new();
    private readonly ServiceProvider _services;

    public CacheManagerTests() => _services = Services();

    private CacheManager Manager => _services.GetRequiredService<CacheManager>();

    private ICacheStore Store => _services.GetRequiredService<ICacheStore>();

    public void Dispose() => _services.Dispose();

    [Fact]
    public async Task HealthCheckAsync_WorkingStore_IsTrueAndLeavesNothing()
    {
        (await Manager.HealthCheckAsync()).ShouldBeTrue();
        var stats = await Manager.GetStatsAsync();
        (stats.Hits, stats.Misses, stats.Sets, stats.Deletes, stats.Entries).ShouldBe((0, 0, 0, 0, 0));
    }

    [Fact]
    public async Task HealthCheckAsync_StoreWithoutRoom_IsTrue()
    {
        using var services = Services(caching => caching.UseMemory(memory => memory.MaxEntryBytes = 1));
        (await services.GetRequiredService<CacheManager>().HealthCheckAsync()).ShouldBeTrue();
    }

    [Theory]
    [InlineData("set")]
    [InlineData("get")]
    [InlineData("remove")]
    public async Task HealthCheckAsync_StoreThatFails_IsFalse(string operation)
    {
        using var store = new GatedStore { FailOn = operation };
        using var services = Services(store);
        (await services.GetRequiredService<CacheManager>().HealthCheckAsync()).ShouldBeFalse();
    }

    [Theory]
    [InlineData("loses")]
    [InlineData("lies")]
    public async Task HealthCheckAsync_StoreThatGivesBackSomethingElse_IsFalse(string how)
    {
        using var store = new GatedStore { Loses = how == "loses", Lies = how == "lies" };
        using var services = Services(store);
        (await services.GetRequiredService<CacheManager>().HealthCheckAsync()).ShouldBeFalse();
    }

    [Fact]
    public async Task HealthCheckAsync_StoreThatHangsAndIgnoresItsToken_IsFalseAfterTheLimit()
    {
        using var store = new GatedStore { HangOn = "get" };
        using var services = Services(store);
        var check = services.GetRequiredService<CacheManager>().HealthCheckAsync(TimeSpan.FromSeconds(5));
        await store.Hanging.Task;
        _clock.Advance(TimeSpan.FromSeconds(4));
        check.IsCompleted.ShouldBeFalse();
        _clock.Advance(TimeSpan.FromSeconds(1));
        (await check).ShouldBeFalse();
    }

    [Fact]
    public async Task HealthCheckAsync_CallerCancels_Throws()
    {
        using var store = new GatedStore { HangOn = "set" };
        using var services = Services(store);
        using var cancel = new CancellationTokenSource();
        var check = services.GetRequiredService<CacheManager>().HealthCheckAsync(cancellationToken: cancel.Token);
        await store.Hanging.Task;
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(check);
        await Should.ThrowAsync<ArgumentOutOfRangeException>(() => Manager.HealthCheckAsync(TimeSpan.Zero));
    }

    [Fact]
    public async Task AddWappaCache_FailingStore_IsDegradedAndTagged()
    {
        using var store = new GatedStore();
        using var services = Services(store);
        var health = services.GetRequiredService<HealthCheckService>();
        (await health.CheckHealthAsync(check => check.Tags.Contains(CachingHealth.ReadyTag))).Entries["wappa-cache-entries"]
            .Status.ShouldBe(HealthStatus.Healthy);
        store.FailOn = "set";
        var report = await health.CheckHealthAsync();
        report.Status.ShouldBe(HealthStatus.Degraded);
        report.Entries["wappa-cache-entries"].Exception.ShouldBeNull();
    }

    [Fact]
    public async Task GetStatsAsync_AfterAllOperations_CountsEach()
    {
        await Store.SetAsync("a:1", Entry);
        await Store.SetManyAsync([new("a:2", Entry), new("b:1", Entry with { Tags = ["t"] })]);
        (await Store.AddAsync("a:1", Entry)).ShouldBeFalse();
        (await Store.AddAsync("a:3", Entry)).ShouldBeTrue();
        (await Store.CompleteLoadAsync("a:4", Entry, await Store.BeginLoadAsync("a:4"))).ShouldBeTrue();
        await Store.GetAsync("a:1");
        await Store.GetAsync("none");
        await Store.GetManyAsync(["a:1", "a:2", "none"]);
        await Store.RemoveAsync("a:1");
        await Store.RemoveAsync("none");
        await Manager.InvalidateTagAsync("t");
        (await Manager.ClearNamespaceAsync("a")).ShouldBe(3);

        var stats = await Manager.GetStatsAsync();
        stats.Backend.ShouldBe("memory");
        (stats.Hits, stats.Misses, stats.Sets, stats.Deletes).ShouldBe((3, 2, 5, 4));
        (stats.Entries, stats.Bytes, stats.Evictions, stats.Errors).ShouldBe((0, 0, 0, 0));
        stats.HitRate.ShouldBe(0.6);
    }

    [Fact]
    public async Task GetStatsAsync_Holding_TellsEntriesBytesAndEvictions()
    {
        using var services = Services(caching => caching.UseMemory(memory => memory.MaxEntries = 2));
        var store = services.GetRequiredService<ICacheStore>();
        for (var i = 0; i < 5; i++) await store.SetAsync($"a:{i}", Entry);
        var stats = await services.GetRequiredService<CacheManager>().GetStatsAsync();
        (stats.Entries, stats.Evictions).ShouldBe((2, 3));
        stats.Bytes.ShouldNotBeNull().ShouldBeGreaterThan(2);
        stats.HitRate.ShouldBeNull();
    }

    [Fact]
    public async Task ResetStats_AfterCounting_BeginsAnewAndKeepsWhatIsHeld()
    {
        await Store.SetAsync("a:1", Entry);
        await Store.GetAsync("a:1");
        Manager.ResetStats();
        var stats = await Manager.GetStatsAsync();
        (stats.Hits, stats.Sets, stats.Entries).ShouldBe((0, 0, 1));
        await Store.GetAsync("a:1");
        (await Manager.GetStatsAsync()).Hits.ShouldBe(1);
    }

    [Fact]
    public async Task GetStatsAsync_TwoAppsInOneProcess_HaveTheirOwn()
    {
        using var other = Services();
        await Store.SetAsync("a:1", Entry);
        (await other.GetRequiredService<CacheManager>().GetStatsAsync()).Sets.ShouldBe(0);
    }

    [Fact]
    public async Task GetStatsAsync_BackendThatCannotSay_IsNullAndNotZero()
    {
        using var store = new GatedStore { FailOn = "get" };
        using var services = Services(store);
        await Should.ThrowAsync<CacheStoreUnavailableException>(
            async () => await services.GetRequiredService<ICacheStore>().GetAsync("k"));
        var stats = await services.GetRequiredService<CacheManager>().GetStatsAsync();
        (stats.Entries, stats.Bytes, stats.Evictions).ShouldBe((null, null, null));
        (stats.Backend, stats.Errors, stats.Misses).ShouldBe(("gated", 1, 0));
    }

    [Fact]
    public async Task ClearNamespaceAsync_StrangeNames_StaysWithin()
    {
        string[] names = ["chat", "chat2", "cha", "*", "chat:v1", "chat%3Av1", "%", "日本"];
        foreach (var ns in names) await Store.SetAsync(CacheKeyBuilder.Build(ns, "x"), Entry);
        await Store.SetAsync(CacheKeyBuilder.BuildVersion("chat", 2, "x"), Entry);
        (await Manager.ClearNamespaceAsync("chat")).ShouldBe(2);
        (await Manager.ClearNamespaceAsync("chat")).ShouldBe(0);
        foreach (var ns in names.Skip(1)) (await Manager.ClearNamespaceAsync(ns)).ShouldBe(1, ns);
        (await Manager.GetStatsAsync()).Entries.ShouldBe(0);
        await Should.ThrowAsync<ArgumentException>(async () => await Manager.ClearNamespaceAsync(""));
        await Should.ThrowAsync<ArgumentException>(async () => await Manager.ClearNamespaceAsync("a\n"));
    }

    [Fact]
    public async Task GetStatsAsync_StoreRegisteredPastThePipeline_SaysSo()
    {
        using var memory = new MemoryCacheStore();
        using var services = new ServiceCollection().AddWappaCaching().AddSingleton<ICacheStore>(memory).BuildServiceProvider();
        var manager = services.GetRequiredService<CacheManager>();
        (await manager.HealthCheckAsync()).ShouldBeTrue();
        (await Should.ThrowAsync<InvalidOperationException>(async () => await manager.GetStatsAsync())).Message.ShouldContain("UseStores");
    }

    private ServiceProvider Services(GatedStore store) => Services(caching =>
        caching.UseStores("gated", provider => provider.GetRequiredService<MemoryDocumentStore>(), _ => store));

    private ServiceProvider Services(Action<ICachingBuilder>? configure = null)
    {
        var services = new ServiceCollection().AddSingleton<TimeProvider>(_clock).AddLogging().AddWappaCaching(configure);
        services.AddHealthChecks().AddWappaCache();
        return services.BuildServiceProvider();
    }
}
