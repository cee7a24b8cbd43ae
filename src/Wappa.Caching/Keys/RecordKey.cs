using System.Diagnostics;

namespace Wappa.Caching;

/// <summary>
/// The address of one record. Plain components, never a joined string: a store that needs text asks
/// <see cref="KeyFactory"/>, a store that does not (memory) hashes and compares the parts and allocates nothing.
/// </summary>
[DebuggerDisplay("{Kind} {Name}")]
public readonly struct RecordKey : IEquatable<RecordKey>
{
    /// <summary>The user record that <em>is</em> the user: its key has no name part.</summary>
    public const string ProfileName = "profile";

    internal RecordKey(RecordKind kind, string tenant, string owner, string name, int ownerHash)
    {
        Kind = kind;
        Tenant = tenant;
        Owner = owner;
        Name = name;
        OwnerHash = ownerHash;
    }

    /// <summary>State, user or table.</summary>
    public RecordKind Kind { get; }

    /// <summary>Whose data it is. Nothing listed, cleared or committed ever crosses it.</summary>
    public string Tenant { get; }

    /// <summary>The user id; for a table row, the table's name.</summary>
    public string Owner { get; }

    /// <summary>The handler (state), the record's name (user) or the record id (table; empty: the table-level record).</summary>
    public string Name { get; }

    /// <summary>Hash of tenant and owner, made once per scope so that a read only has to mix in the name.</summary>
    internal int OwnerHash { get; }

    /// <summary>A state record: what <paramref name="handler"/> remembers about <paramref name="user"/>.</summary>
    /// <exception cref="ArgumentException">A part is empty, longer than 256 characters, or holds a control character or
    /// half of a surrogate pair.</exception>
    public static RecordKey State(string tenant, string user, string handler) =>
        Checked(RecordKind.State, tenant, user, handler, "user id", "handler");

    /// <summary>A user record. <paramref name="name"/> <c>profile</c> is the user itself.</summary>
    /// <inheritdoc cref="State" path="/exception"/>
    public static RecordKey User(string tenant, string user, string name = ProfileName) =>
        Checked(RecordKind.User, tenant, user, name, "user id", "record name");

    /// <summary>A table row, or the table-level record for <see cref="TableKey.Table"/>.</summary>
    /// <inheritdoc cref="State" path="/exception"/>
    public static RecordKey Table(string tenant, TableKey key)
    {
        CacheName.ThrowIfInvalid(tenant, "tenant");
        key.ThrowIfDefault();
        return new(RecordKind.Table, tenant, key.TableName, key.RecordId, HashOwner(tenant, key.TableName));
    }

    internal static int HashOwner(string tenant, string owner) => HashCode.Combine(tenant.GetHashCode(), owner.GetHashCode());

    private static RecordKey Checked(
        RecordKind kind, string tenant, string owner, string name, string whatOwner, string whatName)
    {
        CacheName.ThrowIfInvalid(tenant, "tenant");
        CacheName.ThrowIfInvalid(owner, whatOwner);
        CacheName.ThrowIfInvalid(name, whatName);
        return new(kind, tenant, owner, name, HashOwner(tenant, owner));
    }

    /// <inheritdoc/>
    public bool Equals(RecordKey other) =>
        Kind == other.Kind && OwnerHash == other.OwnerHash && Name == other.Name && Owner == other.Owner &&
        Tenant == other.Tenant;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is RecordKey other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(OwnerHash, Kind, Name);

    /// <summary>The key as <see cref="KeyFactory.Default"/> writes it. It names a person: keep it out of logs.</summary>
    public override string ToString() => Tenant is null ? "" : KeyFactory.Default.Key(this);

    /// <summary>Same kind, tenant, owner and name.</summary>
    public static bool operator ==(RecordKey left, RecordKey right) => left.Equals(right);

    /// <summary>Not the same record.</summary>
    public static bool operator !=(RecordKey left, RecordKey right) => !left.Equals(right);
}
