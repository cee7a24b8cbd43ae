using Wappa.Caching.Scopes;

namespace Wappa.Caching;

/// <summary>The three caches as one user sees them.</summary>
public sealed class UserCaches
{
    private readonly StoreCacheFactory _factory;
    private IStateCache? _state;
    private IUserCache? _user;
    private ITableCache? _table;

    internal UserCaches(StoreCacheFactory factory, string tenant, string userId)
    {
        _factory = factory;
        Tenant = tenant;
        UserId = userId;
    }

    /// <summary>The tenant.</summary>
    public string Tenant { get; }

    /// <summary>The user.</summary>
    public string UserId { get; }

    /// <summary>Where this user's conversations stand.</summary>
    public IStateCache State => _state ??= _factory.NewState(Tenant, UserId);

    /// <summary>Who this user is.</summary>
    public IUserCache User => _user ??= _factory.NewUser(Tenant, UserId);

    /// <summary>What the business knows; shared by all users of the tenant.</summary>
    public ITableCache Table => _table ??= _factory.NewTable(Tenant);

    /// <summary>The same as <see cref="State"/>, under the name of the original.</summary>
    public IStateCache CreateStateCache() => State;

    /// <summary>The same as <see cref="User"/>, under the name of the original.</summary>
    public IUserCache CreateUserCache() => User;

    /// <summary>The same as <see cref="Table"/>, under the name of the original.</summary>
    public ITableCache CreateTableCache() => Table;

    /// <summary>Begins a batch of changes to this user's states and user records that take effect together or not at all.</summary>
    public CacheBatch CreateBatch() => _factory.NewBatch(Tenant, UserId);

    /// <summary>Deletes every state and user record of this user, at the cost of what the user has.</summary>
    /// <returns>How many there were.</returns>
    /// <exception cref="CacheStoreException">The store failed; some records may be left, so ask again.</exception>
    public ValueTask<long> EraseAsync(CancellationToken cancellationToken = default) =>
        _factory.StrictStore.DeleteAllAsync(RecordSet.OfUser(Tenant, UserId), cancellationToken);
}

/// <summary>The cache of a tenant, for code that runs for no user.</summary>
public sealed class TenantCaches
{
    internal TenantCaches(StoreCacheFactory factory, string tenant)
    {
        Tenant = tenant;
        Table = factory.NewTable(tenant);
    }

    /// <summary>The tenant.</summary>
    public string Tenant { get; }

    /// <summary>What the business knows.</summary>
    public ITableCache Table { get; }
}
