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
        MayHoldReserved(prefix)
            ? Store.ListAsync(SetOf(prefix), cancellationToken).WithoutReservedAsync(cancellationToken)
            : Store.ListAsync(SetOf(prefix), cancellationToken);

    public ValueTask<long> DeleteAllAsync(string prefix = "", CancellationToken cancellationToken = default) =>
        MayHoldReserved(prefix)
            ? DeleteOwnAsync(prefix, cancellationToken)
            : Store.DeleteAllAsync(SetOf(prefix), cancellationToken);

    protected override RecordKey KeyOf(string key)
    {
        CacheName.ThrowIfInvalid(key, "record name");
        CacheName.ThrowIfReserved(key, "record name");
        return new(Settings.Kind, _tenant, _user, key, _ownerHash);
    }

    // Wappa's own records of a user are user records, so states are never in question.
    private bool MayHoldReserved(string prefix) => Settings.Kind == RecordKind.User &&
        (prefix.StartsWith(CacheName.ReservedPrefix, StringComparison.Ordinal) ||
            CacheName.ReservedPrefix.StartsWith(prefix, StringComparison.Ordinal));

    private async ValueTask<long> DeleteOwnAsync(string prefix, CancellationToken cancellationToken)
    {
        var deletes = new List<RecordWrite>();
        await foreach (var (key, _) in ListRecordsAsync(prefix, cancellationToken).ConfigureAwait(false))
            deletes.Add(new(key, new RecordChange.Delete()));
        if (deletes.Count == 0) return 0;
        var results = await Store.WriteManyAsync(deletes, cancellationToken).ConfigureAwait(false);
        return results.Count(static result => result.Applied);
    }

    private RecordSet SetOf(string prefix) => Settings.Kind == RecordKind.State
        ? RecordSet.States(_tenant, _user, prefix)
        : RecordSet.UserRecords(_tenant, _user, prefix);
}
