using Wappa.Caching.Scopes;

namespace Wappa.Caching;

/// <summary>Records of one user of one tenant, addressed by name.</summary>
public interface IUserScopedCache : IRecordCache<string>
{
    /// <summary>Lists this user's records of this kind.</summary>
    /// <param name="prefix">Only names that begin with it; no character in it is special. Empty: all.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    sealed IAsyncEnumerable<CacheItem<T>> ListAsync<T>(string prefix = "", CancellationToken cancellationToken = default) =>
        ListRecordsAsync(prefix, cancellationToken).AsItemsAsync<T>(Settings, cancellationToken);

    /// <summary>As <see cref="ListAsync{T}"/>, without types.</summary>
    IAsyncEnumerable<KeyValuePair<RecordKey, DocumentRecord>> ListRecordsAsync(
        string prefix = "", CancellationToken cancellationToken = default);

    /// <summary>Deletes this user's records of this kind.</summary>
    /// <param name="prefix">Only names that begin with it. Empty: all.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>How many there were.</returns>
    ValueTask<long> DeleteAllAsync(string prefix = "", CancellationToken cancellationToken = default);
}

/// <summary>Where this user's conversations stand: one record per handler, such as <c>pizza_order</c>.</summary>
/// <remarks>Keys: <c>hotel123:state:pizza_order:1234567890</c>.</remarks>
public interface IStateCache : IUserScopedCache;

/// <summary>Who this user is: the record <c>profile</c>, and any other under its own name with its own time to live.</summary>
/// <remarks>Keys: <c>hotel123:user:1234567890</c> for <c>profile</c>, <c>hotel123:user:1234567890:stats</c> for <c>stats</c>.</remarks>
public interface IUserCache : IUserScopedCache;
