using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Wappa.Guide.Tests;

public class BackendsTests
{
    [Fact]
    public async Task UseMemory_WithLimits_RefusesTheRecordBeyond()
    {
        var services = new ServiceCollection();

        // snippet: backends-memory
        services.AddWappaCaching(caching => caching
            .UseMemory(memory =>
            {
                memory.MaxRecords = 1_000_000;      // default: no limit
                memory.MaxEntryBytes = 64L << 20;   // default: 256 MiB
            })
            .ConfigureCaching(options =>
            {
                options.StateTtl = TimeSpan.FromMinutes(30); // default: none
                options.MaxRecordBytes = 256 << 10;          // default: 1 MiB
            }));
        // end

        await using var app = services.BuildServiceProvider();
        var caches = app.GetRequiredService<ICacheFactory>();
        caches.Backend.ShouldBe("memory");
        var user = caches.ForUser("hotel123", "1234567890");
        await user.State.SetAsync("pizza_order", new { step = "size" });
        (await user.State.GetTtlAsync("pizza_order")).Remaining.ShouldNotBeNull();
        await Should.ThrowAsync<CacheLimitException>(
            async () => await user.User.SetAsync("profile", new { notes = new string('x', 256 << 10) }));
    }

    [Fact]
    public async Task MaxRecords_Reached_RefusesToCreateAndStillChanges()
    {
        var user = CacheFactory.Over(new MemoryDocumentStore(new MemoryStoreOptions { MaxRecords = 1 }))
            .ForUser("hotel123", "1234567890").User;
        await user.SetAsync("profile", new { name = "Sarah" });

        await Should.ThrowAsync<CacheLimitException>(async () => await user.SetAsync("stats", new { points = 1 }));
        (await user.SetFieldAsync("profile", "name", "Sarah Johnson")).ShouldBeTrue();
    }

    [Fact]
    public async Task AddWappaCaching_OptionThatCannotWork_IsNamed()
    {
        var services = new ServiceCollection();
        services.AddWappaCaching(caching => caching.ConfigureCaching(options => options.StateTtl = TimeSpan.Zero));
        await using var app = services.BuildServiceProvider();

        Should.Throw<OptionsValidationException>(() => app.GetRequiredService<ICacheFactory>())
            .Message.ShouldContain("CachingOptions.StateTtl");
    }

    [Fact]
    public void Create_BackendThatIsNotHere_SaysWhichPackageIsMissing()
    {
        var error = Should.Throw<InvalidOperationException>(() =>
        {
            // snippet: backends-missing
            CacheFactory.Create("postgres", "hotel123", "1234567890");
            // InvalidOperationException: There is no cache backend 'postgres' here (known: json, memory, redis).
            // If it comes in a package, reference Wappa.Caching.Postgres.
            // end
        });

        error.Message.ShouldBe("There is no cache backend 'postgres' here (known: json, memory, redis). " +
            "If it comes in a package, reference Wappa.Caching.Postgres.");
    }
}
