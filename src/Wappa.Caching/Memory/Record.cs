namespace Wappa.Caching.Memory;

/// <summary>A record's place: its key, its current version, and its links into the structures that know it.</summary>
internal class Record(in RecordKey key) : IExpiring
{
    private readonly string _tenant = key.Tenant;
    private readonly string _owner = key.Owner;
    private readonly string _name = key.Name;
    private readonly int _ownerHash = key.OwnerHash;
    private readonly RecordKind _kind = key.Kind;
    private StoredDocument? _current;

    /// <summary>The next record of the chain. Written under the stripe's lock, read without.</summary>
    internal Record? Next;

    /// <summary>Position in its <see cref="TableIndex"/>; -1: in none.</summary>
    internal int Slot = -1;

    /// <summary>Whether it was read since the store looked for what to evict; only in stores that do. Racing writers all write
    /// true. Here, as it fits beside the kind: in a class that inherits it would be on another cache line.</summary>
    internal bool Visited { get; set; }

    /// <inheritdoc/>
    public int Timer { get; set; } = -1;

    long IExpiring.ExpiresAt => Current?.ExpiresAt ?? StoredDocument.Gone;

    internal RecordKey Key => new(_kind, _tenant, _owner, _name, _ownerHash);

    /// <summary>The current version; null once the record is removed. Written under the stripe's lock.</summary>
    internal StoredDocument? Current
    {
        get => Volatile.Read(ref _current);
        set => Volatile.Write(ref _current, value);
    }

    /// <summary>Puts <paramref name="next"/> in place of <paramref name="known"/>, if that is still the current version.</summary>
    internal bool TryReplace(StoredDocument known, StoredDocument next) =>
        ReferenceEquals(Interlocked.CompareExchange(ref _current, next, known), known);

    /// <summary>Makes <paramref name="next"/> the current version. A full fence.</summary>
    /// <returns>What was current.</returns>
    internal StoredDocument? Exchange(StoredDocument? next) => Interlocked.Exchange(ref _current, next);

    // Cheapest and most selective first; names are mostly the same literal, so their compare ends at the reference.
    internal bool Is(in RecordKey key) =>
        _ownerHash == key.OwnerHash && _kind == key.Kind && _name == key.Name && _owner == key.Owner && _tenant == key.Tenant;

    internal bool IsIn(in RecordSet set)
    {
        var key = Key;
        return set.Contains(key);
    }
}
