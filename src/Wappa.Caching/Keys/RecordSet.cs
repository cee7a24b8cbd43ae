namespace Wappa.Caching;

/// <summary>A set of records that can be listed or erased at the cost of what is in it: one user's records, one user's
/// states, one table's rows. It never spans two tenants, and no pattern characters exist: a prefix is literal.</summary>
public readonly record struct RecordSet
{
    private RecordSet(RecordKind? kind, string tenant, string owner, string prefix)
    {
        CacheName.ThrowIfInvalid(tenant, "tenant");
        CacheName.ThrowIfInvalid(owner, kind == RecordKind.Table ? "table" : "user id");
        ArgumentNullException.ThrowIfNull(prefix);
        if (prefix.Length > 0) CacheName.ThrowIfInvalid(prefix, "prefix");
        Kind = kind;
        Tenant = tenant;
        Owner = owner;
        Prefix = prefix;
        OwnerHash = RecordKey.HashOwner(tenant, owner);
    }

    /// <summary>The kind of the records; <see langword="null"/>: everything of one user, states and user records.</summary>
    public RecordKind? Kind { get; }

    /// <summary>The tenant.</summary>
    public string Tenant { get; }

    /// <summary>The user id, or the table's name.</summary>
    public string Owner { get; }

    /// <summary>Only names that begin with it (ordinal); empty: all.</summary>
    public string Prefix { get; }

    internal int OwnerHash { get; }

    /// <summary>Every state and user record of one user: what erasing the user erases.</summary>
    public static RecordSet OfUser(string tenant, string user) => new(null, tenant, user, "");

    /// <summary>The states of one user.</summary>
    public static RecordSet States(string tenant, string user, string prefix = "") =>
        new(RecordKind.State, tenant, user, prefix);

    /// <summary>The user records of one user.</summary>
    public static RecordSet UserRecords(string tenant, string user, string prefix = "") =>
        new(RecordKind.User, tenant, user, prefix);

    /// <summary>The rows of one table; the table-level record is not a row and is left out of listings, but erasing the
    /// table erases it too.</summary>
    public static RecordSet Rows(string tenant, string table, string prefix = "") =>
        new(RecordKind.Table, tenant, table, prefix);

    /// <summary>The kind of the records, without tenant or user.</summary>
    public override string ToString() => Kind is null ? "the records of a user" : $"{Kind} records";

    /// <summary>Whether the record belongs to the set.</summary>
    public bool Contains(in RecordKey key) =>
        (Kind is null ? key.Kind != RecordKind.Table : key.Kind == Kind) && key.OwnerHash == OwnerHash &&
        key.Owner == Owner && key.Tenant == Tenant && key.Name.StartsWith(Prefix, StringComparison.Ordinal);
}
