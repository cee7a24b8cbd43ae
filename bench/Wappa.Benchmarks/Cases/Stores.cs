using Microsoft.Extensions.Caching.Memory;
using Wappa.Caching;

namespace Wappa.Benchmarks.Cases;

/// <summary>Our caches and <see cref="IMemoryCache"/>, holding one record for each user.</summary>
internal sealed class Stores : IDisposable
{
    private readonly MemoryDocumentStore _documents = new();

    private Stores() => Factory = CacheFactory.Over(_documents, new CachingOptions { Serializer = NewSerializer() });

    public ICacheFactory Factory { get; }

    public IMemoryCache Peer { get; } = new MemoryCache(new MemoryCacheOptions());

    /// <summary>Both filled with the same values, one instance for each user, all to live 30 minutes.</summary>
    /// <param name="valueOf">The value of the user with this number.</param>
    public static async Task<Stores> FillAsync<T>(Func<int, T> valueOf)
    {
        var stores = new Stores();
        for (var user = 0; user < Users.Count; user++)
        {
            var value = valueOf(user);
            stores.Peer.Set(Users.Key(user), value, Users.Ttl);
            await stores.Factory.ForUser(Users.Tenant, Users.Id(user)).State.SetAsync(Users.Handler, value, Users.Ttl);
        }

        return stores;
    }

    /// <summary>The state caches of the users, as a handler is given one for its turn.</summary>
    public IStateCache[] Scopes(int[] visits) =>
        [.. visits.Select(user => Factory.ForUser(Users.Tenant, Users.Id(user)).State)];

    public static CacheSerializer NewSerializer() =>
        new(options => options.TypeInfoResolverChain.Insert(0, RecordsJson.Default));

    public void Dispose()
    {
        Peer.Dispose();
        _documents.Dispose();
    }
}
