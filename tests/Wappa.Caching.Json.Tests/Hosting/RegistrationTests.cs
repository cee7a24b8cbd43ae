using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Wappa.Testing;

namespace Wappa.Caching.Json.Tests.Hosting;

public sealed class RegistrationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, Action<JsonStoreOptions>> BadOptions => new()
    {
        { "Path", options => options.Path = " " },
        { "Durability", options => options.Durability = (Durability)7 },
        { "SyncInterval", options => options.SyncInterval = TimeSpan.Zero },
        { "SyncInterval", options => options.SyncInterval = TimeSpan.FromMinutes(2) },
        { "CheckpointDelay", options => options.CheckpointDelay = TimeSpan.FromMilliseconds(9) },
        { "MaxJournalBytes", options => options.MaxJournalBytes = 65_535 },
        { "MaxCachedBytes", options => options.MaxCachedBytes = -1 },
        { "MaxEntryBytes", options => options.MaxEntryBytes = 0 },
        { "MaxEntryBytes", options => options.MaxEntryBytes = (1L << 30) + 1 },
        { "Layout", options => options.Layout = (JsonLayout)7 },
        { "OwnTenant", options => options.Layout = JsonLayout.CacheData },
    };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task UseJson_DisposedAndBuiltAgain_KeepsTheRecordsInNamedFiles()
    {
        await using (var first = Build(caching => caching.UseJson(_folder.Root)))
        {
            var caches = first.GetRequiredService<ICacheFactory>();
            caches.Backend.ShouldBe("json");
            await caches.ForUser("hotel123", "+1234567890").State.SetAsync("pizza_order", new { step = "size" });
        }

        File.Exists(_folder.Sub("states/hotel123_pizza_order_+1234567890.json")).ShouldBeTrue();
        await using var second = Build(caching => caching.WithJsonCache(_folder.Root));
        var state = second.GetRequiredService<ICacheFactory>().ForUser("hotel123", "+1234567890").State;
        (await state.GetFieldAsync<string>("pizza_order", "step")).ShouldBe("size");
    }

    [Fact]
    public async Task UseJson_Entries_AreOpenedAtTheirFirstUseAndKept()
    {
        var entry = new CacheEntry("hi"u8.ToArray());
        await using (var first = Build(caching => caching.UseJson(_folder.Root)))
        {
            first.GetRequiredService<IDocumentStore>();
            Directory.Exists(_folder.Sub("entries")).ShouldBeFalse();
            await first.GetRequiredService<ICacheStore>().SetAsync("greeting", entry, TestContext.Current.CancellationToken);
        }

        await using var second = Build(caching => caching.UseJson(_folder.Root));
        var read = await second.GetRequiredService<ICacheStore>().GetAsync("greeting", TestContext.Current.CancellationToken);
        read!.Value.ToArray().ShouldBe(entry.Value.ToArray());
    }

    [Fact]
    public async Task UseJson_ClockAndRecordLimit_AreTheApps()
    {
        var clock = new ManualTimeProvider();
        await using var services = Build(
            caching => caching.UseJson(_folder.Root).ConfigureCaching(options => options.MaxRecordBytes = 100),
            collection => collection.AddSingleton<TimeProvider>(clock));
        var state = services.GetRequiredService<ICacheFactory>().ForUser("t", "u").State;
        await state.SetAsync("s", new { n = 1 }, TimeSpan.FromMinutes(30));

        clock.Advance(TimeSpan.FromMinutes(30));

        (await state.ExistsAsync("s")).ShouldBeFalse();
        await Should.ThrowAsync<CacheLimitException>(async () => await state.SetAsync("s", new { text = new string('x', 100) }));
    }

    [Theory, MemberData(nameof(BadOptions))]
    public void Options_ThatCannotWork_FailAtStartNamingTheOption(string option, Action<JsonStoreOptions> configure)
    {
        using var services = Build(caching => caching.UseJson(configure));

        Should.Throw<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate())
            .Message.ShouldContain($"JsonStoreOptions.{option}");
        Should.Throw<OptionsValidationException>(() => services.GetRequiredService<ICacheFactory>());
    }

    [Fact]
    public async Task UseJson_Twice_IsOneStoreWithTheOptionsOfBoth()
    {
        await using var services = Build(caching => caching
            .UseJson(_folder.Root)
            .UseJson(options => options.MaxCachedBytes = 0));

        services.GetServices<IDocumentStore>().ShouldHaveSingleItem()
            .ShouldBeSameAs(services.GetServices<JsonDocumentStore>().ShouldHaveSingleItem());
        var options = services.GetRequiredService<IOptions<JsonStoreOptions>>().Value;
        (options.Path, options.MaxCachedBytes).ShouldBe((_folder.Root, 0));
    }

    [Fact]
    public async Task TryUse_WithSettings_BindsTheOptions()
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Backend"] = "json",
            ["Redis"] = "redis://elsewhere",
            ["Path"] = _folder.Root,
            ["Durability"] = "interval",
            ["SyncInterval"] = "00:00:00.250",
            ["Layout"] = "CacheData",
            ["OwnTenant"] = "hotel123",
        }).Build();
        await using var services = Build(caching => CacheBackends.TryUse(caching, "JSON", settings).ShouldBeTrue());

        services.GetRequiredService<ICacheFactory>().Backend.ShouldBe("json");
        var options = services.GetRequiredService<IOptions<JsonStoreOptions>>().Value;
        (options.Path, options.Durability, options.SyncInterval, options.Layout, options.OwnTenant).ShouldBe(
            (_folder.Root, Durability.Interval, TimeSpan.FromMilliseconds(250), JsonLayout.CacheData, "hotel123"));
    }

    [Theory]
    [InlineData("redis")]
    [InlineData("floppy")]
    [InlineData("Json, Version=9.9.9.9")]
    [InlineData("../Json")]
    public void TryUse_BackendThatIsNotHere_ChangesNothing(string backend)
    {
        using var services = Build(caching =>
            CacheBackends.TryUse(caching, backend, new ConfigurationBuilder().Build()).ShouldBeFalse());

        services.GetRequiredService<ICacheFactory>().Backend.ShouldBe("memory");
    }

    [Fact]
    public void Open_FolderOfThisProcess_IsRefusedNamingIt()
    {
        using var services = Build(caching => caching.UseJson(_folder.Root));
        services.GetRequiredService<ICacheFactory>();

        Should.Throw<CacheStoreUnavailableException>(() => JsonDocumentStore.Open(new() { Path = _folder.Root }))
            .Message.ShouldContain($"process {Environment.ProcessId} on host {Environment.MachineName}");
    }

    private static ServiceProvider Build(Action<ICachingBuilder> use, Action<IServiceCollection>? add = null)
    {
        var services = new ServiceCollection();
        add?.Invoke(services);
        return services.AddWappaCaching(use).BuildServiceProvider();
    }
}
