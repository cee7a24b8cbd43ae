namespace Wappa.Caching;

/// <summary>
/// The address of a table row inside a tenant: table and record id, or the table-level record. There is no conversion
/// from <see cref="string"/>, so that positional strings in a call can mean one thing only.
/// </summary>
public readonly record struct TableKey
{
    private readonly string? _table;
    private readonly string? _id;

    private TableKey(string table, string id)
    {
        _table = table;
        _id = id;
    }

    /// <summary>The table's name, 1 to 256 characters.</summary>
    public string TableName => _table ?? "";

    /// <summary>The row's id; empty for the table-level record, which no row can have.</summary>
    public string RecordId => _id ?? "";

    /// <summary>Whether this is the table-level record rather than a row.</summary>
    public bool IsTableLevel => RecordId.Length == 0;

    /// <summary>The row <paramref name="id"/> of <paramref name="table"/>. Exact: any two different pairs are two rows,
    /// colons included.</summary>
    /// <exception cref="ArgumentException">A part is empty, longer than 256 characters, or holds a control character or
    /// half of a surrogate pair.</exception>
    public static TableKey Row(string table, string id)
    {
        CacheName.ThrowIfInvalid(table, nameof(table));
        CacheName.ThrowIfInvalid(id, "record id");
        return new(table, id);
    }

    /// <summary>The record of the table as a whole, for counters such as <c>messages_2025-01-15</c>.</summary>
    /// <inheritdoc cref="Row" path="/exception"/>
    public static TableKey Table(string table)
    {
        CacheName.ThrowIfInvalid(table, nameof(table));
        return new(table, "");
    }

    /// <summary>The composite form <c>table:id</c>, split at the first colon; without a colon, the table-level record.</summary>
    /// <exception cref="FormatException">Nothing stands before or after the colon.</exception>
    /// <inheritdoc cref="Row" path="/exception"/>
    public static TableKey Parse(string compositeKey)
    {
        ArgumentNullException.ThrowIfNull(compositeKey);
        var colon = compositeKey.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0) return Table(compositeKey);
        if (colon == 0 || colon == compositeKey.Length - 1)
        {
            throw new FormatException(
                "A composite table key is 'table:id' with something on both sides of the first colon; " +
                "use TableKey.Table(name) for the table-level record.");
        }

        return Row(compositeKey[..colon], compositeKey[(colon + 1)..]);
    }

    /// <summary>The helper of the original: colons in either part become underscores.
    /// <c>("user:profiles", "john:smith:123")</c> gives <c>user_profiles:john_smith_123</c>.</summary>
    /// <remarks>Lossy: <c>a:b</c> and <c>a_b</c> give the same key. <see cref="Row"/> keeps them apart.</remarks>
    /// <inheritdoc cref="Row" path="/exception"/>
    public static TableKey Create(string table, string id)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(id);
        return Row(table.Replace(':', '_'), id.Replace(':', '_'));
    }

    /// <summary><c>table:id</c>, or the table's name alone for the table-level record.</summary>
    public override string ToString() => IsTableLevel ? TableName : $"{TableName}:{RecordId}";

    internal void ThrowIfDefault()
    {
        if (_table is null)
            throw new ArgumentException("The table key is empty; make one with TableKey.Row, Table, Parse or Create.");
    }
}
