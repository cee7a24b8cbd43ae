using Wappa.Testing;

namespace Wappa.Caching.Tests.Scopes;

public sealed class CacheFactoryTests
{
    [Fact]
    public async Task Create_Memory_IsOneStoreForTheProcess()
    {
        var tenant = Guid.NewGuid().ToString();
        await CacheFactory.Create("memory", tenant, "u").State.SetAsync("s", new { n = 1 });

        (await CacheFactory.Create("MEMORY", tenant, "u").State.GetFieldAsync<int>("s", "n")).ShouldBe(1);
        (await CacheFactory.Create("memory", tenant, "other").State.ExistsAsync("s")).ShouldBeFalse();
        await CacheFactory.Create("memory", tenant, "u").EraseAsync();
    }

    [Theory]
    [InlineData("cassandra", "Wappa.Caching.Cassandra")]
    [InlineData("x", "Wappa.Caching.X")]
    public void Create_UnknownBackend_SaysWhichPackageIsMissing(string backend, string package)
    {
        var error = Should.Throw<InvalidOperationException>(() => CacheFactory.Create(backend, "t", "u"));

        error.Message.ShouldContain(backend);
        error.Message.ShouldContain(package);
        error.Message.ShouldContain("memory");
    }

    [Fact]
    public void Create_BadArguments_AreRefused()
    {
        Should.Throw<ArgumentException>(() => CacheFactory.Create("", "t", "u"));
        Should.Throw<ArgumentException>(() => CacheFactory.Create("memory", "", "u"));
        Should.Throw<ArgumentException>(() => CacheFactory.Create("memory", "t", "\n"));
        Should.Throw<ArgumentNullException>(() => CacheFactory.Over(null!));
    }

    [Fact]
    public void Register_ABackend_OpensItOnceAtFirstUse()
    {
        var opened = 0;
        var name = "b" + Guid.NewGuid().ToString("N");
        CacheFactory.Register(name, () =>
        {
            opened++;
            return new InterceptedDocumentStore(new MemoryDocumentStore());
        });
        opened.ShouldBe(0);

        CacheFactory.Create(name, "t", "u").Tenant.ShouldBe("t");
        CacheFactory.Create(name.ToUpperInvariant(), "t", "u").UserId.ShouldBe("u");

        opened.ShouldBe(1);
    }

    [Fact]
    public void Over_OptionsThatCannotWork_AreRefused()
    {
        using var store = new MemoryDocumentStore();
        Should.Throw<ArgumentException>(() => CacheFactory.Over(store, new CachingOptions { StateTtl = TimeSpan.Zero }))
            .Message.ShouldContain("StateTtl");
    }

    [Fact]
    public void Factory_NamesItsBackendAndItsCaches()
    {
        using var store = new MemoryDocumentStore();
        var caches = CacheFactory.Over(store).ForUser("t", "u");

        CacheFactory.Over(store).Backend.ShouldBe("memory");
        caches.CreateStateCache().ShouldBeSameAs(caches.State);
        caches.CreateUserCache().ShouldBeSameAs(caches.User);
        caches.CreateTableCache().ShouldBeSameAs(caches.Table);
        CacheFactory.Over(store).ForTenant("t").Tenant.ShouldBe("t");
    }
}
