using Microsoft.Extensions.Caching.Memory;
using Wappa.Benchmarks.Cases;
using Wappa.Caching;

namespace Wappa.Benchmarks.Strategies;

/// <summary>A strategy and <see cref="IMemoryCache"/>, to hold an order for each user.</summary>
internal sealed class OrderCaches : IDisposable
{
    private readonly MemoryCacheStore _store = new();

    public OrderCaches() => Ours = new OrderCache(new CacheStrategyContext(_store, Stores.NewSerializer()));

    public OrderCache Ours { get; }

    public IMemoryCache Peer { get; } = new MemoryCache(new MemoryCacheOptions());

    /// <summary>Both filled, and each entry of ours read once: the first reader deserializes, which is no hit.</summary>
    public async Task FillAsync()
    {
        for (var user = 0; user < Users.Count; user++)
        {
            Peer.Set(Users.Key(user), Order.Of(user), Users.Ttl);
            await Ours.SetAsync(["state", Users.Handler, Users.Id(user)], Order.Of(user));
            await Ours.SetAsync(["number", user], Order.Of(user));
            await Ours.GetAsync(["state", Users.Handler, Users.Id(user)]);
            await Ours.GetAsync(["number", user]);
        }
    }

    public void Dispose()
    {
        Peer.Dispose();
        _store.Dispose();
    }
}

/// <summary>Orders under <c>hotel123:v1:state:pizza_order:15550000097</c>: three characters more than the peer's keys.</summary>
internal sealed class OrderCache(CacheStrategyContext context) : CacheAsideStrategy<Order>(context, Users.Tenant, Users.Ttl)
{
    /// <summary>A hit by a key that is a string already, as adapters of other caches have them.</summary>
    public bool TryHit(string key) => Loader.TryHit(key, eager: null, out _);

    public string KeyText(int user) => KeyOf(["state", Users.Handler, Users.Id(user)]);
}
