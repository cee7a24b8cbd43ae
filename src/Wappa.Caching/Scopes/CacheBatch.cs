using Wappa.Caching.Scopes;

namespace Wappa.Caching;

/// <summary>
/// Changes to one user's states and user records that take effect together or not at all. Collect, then
/// <see cref="CommitAsync"/>; nothing is read or written before.
/// </summary>
/// <remarks>Not thread-safe. Changes of one record build on each other in order.</remarks>
public sealed class CacheBatch
{
    private readonly IDocumentStore _store;
    private readonly List<RecordWrite> _writes = [];
    private bool _committed;

    internal CacheBatch(
        IDocumentStore store, RecordCacheSettings stateSettings, RecordCacheSettings userSettings, string tenant, string user)
    {
        _store = store;
        State = new(this, stateSettings, name => RecordKey.State(tenant, user, name));
        User = new(this, userSettings, name => RecordKey.User(tenant, user, name));
    }

    /// <summary>Changes of states.</summary>
    public CacheBatchScope State { get; }

    /// <summary>Changes of user records.</summary>
    public CacheBatchScope User { get; }

    /// <summary>How many changes were collected.</summary>
    public int Count => _writes.Count;

    /// <summary>Makes all changes, or none.</summary>
    /// <returns>Whether they were made. Not, if a revision differs (<c>ReplaceIf</c>, <c>Require</c>), a record exists
    /// (<c>CreateIfAbsent</c>) or one to be replaced is missing.</returns>
    /// <exception cref="InvalidOperationException">The batch was committed before, or may have been; make a new one.</exception>
    /// <exception cref="CacheTypeException">A stored value is of the wrong kind; nothing changed.</exception>
    /// <exception cref="CacheLimitException">A record would outgrow the limit; nothing changed.</exception>
    /// <exception cref="CacheStoreException">The store failed.</exception>
    public async ValueTask<CommitResult> CommitAsync(CancellationToken cancellationToken = default)
    {
        if (_committed) throw new InvalidOperationException("This batch was committed before; make a new one.");
        try
        {
            var result = await _store.CommitAsync([.. _writes], cancellationToken).ConfigureAwait(false);
            _committed = result.Committed;
            return result;
        }
        catch (CacheStoreException error) when (error.OutcomeUnknown)
        {
            _committed = true; // it may have happened: a second try could count twice
            throw;
        }
    }

    internal void Add(RecordKey key, RecordChange change) => _writes.Add(new(key, change));
}

/// <summary>The states, or the user records, of a <see cref="CacheBatch"/>. Times to live as in
/// <see cref="IRecordCache{TKey}"/>.</summary>
public sealed class CacheBatchScope
{
    private readonly CacheBatch _batch;
    private readonly RecordCacheSettings _settings;
    private readonly Func<string, RecordKey> _keyOf;

    internal CacheBatchScope(CacheBatch batch, RecordCacheSettings settings, Func<string, RecordKey> keyOf)
    {
        _batch = batch;
        _settings = settings;
        _keyOf = keyOf;
    }

    /// <summary>Creates or replaces the whole record.</summary>
    public CacheBatchScope Set<T>(string name, T value, TimeSpan? ttl = null) =>
        Add(name, _settings.Set(value, ttl));

    /// <summary>Replaces the given fields and keeps the others.</summary>
    public CacheBatchScope Merge<T>(string name, T fields, TimeSpan? ttl = null) =>
        Add(name, _settings.Merge(fields, ttl));

    /// <summary>Replaces one field.</summary>
    public CacheBatchScope SetField<T>(string name, string field, T value, TimeSpan? ttl = null) =>
        Add(name, _settings.SetField(field, value, ttl));

    /// <summary>Adds to a whole-number field.</summary>
    public CacheBatchScope Increment(string name, string field, long by = 1, TimeSpan? ttl = null) =>
        Add(name, _settings.Increment(field, CacheNumber.From(by), ttl));

    /// <summary>Adds to a number field as a decimal, exactly.</summary>
    public CacheBatchScope Increment(string name, string field, decimal by, TimeSpan? ttl = null) =>
        Add(name, _settings.Increment(field, CacheNumber.From(by), ttl));

    /// <summary>Adds to a number field as a double.</summary>
    public CacheBatchScope Increment(string name, string field, double by, TimeSpan? ttl = null) =>
        Add(name, _settings.Increment(field, CacheNumber.From(by), ttl));

    /// <summary>Appends to an array field.</summary>
    public CacheBatchScope Append<T>(string name, string field, T value, int? maxLength = null, TimeSpan? ttl = null) =>
        Add(name, _settings.Append(field, value, maxLength, ttl));

    /// <summary>Takes a field away.</summary>
    public CacheBatchScope RemoveField(string name, string field) => Add(name, new RecordChange.RemoveField(field));

    /// <summary>Deletes the record.</summary>
    public CacheBatchScope Delete(string name) => Add(name, new RecordChange.Delete());

    /// <summary>Gives an existing record a new time to live, from now; no effect on a missing one.</summary>
    public CacheBatchScope SetTtl(string name, TimeSpan ttl) => Add(name, new RecordChange.Expire(ttl));

    /// <summary>Takes the time to live from a record; no effect on a missing one.</summary>
    public CacheBatchScope Persist(string name) => Add(name, new RecordChange.Persist());

    /// <summary>Creates the record; if it is there, the whole batch is refused.</summary>
    public CacheBatchScope CreateIfAbsent<T>(string name, T value, TimeSpan? ttl = null) =>
        Add(name, _settings.CreateIfAbsent(value, ttl));

    /// <summary>Replaces the record; if its revision differs, the whole batch is refused.</summary>
    public CacheBatchScope ReplaceIf<T>(string name, T value, long revision, TimeSpan? ttl = null) =>
        Add(name, _settings.ReplaceIf(value, revision, ttl));

    /// <summary>Refuses the whole batch unless the record has this revision; 0: unless it is missing.</summary>
    public CacheBatchScope Require(string name, long revision) => Add(name, new RecordChange.Require(revision));

    private CacheBatchScope Add(string name, RecordChange change)
    {
        ArgumentNullException.ThrowIfNull(name);
        CacheName.ThrowIfReserved(name, "record name");
        _batch.Add(_keyOf(name), change);
        return this;
    }
}
