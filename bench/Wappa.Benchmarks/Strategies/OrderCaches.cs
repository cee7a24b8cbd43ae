using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.DependencyInjection;
using Wappa.Benchmarks.Cases;
using Wappa.Caching;

namespace Wappa.Benchmarks.Strategies;

/// <summary>A strategy and <see cref="IMemoryCache"/>, to hold an order for each user.</summary>
internal sealed class OrderCaches : IDisposable
{
    private const int Reads = 4;

    private readonly MemoryCacheStore _store = new();
    private readonly ServiceProvider _app = new ServiceCollection().AddWappaCaching().BuildServiceProvider();

    public OrderCaches()
    {
        Ours = new OrderCache(new CacheStrategyContext(_store, Stores.NewSerializer()));
        Registered = new OrderCache(_app.GetRequiredService<CacheStrategyContext>());
    }

    /// <summary>Over a bare memory store: the strategy counts, the store does not.</summary>
    public OrderCache Ours { get; }

    /// <summary>As an app has it that registers the caching: strategy and store both count.</summary>
    public OrderCache Registered { get; }

    public IMemoryCache Peer { get; } = new MemoryCache(new MemoryCacheOptions());

    /// <summary>All filled, and each entry of ours read a few times. The first reader deserializes, which is no hit; without the others the
    /// compiler would have seen hardly a hit when it compiles their way for good.</summary>
    public async Task FillAsync(int users)
    {
        for (var user = 0; user < users; user++)
        {
            var order = Order.Of(user);
            Peer.Set(Users.Key(user), order, Users.Ttl);
            await FillAsync(Ours, ["state", Users.Handler, Users.Id(user)], order);
            await FillAsync(Ours, [Users.Name(user)], order);
            await FillAsync(Registered, ["state", Users.Handler, Users.Id(user)], order);
            await FillAsync(Registered, [Users.Name(user)], order);
        }
    }

    public void Dispose()
    {
        Peer.Dispose();
        _store.Dispose();
        _app.Dispose();
    }

    private static async Task FillAsync(OrderCache cache, CacheKeyParts key, Order order)
    {
        await cache.SetAsync(key, order);
        for (var read = 0; read < Reads; read++) await cache.GetAsync(key);
    }
}

/// <summary>Orders under <c>hotel123:v1:state:pizza_order:15550000097</c>: three characters more than the peer's keys.</summary>
internal sealed class OrderCache(CacheStrategyContext context) : CacheAsideStrategy<Order>(context, Users.Tenant, Users.Ttl)
{
    /// <summary>A hit by a key that is a string already, as adapters of other caches have them.</summary>
    public bool TryHit(string key) => Loader.TryHit(key, eager: null, out _);

    public string KeyText(int user) => KeyOf(["state", Users.Handler, Users.Id(user)]);
}
