using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Wappa.Caching.Stores;

namespace Wappa.Caching.Redis.Tests.Hosting;

public sealed class RegistrationTests : HostingFixture
{
    public static TheoryData<string, Action<RedisStoreOptions>> BadOptions => new()
    {
        { "RedisStoreOptions.Url", options => options.Url = " " },
        { "The Redis URL has no scheme", options => options.Url = "localhost:6379" },
        { "The Redis URL has a port", options => options.Url = "redis://u:geheim@localhost:99999" },
        { "RedisStoreOptions.KeyPrefix", options => options.KeyPrefix = "{app}" },
        { "RedisStoreOptions.Database", options => options.Database = -1 },
        { "RedisStoreOptions.Durability", options => options.Durability = null! },
        {
            "silenceLimit", options =>
            {
                options.Url = "redis://localhost:6379?silenceLimit=1000";
                options.Durability = RedisDurability.Replicated(1, TimeSpan.FromSeconds(1));
            }
        },
        { "RedisStoreOptions.ConnectTimeout", options => options.ConnectTimeout = TimeSpan.Zero },
        { "RedisStoreOptions.CommandTimeout", options => options.CommandTimeout = TimeSpan.FromHours(2) },
        { "RedisStoreOptions.MaxStaleness", options => options.MaxStaleness = TimeSpan.Zero },
        { "RedisStoreOptions.MaxRecordBytesInMemory", options => options.MaxRecordBytesInMemory = 0 },
        { "RedisStoreOptions.MaxEntryBytesInMemory", options => options.MaxEntryBytesInMemory = 0 },
    };

    // Nothing is asked of a server for this.
    [Fact]
    public async Task EncryptEntries_OverRedis_IsBelowMemoryAndDoneOnce()
    {
        await using var app = Build(caching => caching.EncryptEntries(o => o.Keys.Add("k1", EntryKeyRing.NewKey())).UseRedis(Url));
        List<string> layers = [];
        for (var layer = app.GetRequiredService<ICacheStore>(); layer is not null; layer = (layer as IStoreLayer)?.Inner)
            layers.Add(layer.GetType().Name);

        layers.ShouldBe(["CountingCacheStore", "LayeredCacheStore", "TransformedCacheStore", "RedisCacheStore"]);
    }

    [Fact]
    public async Task UseRedis_BuiltAgain_FindsTheRecordsInTheirDatabases()
    {
        await using (var first = Build(caching => caching.UseRedis(Url)))
        {
            var caches = first.GetRequiredService<ICacheFactory>();
            caches.Backend.ShouldBe("redis");
            var me = caches.ForUser("hotel123", "1234567890");
            await me.User.SetAsync("profile", new { name = "Ann" }, cancellationToken: Ct);
            await me.State.SetAsync("pizza_order", new { step = "size" }, cancellationToken: Ct);
            await me.Table.SetAsync("products", "pizza_large", new { price = 15.99m }, cancellationToken: Ct);
            await first.GetRequiredService<ICacheStore>().SetAsync("chat:v1:greeting", new CacheEntry("hi"u8.ToArray()), Ct);
        }

        (await KeysAsync(0)).ShouldContain("hotel123:user:1234567890");
        (await KeysAsync(1)).ShouldContain("hotel123:state:pizza_order:1234567890");
        (await KeysAsync(2)).ShouldContain("hotel123:df:products:pkid:pizza_large");
        (await KeysAsync(3)).ShouldContain("cache::chat:v1:greeting");
        await using var second = Build(caching => caching.WithRedisCache(Url));
        var state = second.GetRequiredService<ICacheFactory>().ForUser("hotel123", "1234567890").State;
        (await state.GetFieldAsync<string>("pizza_order", "step", Ct)).ShouldBe("size");
        (await second.GetRequiredService<ICacheStore>().GetAsync("chat:v1:greeting", Ct))!.Value.ToArray().ShouldBe("hi"u8.ToArray());
    }

    [Fact]
    public async Task UseRedis_UrlWithADatabase_KeepsEverythingThere()
    {
        await using var services = Build(caching => caching.UseRedis(options =>
        {
            options.Url = $"{Url}/5";
            options.KeyPrefix = "myapp:";
        }));
        var me = services.GetRequiredService<ICacheFactory>().ForUser("cache", "1234567890");
        await me.User.SetAsync("profile", new { name = "Ann" }, cancellationToken: Ct);
        await me.State.SetAsync("profile", new { step = "size" }, cancellationToken: Ct);
        await me.Table.SetAsync("profile", "1234567890", new { price = 1 }, cancellationToken: Ct);
        await services.GetRequiredService<ICacheStore>().SetAsync("user:1234567890", new CacheEntry("hi"u8.ToArray()), Ct);

        foreach (var other in new[] { 0, 1, 2, 3 }) (await KeysAsync(other)).ShouldBeEmpty();
        (await KeysAsync(5)).ShouldBe(
        [
            "myapp:cache::user:1234567890", "myapp:cache:df:profile:pkid:%names", "myapp:cache:df:profile:pkid:1234567890",
            "myapp:cache:state:%names:1234567890", "myapp:cache:state:profile:1234567890", "myapp:cache:user:1234567890",
            "myapp:cache:user:1234567890:%names",
        ]);
        (await me.User.GetFieldAsync<string>("profile", "name", Ct)).ShouldBe("Ann");
        (await me.State.GetFieldAsync<string>("profile", "step", Ct)).ShouldBe("size");
        (await me.Table.GetFieldAsync<int>("profile", "1234567890", "price", Ct)).ShouldBe(1);
    }

    [Fact]
    public async Task UseRedis_RecordsInMemory_AreToldOfChangesMadeElsewhere()
    {
        await using var services = Build(caching => caching.UseRedis(options =>
        {
            options.Url = Url;
            options.KeepRecordsInMemory = true;
            options.MaxStaleness = TimeSpan.FromHours(1);
        }));
        await using var elsewhere = RedisStores.Open(new() { Url = Url });
        var stores = services.GetRequiredService<RedisStores>();
        await stores.StartAsync();
        var user = services.GetRequiredService<ICacheFactory>().ForUser("hotel123", "1234567890").User;
        await user.SetAsync("profile", new { name = "Ann" }, cancellationToken: Ct);
        (await user.GetFieldAsync<string>("profile", "name", Ct)).ShouldBe("Ann");
        await user.GetAsync("profile", Ct);
        stores.Status.RecordsInMemory.ShouldBe(1);

        await CacheFactory.Over(elsewhere.Documents).ForUser("hotel123", "1234567890").User
            .SetFieldAsync("profile", "name", "Bob", cancellationToken: Ct);

        await Servers.Eventually.BeTrueAsync(
            "the new name", async () => await user.GetFieldAsync<string>("profile", "name", Ct) == "Bob");
    }

    [Fact]
    public async Task UseRedis_KeysAndRecordLimit_AreTheApps()
    {
        await using var services = Build(caching => caching.UseRedis(Url).ConfigureCaching(options =>
        {
            options.MaxRecordBytes = 100;
            options.Keys = new KeyFactory(userPrefix: "person");
        }));
        var user = services.GetRequiredService<ICacheFactory>().ForUser("t", "u").User;
        await user.SetAsync("profile", new { n = 1 }, cancellationToken: Ct);

        (await KeysAsync(0)).ShouldContain("t:person:u");
        await Should.ThrowAsync<CacheLimitException>(async () => await user.SetAsync("profile", new { text = new string('x', 100) }));
    }

    [Theory, MemberData(nameof(BadOptions))]
    public void Options_ThatCannotWork_FailAtStartNamingTheOption(string message, Action<RedisStoreOptions> configure)
    {
        using var services = Build(caching => caching.UseRedis(configure));

        var error = Should.Throw<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate());
        error.Message.ShouldContain(message);
        error.ToString().ShouldNotContain("geheim");
        Should.Throw<OptionsValidationException>(() => services.GetRequiredService<ICacheFactory>());
    }

    [Fact]
    public async Task UseRedis_Twice_IsOneStoreWithTheOptionsOfBoth()
    {
        await using var services = Build(caching => caching.UseRedis(Url).UseRedis(options => options.KeyPrefix = "a:"));

        services.GetServices<IDocumentStore>().ShouldHaveSingleItem();
        services.GetServices<RedisStores>().ShouldHaveSingleItem();
        var options = services.GetRequiredService<IOptions<RedisStoreOptions>>().Value;
        (options.Url, options.KeyPrefix).ShouldBe((Url, "a:"));
    }

    [Fact]
    public void TryUse_WithSettings_BindsTheOptionsAndTheUrl()
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Backend"] = "redis",
            ["Redis"] = "redis://elsewhere:1234",
            ["Path"] = "cache",
            ["KeyPrefix"] = "myapp:",
            ["Durability"] = "replicated(2, 00:00:00.5)",
            ["CommandTimeout"] = "00:00:02",
            ["KeepRecordsInMemory"] = "true",
        }).Build();
        using var services = Build(caching => CacheBackends.TryUse(caching, "REDIS", settings).ShouldBeTrue());

        services.GetRequiredService<ICacheFactory>().Backend.ShouldBe("redis");
        var options = services.GetRequiredService<IOptions<RedisStoreOptions>>().Value;
        (options.Url, options.KeyPrefix, options.CommandTimeout, options.KeepRecordsInMemory).ShouldBe(
            ("redis://elsewhere:1234", "myapp:", TimeSpan.FromSeconds(2), true));
        (options.Durability.Replicas, options.Durability.Within).ShouldBe((2, TimeSpan.FromMilliseconds(500)));
    }

    [Theory]
    [InlineData("Always")]
    [InlineData("Replicated(0)")]
    [InlineData("Replicated(1, 5)")]
    public void TryUse_WithADurabilityOfAnotherBackend_SaysWhatThereIs(string durability)
    {
        var settings = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["Durability"] = durability }).Build();
        using var services = Build(caching => CacheBackends.TryUse(caching, "redis", settings));

        Should.Throw<InvalidOperationException>(() => services.GetRequiredService<ICacheFactory>()).Message.ShouldContain("Durability");
    }

    [Fact]
    public void Create_Redis_NeedsNoServerUntilItIsUsed() =>
        CacheFactory.Create("redis", "hotel123", "1234567890").CreateStateCache().ShouldNotBeNull();
}
