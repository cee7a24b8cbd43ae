namespace Wappa.Caching;

/// <summary>
/// Where entries live: opaque bytes under a general key (<see cref="CacheKeyBuilder"/>), with tags, freshness and an expiry.
/// The strategies and the HTTP cache are written above it. Every implementation passes the <c>CacheStore…Conformance</c>
/// suites of the package <c>Wappa.Testing</c>.
/// </summary>
/// <remarks>
/// <para><b>Load fencing.</b> Whoever loads a value from its source takes a <see cref="LoadFence"/> first and stores the
/// result with it. A <c>Set</c> or <c>Remove</c> of that key, a removal of one of the result's tags or of a prefix of the key
/// that came after the fence beats the load: its result is not stored. A store may refuse a load it need not have refused,
/// never the reverse.</para>
/// <para><b>Room.</b> Entries are copies of what can be loaded again, so a store with a limit evicts, and may decline: an entry that
/// has no room, because it alone is larger than the limit or because what it would push out is asked for more often, is not stored.
/// What was under its key is gone all the same, so that nobody is given what its writer has replaced. Whether the next read
/// hits is never promised.</para>
/// <para><b>Failures.</b> All methods throw <see cref="CacheStoreException"/> when the backend fails and
/// <see cref="OperationCanceledException"/> when cancelled; a cancellation nobody asked for counts as a failure. Only these are
/// failures to the strategies, which then go to the source. Anything else a store throws - a <see cref="TimeoutException"/> or
/// <see cref="System.Net.Sockets.SocketException"/> of its client too - is taken for a bug of the store's and reaches the app's callers,
/// so that it is found and not served around for months: a store wraps what its client throws.</para>
/// </remarks>
public interface ICacheStore
{
    /// <summary>The backend's name in metrics and errors: <c>memory</c>, <c>json</c>, <c>redis</c>.</summary>
    string Backend { get; }

    /// <summary>Reads one entry. Renews its life if it has a sliding one.</summary>
    /// <returns>The entry; <see langword="null"/> on a miss. An expired entry is a miss.</returns>
    ValueTask<CacheEntry?> GetAsync(string key, CancellationToken cancellationToken = default);

    /// <summary>Reads many entries; one round trip per node.</summary>
    /// <returns>One per key, in order; <see langword="null"/> for a miss.</returns>
    ValueTask<IReadOnlyList<CacheEntry?>> GetManyAsync(
        IReadOnlyList<string> keys, CancellationToken cancellationToken = default);

    /// <summary>Creates or replaces one entry. A full store may decline it without an error; the older one is gone all the
    /// same.</summary>
    ValueTask SetAsync(string key, CacheEntry entry, CancellationToken cancellationToken = default);

    /// <summary>Creates or replaces many entries, each on its own, as <see cref="SetAsync"/> does; one round trip per node.</summary>
    ValueTask SetManyAsync(
        IReadOnlyList<KeyValuePair<string, CacheEntry>> entries, CancellationToken cancellationToken = default);

    /// <summary>Creates an entry unless there is one. Creating it beats loads that have begun.</summary>
    /// <returns>Whether it was created. False: there is one already, or a full store declined it.</returns>
    ValueTask<bool> AddAsync(string key, CacheEntry entry, CancellationToken cancellationToken = default);

    /// <summary>Takes the fence for a load of <paramref name="key"/> that begins now.</summary>
    ValueTask<LoadFence> BeginLoadAsync(string key, CancellationToken cancellationToken = default);

    /// <summary>Stores what a load brought, unless something that came after its fence beats it.</summary>
    /// <returns>Whether it was stored. False: it was beaten, or a full store declined it, and then the older entry is gone.</returns>
    ValueTask<bool> CompleteLoadAsync(
        string key, CacheEntry entry, LoadFence fence, CancellationToken cancellationToken = default);

    /// <summary>Removes one entry, and beats loads of it that have begun.</summary>
    /// <returns>Whether it was there.</returns>
    ValueTask<bool> RemoveAsync(string key, CancellationToken cancellationToken = default);

    /// <summary>Removes every entry that carries the tag, and beats loads whose results would.</summary>
    ValueTask RemoveByTagAsync(string tag, CancellationToken cancellationToken = default);

    /// <summary>Removes every entry whose key begins with a prefix, and beats loads of them.</summary>
    /// <param name="prefix">Ends with <c>:</c>, so that it cannot cut a part in two and leave its namespace; no character in it
    /// is special.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>How many were there.</returns>
    /// <exception cref="ArgumentException">The prefix is empty or does not end with <c>:</c>.</exception>
    ValueTask<long> RemoveByPrefixAsync(string prefix, CancellationToken cancellationToken = default);

    /// <summary>How long an entry still lives.</summary>
    ValueTask<CacheTtl> GetTtlAsync(string key, CancellationToken cancellationToken = default);

    /// <summary>Gives an existing entry a new time to live, from now. It shows in <see cref="CacheEntry.Ttl"/>;
    /// <see cref="CacheEntry.StoredAt"/> stays.</summary>
    /// <returns>False if it is missing.</returns>
    ValueTask<bool> RenewAsync(string key, TimeSpan ttl, CancellationToken cancellationToken = default);
}
