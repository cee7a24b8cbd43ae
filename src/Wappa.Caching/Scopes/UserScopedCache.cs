namespace Wappa.Caching.Scopes;

/// <summary>The state or user cache of one user. The hash of tenant and user is made once, here, so that a read only has
/// to look at the name.</summary>
internal sealed class UserScopedCache : RecordCache<string>, IStateCache, IUserCache
{
    private readonly string _tenant;
    private readonly string _user;
    private readonly int _ownerHash;

    /// <param name="store">The store, behind the app's failure mode.</param>
    /// <param name="strict">The same store without it.</param>
    /// <param name="settings">State or user.</param>
    /// <param name="tenant">A valid name.</param>
    /// <param name="user">A valid name.</param>
    internal UserScopedCache(IDocumentStore store, IDocumentStore strict, RecordCacheSettings settings, string tenant, string user)
        : base(store, strict, settings)
    {
        _tenant = tenant;
        _user = user;
        _ownerHash = RecordKey.HashOwner(tenant, user);
    }

    public IAsyncEnumerable<KeyValuePair<RecordKey, DocumentRecord>> ListRecordsAsync(
        string prefix = "", CancellationToken cancellationToken = default) =>
        Store.ListAsync(SetOf(prefix), cancellationToken);

    public ValueTask<long> DeleteAllAsync(string prefix = "", CancellationToken cancellationToken = default) =>
        Store.DeleteAllAsync(SetOf(prefix), cancellationToken);

    protected override RecordKey KeyOf(string key)
    {
        CacheName.ThrowIfInvalid(key, "record name");
        return new(Settings.Kind, _tenant, _user, key, _ownerHash);
    }

    private RecordSet SetOf(string prefix) => Settings.Kind == RecordKind.State
        ? RecordSet.States(_tenant, _user, prefix)
        : RecordSet.UserRecords(_tenant, _user, prefix);
}
