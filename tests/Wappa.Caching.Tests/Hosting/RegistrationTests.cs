using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Wappa.Testing;

namespace Wappa.Caching.Tests.Hosting;

public sealed class RegistrationTests
{
    public static TheoryData<string, Action<CachingOptions>> BadCachingOptions => new()
    {
        { "StateTtl", options => options.StateTtl = TimeSpan.Zero },
        { "UserTtl", options => options.UserTtl = TimeSpan.FromTicks(-1) },
        { "TableTtl", options => options.TableTtl = TimeSpan.MinValue },
        { "MaxRecordBytes", options => options.MaxRecordBytes = 1 },
        { "MaxRecordBytes", options => options.MaxRecordBytes = -1 },
        { "Serializer", options => options.Serializer = null! },
        { "Keys", options => options.Keys = null! },
        { "OnFailure", options => options.OnFailure = (FailureMode)7 },
    };

    public static TheoryData<string, Action<MemoryStoreOptions>> BadMemoryOptions => new()
    {
        { "MaxRecords", options => options.MaxRecords = 0 },
        { "MaxEntries", options => options.MaxEntries = -1 },
        { "MaxEntryBytes", options => options.MaxEntryBytes = 0 },
    };

    [Fact]
    public async Task AddWappaCaching_Alone_IsMemory()
    {
        await using var services = new ServiceCollection().AddWappaCaching().BuildServiceProvider();
        var caches = services.GetRequiredService<ICacheFactory>();

        caches.Backend.ShouldBe("memory");
        services.GetRequiredService<IDocumentStore>()
            .ShouldBeSameAs(services.GetRequiredService<MemoryDocumentStore>());
        services.GetRequiredService<ICacheStore>().Backend.ShouldBe("memory");
        (await caches.ForUser("t", "u").State.SetAsync("s", new { n = 1 })).ShouldBeTrue();
        (await services.GetRequiredService<ICacheFactory>().ForUser("t", "u").State.GetFieldAsync<int>("s", "n"))
            .ShouldBe(1);
    }

    [Fact]
    public async Task AddWappaCaching_Twice_KeepsOneStore()
    {
        await using var services = new ServiceCollection().AddWappaCaching()
            .AddWappaCaching(caching => caching.UseMemory())
            .BuildServiceProvider();

        services.GetServices<IDocumentStore>().ShouldHaveSingleItem();
        services.GetServices<ICacheStore>().ShouldHaveSingleItem();
        services.GetServices<ICacheFactory>().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task UseStores_LastBackendCounts()
    {
        await using var store = new ServiceCollection().AddWappaCaching(caching => caching
            .UseMemory()
            .UseStores("mine", _ => new InterceptedDocumentStore(new MemoryDocumentStore()), provider =>
                provider.GetRequiredService<MemoryCacheStore>()))
            .BuildServiceProvider();

        store.GetRequiredService<IDocumentStore>().ShouldBeOfType<InterceptedDocumentStore>();
        store.GetServices<IDocumentStore>().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task ConfigureCaching_ReachesTheCachesAndTheClockIsTheApps()
    {
        var clock = new ManualTimeProvider();
        await using var services = new ServiceCollection().AddSingleton<TimeProvider>(clock)
            .AddWappaCaching(caching => caching.UseMemory().ConfigureCaching(options =>
            {
                options.StateTtl = TimeSpan.FromMinutes(30);
                options.MaxRecordBytes = 100;
            }))
            .BuildServiceProvider();
        var state = services.GetRequiredService<ICacheFactory>().ForUser("t", "u").State;
        await state.SetAsync("s", new { n = 1 });

        (await state.GetTtlAsync("s")).Remaining.ShouldBe(TimeSpan.FromMinutes(30));
        clock.Advance(TimeSpan.FromMinutes(30));
        (await state.ExistsAsync("s")).ShouldBeFalse();
        await Should.ThrowAsync<CacheLimitException>(async () =>
            await state.SetAsync("s", new { text = new string('x', 100) }));
    }

    [Theory, MemberData(nameof(BadCachingOptions))]
    public void Options_ThatCannotWork_FailAtStartNamingTheOption(string option, Action<CachingOptions> configure)
    {
        using var services = new ServiceCollection().AddWappaCaching(caching => caching.ConfigureCaching(configure))
            .BuildServiceProvider();

        var error = Should.Throw<OptionsValidationException>(() =>
            services.GetRequiredService<IStartupValidator>().Validate());
        error.Message.ShouldContain($"CachingOptions.{option}");
        Should.Throw<OptionsValidationException>(() => services.GetRequiredService<ICacheFactory>());
    }

    [Theory, MemberData(nameof(BadMemoryOptions))]
    public void MemoryOptions_ThatCannotWork_FailAtStartNamingTheOption(string option,
        Action<MemoryStoreOptions> configure)
    {
        using var services = new ServiceCollection().AddWappaCaching(caching => caching.UseMemory(configure))
            .BuildServiceProvider();

        var error = Should.Throw<OptionsValidationException>(() =>
            services.GetRequiredService<IStartupValidator>().Validate());
        error.Message.ShouldContain($"MemoryStoreOptions.{option}");
        var byHand = new MemoryStoreOptions();
        configure(byHand);
        Should.Throw<ArgumentException>(() => new MemoryDocumentStore(byHand)).Message.ShouldContain(option);
    }
}
