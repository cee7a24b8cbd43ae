using Microsoft.Extensions.DependencyInjection;
using Wappa.Testing;

namespace Wappa.Guide.Tests;

public class FactoriesTests
{
    [Fact]
    public async Task Create_Memory_GivesTheThreeCachesOfOneUser()
    {
        // snippet: factories-create
        UserCaches caches = CacheFactory.Create("memory", tenantId: "hotel123", userId: "1234567890");

        IStateCache state = caches.CreateStateCache(); // or caches.State
        IUserCache user = caches.CreateUserCache();    // or caches.User
        ITableCache table = caches.CreateTableCache(); // or caches.Table: the same for every user of the tenant
        // end

        await state.SetAsync("factories_page", new { step = "size" });
        await user.SetAsync("profile", new { name = "Sarah" });
        await table.SetAsync("factories_page", "pizza_large", new { name = "Large Pizza" });
        caches.State.ShouldBeSameAs(state);

        var again = CacheFactory.Create("memory", "hotel123", "1234567890"); // one store per process
        (await again.State.ExistsAsync("factories_page")).ShouldBeTrue();
        var other = CacheFactory.Create("memory", "hotel123", "9876543210");
        (await other.State.ExistsAsync("factories_page")).ShouldBeFalse();
        (await other.Table.ExistsAsync("factories_page", "pizza_large")).ShouldBeTrue();
    }

    // snippet: factories-inject
    public sealed class WelcomeService(ICacheFactory caches)
    {
        public async Task<string> GreetAsync(string tenant, string userId, CancellationToken ct = default)
        {
            var user = caches.ForUser(tenant, userId).User;
            var visits = await user.IncrementFieldAsync("stats", "visits", cancellationToken: ct);
            return visits == 1 ? "Welcome!" : $"Welcome back, visit {visits}!";
        }

        public ValueTask<long> CountProductsAsync(string tenant, CancellationToken ct = default) =>
            caches.ForTenant(tenant).Table.GetFieldAsync<long>(TableKey.Table("products"), "count", ct);
    }
    // end

    [Fact]
    public async Task AddWappaCaching_WithoutABot_InjectsTheFactory()
    {
        // snippet: factories-di
        var services = new ServiceCollection(); // in an app: builder.Services
        services.AddWappaCaching(caching => caching.UseMemory());
        services.AddSingleton<WelcomeService>();
        // end

        await using var app = services.BuildServiceProvider();
        var welcome = app.GetRequiredService<WelcomeService>();
        (await welcome.GreetAsync("hotel123", "1234567890")).ShouldBe("Welcome!");
        (await welcome.GreetAsync("hotel123", "1234567890")).ShouldBe("Welcome back, visit 2!");
        (await welcome.CountProductsAsync("hotel123")).ShouldBe(0);
        app.GetRequiredService<ICacheFactory>().Backend.ShouldBe("memory");
    }

    [Fact]
    public async Task Over_AnyStore_IsAFactoryOfItsOwn()
    {
        var clock = new ManualTimeProvider();

        // snippet: factories-over
        using var store = new MemoryDocumentStore(new MemoryStoreOptions { MaxRecords = 10_000 }, time: clock);
        ICacheFactory factory = CacheFactory.Over(store, new CachingOptions { StateTtl = TimeSpan.FromMinutes(30) });

        var user = factory.ForUser("hotel123", "1234567890"); // State, User, Table
        var tenant = factory.ForTenant("hotel123");           // Table
        // end

        await user.State.SetAsync("pizza_order", new { step = "size" });
        (await user.State.GetTtlAsync("pizza_order")).Remaining.ShouldBe(TimeSpan.FromMinutes(30));
        await tenant.Table.SetAsync("products", "pizza_large", new { name = "Large Pizza" });
        (await user.Table.ExistsAsync("products", "pizza_large")).ShouldBeTrue();
        (factory.Backend, user.Tenant, user.UserId, tenant.Tenant)
            .ShouldBe(("memory", "hotel123", "1234567890", "hotel123"));
    }
}
