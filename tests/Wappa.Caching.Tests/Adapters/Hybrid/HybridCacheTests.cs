using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Wappa.Caching.Tests.Adapters.Hybrid;

public sealed class HybridCacheTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private static HybridCacheEntryOptions With(HybridCacheEntryFlags flags) => new() { Flags = flags };

    [Fact]
    public async Task GetOrCreateAsync_MissThenHit_RunsTheFactoryOnce()
    {
        await using var node = new HybridNode();
        var calls = 0;
        for (var i = 0; i < 3; i++)
        {
            (await node.Cache.GetOrCreateAsync("k", 41, (state, _) =>
            {
                calls++;
                return ValueTask.FromResult(state + 1);
            })).ShouldBe(42);
            (await node.Cache.GetOrCreateAsync("k".AsSpan(), _ => ValueTask.FromResult(++calls))).ShouldBe(42);
            (await node.Cache.GetOrCreateAsync($"{"k"}", _ => ValueTask.FromResult(++calls))).ShouldBe(42);
        }

        calls.ShouldBe(1);
    }

    [Fact]
    public async Task GetOrCreateAsync_MissAndHits_AreCountedOnceByTheStore()
    {
        await using var node = new HybridNode();
        for (var i = 0; i < 3; i++) await node.Cache.GetOrCreateAsync("text", _ => ValueTask.FromResult("v"));
        for (var i = 0; i < 3; i++) await node.Cache.GetOrCreateAsync("list", _ => ValueTask.FromResult(new List<int> { 1 }));
        var stats = await node.Services.GetRequiredService<CacheManager>().GetStatsAsync();
        (stats.Hits, stats.Misses, stats.Sets).ShouldBe((4, 2, 2));
    }

    [Fact]
    public async Task GetOrCreateAsync_Null_IsAValue()
    {
        await using var node = new HybridNode();
        (await node.Cache.GetOrCreateAsync("k", _ => ValueTask.FromResult<string?>(null))).ShouldBeNull();
        (await node.Cache.GetOrCreateAsync("k", _ => ValueTask.FromResult<string?>("late"))).ShouldBeNull();
    }

    [Fact]
    public async Task GetOrCreateAsync_NoOptions_LivesFiveMinutes()
    {
        await using var node = new HybridNode();
        await node.Cache.SetAsync("k", 1);
        node.Clock.Advance((5 * Minute) - TimeSpan.FromTicks(1));
        (await node.Cache.GetOrCreateAsync("k", _ => ValueTask.FromResult(2))).ShouldBe(1);
        node.Clock.Advance(TimeSpan.FromTicks(1));
        (await node.Cache.GetOrCreateAsync("k", _ => ValueTask.FromResult(2))).ShouldBe(2);
    }

    [Theory]
    [InlineData(2, null, 2)]
    [InlineData(null, 2, 2)] // alone it counts too
    [InlineData(2, 3, 2)]
    [InlineData(3, 2, 2)]
    public async Task GetOrCreateAsync_ExpirationsInMemory_TheShorterCounts(int? expiration, int? local, int expected)
    {
        await using var node = new HybridNode();
        var options = new HybridCacheEntryOptions { Expiration = expiration * Minute, LocalCacheExpiration = local * Minute };
        await node.Cache.GetOrCreateAsync("k", _ => ValueTask.FromResult(1), options);
        node.Clock.Advance(expected * Minute - TimeSpan.FromTicks(1));
        (await node.Cache.GetOrCreateAsync("k", _ => ValueTask.FromResult(2), options)).ShouldBe(1);
        node.Clock.Advance(TimeSpan.FromTicks(1));
        (await node.Cache.GetOrCreateAsync("k", _ => ValueTask.FromResult(2), options)).ShouldBe(2);
    }

    [Fact]
    public async Task GetOrCreateAsync_LocalExpirationOverASharedStore_MeansNothing()
    {
        using var shared = new CarelessStore();
        await using var node = new HybridNode(shared);
        await node.Cache.SetAsync("k", 1, new HybridCacheEntryOptions { Expiration = 2 * Minute, LocalCacheExpiration = Minute });
        (await node.Store.GetTtlAsync("hybrid:v1:k")).Remaining.ShouldBe(2 * Minute);
    }

    [Theory]
    [InlineData(HybridCacheEntryFlags.DisableLocalCacheRead)]
    [InlineData(HybridCacheEntryFlags.DisableLocalCacheRead | HybridCacheEntryFlags.DisableDistributedCacheRead)]
    public async Task GetOrCreateAsync_ReadDisabled_LoadsAnewAndStores(HybridCacheEntryFlags flags)
    {
        await using var node = new HybridNode();
        await node.Cache.SetAsync("k", 1);
        (await node.Cache.GetOrCreateAsync("k", _ => ValueTask.FromResult(2), With(flags))).ShouldBe(2);
        (await node.Cache.GetOrCreateAsync("k", _ => ValueTask.FromResult(3))).ShouldBe(2);
    }

    [Fact]
    public async Task GetOrCreateAsync_WriteDisabled_ReadsAndStoresNothing()
    {
        await using var node = new HybridNode();
        var noWrite = With(HybridCacheEntryFlags.DisableLocalCacheWrite);
        (await node.Cache.GetOrCreateAsync("k", _ => ValueTask.FromResult(1), noWrite)).ShouldBe(1);
        (await node.Cache.GetOrCreateAsync("k", _ => ValueTask.FromResult(2), noWrite)).ShouldBe(2);
        await node.Cache.SetAsync("k", 3, noWrite);
        (await node.Store.GetAsync("hybrid:v1:k")).ShouldBeNull();
        await node.Cache.SetAsync("k", 4);
        (await node.Cache.GetOrCreateAsync("k", _ => ValueTask.FromResult(5), noWrite)).ShouldBe(4);
    }

    [Fact]
    public async Task GetOrCreateAsync_DistributedDisabledInMemory_MeansNothing()
    {
        await using var node = new HybridNode();
        var flags = With(HybridCacheEntryFlags.DisableDistributedCache | HybridCacheEntryFlags.DisableCompression);
        (await node.Cache.GetOrCreateAsync("k", _ => ValueTask.FromResult(1), flags)).ShouldBe(1);
        (await node.Cache.GetOrCreateAsync("k", _ => ValueTask.FromResult(2), flags)).ShouldBe(1);
    }

    [Fact]
    public async Task GetOrCreateAsync_DistributedDisabledOverASharedStore_LeavesItAlone()
    {
        using var shared = new CarelessStore();
        await using var node = new HybridNode(shared);
        var flags = With(HybridCacheEntryFlags.DisableDistributedCache);
        (await node.Cache.GetOrCreateAsync("k", _ => ValueTask.FromResult(1), flags)).ShouldBe(1);
        (await node.Store.GetAsync("hybrid:v1:k")).ShouldBeNull();
        (await node.Cache.GetOrCreateAsync("k", _ => ValueTask.FromResult(2), With(HybridCacheEntryFlags.DisableLocalCache))).ShouldBe(2);
        (await node.Store.GetAsync("hybrid:v1:k")).ShouldNotBeNull();
    }

    [Fact]
    public async Task GetOrCreateAsync_UnderlyingDataDisabled_OnlyReads()
    {
        await using var node = new HybridNode();
        var probe = With(HybridCacheEntryFlags.DisableUnderlyingData);
        (await node.Cache.GetOrCreateAsync<string?>("k", _ => throw new InvalidOperationException("not asked"), probe)).ShouldBeNull();
        await node.Cache.SetAsync("k", "v");
        (await node.Cache.GetOrCreateAsync<string?>("k", _ => throw new InvalidOperationException("not asked"), probe)).ShouldBe("v");
    }

    [Fact]
    public async Task RemoveAsync_OneManyByTagAndAll_RemovesThem()
    {
        await using var node = new HybridNode();
        foreach (var (key, tags) in new[] { ("a", "t1"), ("b", "t1"), ("c", "t2"), ("d", "t2"), ("e", "t3") })
            await node.Cache.SetAsync(key, key, tags: [tags]);
        await node.Cache.GetOrCreateAsync("f", _ => ValueTask.FromResult("f"), tags: ["t1", "t2"]);
        await node.Cache.RemoveAsync("a");
        await node.Cache.RemoveAsync(["c", "none"]);
        await ShouldBeThere("b", "d", "e", "f");
        await node.Cache.RemoveByTagAsync("t1");
        await ShouldBeThere("d", "e");
        await node.Cache.RemoveByTagAsync(["t2", "none"]);
        await ShouldBeThere("e");
        await node.Store.SetAsync("other:v1:a", new CacheEntry("1"u8.ToArray()));
        await node.Cache.RemoveByTagAsync("*");
        await ShouldBeThere();
        (await node.Store.GetAsync("other:v1:a")).ShouldNotBeNull();

        async Task ShouldBeThere(params string[] expected)
        {
            List<string> there = [];
            foreach (var key in new[] { "a", "b", "c", "d", "e", "f" })
            {
                if (await node.Store.GetAsync("hybrid:v1:" + key) is not null) there.Add(key);
            }

            there.ShouldBe(expected);
        }
    }

    [Fact]
    public async Task GetOrCreateAsync_SerializerOfTheType_IsUsedAndNullIsKept()
    {
        await using var node = new HybridNode(register: services => services
            .AddSingleton<IHybridCacheSerializer<string?>>(new Reversing()));
        await node.Cache.SetAsync<string?>("k", "abc");
        await node.Cache.SetAsync<string?>("null", null);
        await node.Cache.SetAsync<string?>("empty", "");
        Encoding.UTF8.GetString((await node.Store.GetAsync("hybrid:v1:k"))!.Value.Span[1..]).ShouldBe("cba");
        (await Read("k")).ShouldBe("abc");
        (await Read("null")).ShouldBeNull();
        (await Read("empty")).ShouldBe("");

        ValueTask<string?> Read(string key) => node.Cache.GetOrCreateAsync<string?>(key, _ => throw new InvalidOperationException());
    }

    [Fact]
    public async Task GetOrCreateAsync_SerializerFactories_TheLastThatKnowsTheTypeIsUsed()
    {
        await using var node = new HybridNode(register: services => services
            .AddSingleton<IHybridCacheSerializerFactory>(new Factory())
            .AddSingleton<IHybridCacheSerializerFactory>(new EmptyFactory()));
        await node.Cache.SetAsync<string?>("k", "abc");
        await node.Cache.SetAsync("n", 12);
        Encoding.UTF8.GetString((await node.Store.GetAsync("hybrid:v1:k"))!.Value.Span[1..]).ShouldBe("cba");
        Encoding.UTF8.GetString((await node.Store.GetAsync("hybrid:v1:n"))!.Value.Span).ShouldBe("12");
    }

    [Fact]
    public async Task GetOrCreateAsync_KeyedJsonOptions_AreUsed()
    {
        await using var node = new HybridNode(register: services => services
            .AddKeyedSingleton<JsonSerializerOptions>(
                typeof(IHybridCacheSerializer<>), new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.KebabCaseUpper })
            .AddKeyedSingleton<JsonSerializerOptions>(typeof(IHybridCacheSerializer<Point>), JsonSerializerOptions.Web));
        await node.Cache.SetAsync("point", new Point(1));
        await node.Cache.SetAsync("line", new Line(2));
        Encoding.UTF8.GetString((await node.Store.GetAsync("hybrid:v1:point"))!.Value.Span).ShouldBe("""{"xValue":1}""");
        Encoding.UTF8.GetString((await node.Store.GetAsync("hybrid:v1:line"))!.Value.Span).ShouldBe("""{"LENGTH":2}""");
        (await node.Cache.GetOrCreateAsync<Line>("line", _ => throw new InvalidOperationException())).ShouldBe(new Line(2));
    }

    [Fact]
    public async Task GetOrCreateAsync_Bytes_AreStoredAsTheyAreAndEachCallersOwn()
    {
        await using var node = new HybridNode();
        byte[] bytes = [0, 1, 2, 255];
        var first = await node.Cache.GetOrCreateAsync("k", _ => ValueTask.FromResult(bytes));
        first[0] = 9;
        (await node.Store.GetAsync("hybrid:v1:k"))!.Value.Length.ShouldBe(5);
        (await node.Cache.GetOrCreateAsync<byte[]>("k", _ => throw new InvalidOperationException())).ShouldBe([0, 1, 2, 255]);
    }

    [Fact]
    public async Task AddKeyed_TwoNamespaces_AreTwoCaches()
    {
        await using var services = new ServiceCollection()
            .AddKeyedWappaHybridCache("orders", "orders")
            .AddKeyedWappaHybridCache("carts", "carts", CacheEntryPolicy.Default with { Ttl = Minute })
            .BuildServiceProvider();
        var orders = services.GetRequiredKeyedService<HybridCache>("orders");
        var carts = services.GetRequiredKeyedService<HybridCache>("carts");
        await orders.SetAsync("k", 1);
        (await carts.GetOrCreateAsync("k", _ => ValueTask.FromResult(2))).ShouldBe(2);
        (await orders.GetOrCreateAsync("k", _ => ValueTask.FromResult(3))).ShouldBe(1);
        (await services.GetRequiredService<ICacheStore>().GetTtlAsync("carts:v1:k")).Remaining.ShouldNotBeNull().ShouldBeLessThanOrEqualTo(Minute);
        services.GetService<HybridCache>().ShouldBeNull();
    }

    [Fact]
    public async Task AnyCall_ThatCannotBe_Throws()
    {
        await using var node = new HybridNode();
        await Should.ThrowAsync<ArgumentNullException>(async () => await node.Cache.SetAsync(null!, 1));
        await Should.ThrowAsync<ArgumentNullException>(async () => await node.Cache.GetOrCreateAsync<int, int>("k", 1, null!));
        await Should.ThrowAsync<ArgumentOutOfRangeException>(
            async () => await node.Cache.SetAsync("k", 1, new HybridCacheEntryOptions { Expiration = TimeSpan.Zero }));
        await Should.ThrowAsync<ArgumentException>(async () => await node.Cache.SetAsync("k", 1, tags: [""]));
        using var bad = new ServiceCollection().AddWappaHybridCache(options => options.Namespace = "").BuildServiceProvider();
        Should.Throw<OptionsValidationException>(() => bad.GetRequiredService<HybridCache>()).Message.ShouldContain("Namespace");
    }

    private sealed record Point(int XValue);

    private sealed record Line(int Length);

    private sealed class Reversing : IHybridCacheSerializer<string?>
    {
        public string? Deserialize(ReadOnlySequence<byte> source) => Turned(Encoding.UTF8.GetString(source));

        public void Serialize(string? value, IBufferWriter<byte> target) => Encoding.UTF8.GetBytes(Turned(value!), target);

        private static string Turned(string text) => new([.. text.Reverse()]);
    }

    private sealed class Factory : IHybridCacheSerializerFactory
    {
        public bool TryCreateSerializer<T>([NotNullWhen(true)] out IHybridCacheSerializer<T>? serializer)
        {
            serializer = new Reversing() as IHybridCacheSerializer<T>;
            return serializer is not null;
        }
    }

    private sealed class EmptyFactory : IHybridCacheSerializerFactory
    {
        public bool TryCreateSerializer<T>([NotNullWhen(true)] out IHybridCacheSerializer<T>? serializer)
        {
            serializer = null;
            return false;
        }
    }
}
