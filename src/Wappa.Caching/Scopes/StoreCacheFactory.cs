using Microsoft.Extensions.Logging;

namespace Wappa.Caching.Scopes;

/// <summary>The one cache factory there is, over whatever store it is given.</summary>
internal sealed class StoreCacheFactory : ICacheFactory
{
    private readonly IDocumentStore _store;
    private readonly RecordCacheSettings _state;
    private readonly RecordCacheSettings _user;
    private readonly RecordCacheSettings _table;

    internal StoreCacheFactory(IDocumentStore store, CachingOptions options, ILogger logger)
    {
        options.ThrowIfInvalid();
        StrictStore = store;
        _store = options.OnFailure == FailureMode.ReturnDefault ? new ForgivingDocumentStore(store, logger) : store;
        _state = new(RecordKind.State, options.Serializer, options.StateTtl);
        _user = new(RecordKind.User, options.Serializer, options.UserTtl);
        _table = new(RecordKind.Table, options.Serializer, options.TableTtl);
    }

    public string Backend => StrictStore.Backend;

    internal IDocumentStore StrictStore { get; }

    public UserCaches ForUser(string tenant, string userId)
    {
        CacheName.ThrowIfInvalid(tenant, nameof(tenant));
        CacheName.ThrowIfReserved(tenant, nameof(tenant));
        CacheName.ThrowIfInvalid(userId, "user id");
        return new(this, tenant, userId);
    }

    public TenantCaches ForTenant(string tenant)
    {
        CacheName.ThrowIfInvalid(tenant, nameof(tenant));
        CacheName.ThrowIfReserved(tenant, nameof(tenant));
        return new(this, tenant);
    }

    internal IStateCache NewState(string tenant, string user) => new UserScopedCache(_store, StrictStore, _state, tenant, user);

    internal IUserCache NewUser(string tenant, string user) => new UserScopedCache(_store, StrictStore, _user, tenant, user);

    internal CacheBatch NewBatch(string tenant, string user) => new(StrictStore, _state, _user, tenant, user);

    internal ITableCache NewTable(string tenant) => new TableCache(_store, StrictStore, _table, tenant);
}
