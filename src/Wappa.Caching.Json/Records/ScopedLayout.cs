namespace Wappa.Caching.Json.Records;

/// <summary>
/// The default layout: <c>users/{tenant}_{user}[_{name}].json</c>, <c>states/{tenant}_{handler}_{user}.json</c>,
/// <c>tables/{tenant}_{table}_{id}.json</c>; the record of a table as a whole has an empty id.
/// </summary>
/// <remarks>Only one part of each name may hold a plain <c>_</c> (<c>name</c>, <c>handler</c>, <c>id</c>), so the
/// others end where one stands. The user record <c>profile</c> has no name part and no other record may be read from
/// one that says so.</remarks>
internal sealed class ScopedLayout : IRecordLayout
{
    private const int Users = 0;
    private const int States = 1;

    public IReadOnlyList<string> Directories { get; } = ["users", "states", "tables"];

    public string PathOf(in RecordKey key)
    {
        var tenant = FileNameText.Escape(key.Tenant, underscores: false);
        var owner = FileNameText.Escape(key.Owner, underscores: false);
        var name = FileNameText.Escape(key.Name, underscores: true);
        return key.Kind switch
        {
            RecordKind.User when key.Name == RecordKey.ProfileName =>
                "users/" + RecordFileName.Of($"{tenant}_{owner}", key),
            RecordKind.User => "users/" + RecordFileName.Of($"{tenant}_{owner}_{name}", key),
            RecordKind.State => "states/" + RecordFileName.Of($"{tenant}_{name}_{owner}", key),
            _ => "tables/" + RecordFileName.Of($"{tenant}_{owner}_{name}", key),
        };
    }

    public FileNameKind Read(int directory, ReadOnlySpan<char> name, out int owner)
    {
        owner = 0;
        if (!RecordFileName.TryGetStem(name, out var stem)) return FileNameKind.Foreign;
        var kind = RecordFileName.ReadShortened(stem, out owner);
        if (kind != FileNameKind.Record) return kind;
        if (!TrySplit(directory, stem, out var parts)) return FileNameKind.Foreign;
        owner = Records.OwnerHash.OfEscaped(KindOf(directory), parts.Tenant, parts.Owner);
        return FileNameKind.Record;
    }

    public bool TryParse(int directory, ReadOnlySpan<char> name, out RecordKey key)
    {
        key = default;
        if (!RecordFileName.TryGetStem(name, out var stem) || !TrySplit(directory, stem, out var parts)) return false;
        FileNameText.TryUnescape(parts.Tenant, underscores: false, out var tenant);
        FileNameText.TryUnescape(parts.Owner, underscores: false, out var owner);
        FileNameText.TryUnescape(parts.Name, underscores: true, out var last);
        key = KindOf(directory) switch
        {
            RecordKind.User => RecordKey.User(tenant, owner, last.Length == 0 ? RecordKey.ProfileName : last),
            RecordKind.State => RecordKey.State(tenant, owner, last),
            _ => RecordKey.Table(tenant, last.Length == 0 ? TableKey.Table(owner) : TableKey.Row(owner, last)),
        };
        return true;
    }

    public int OwnerHash(RecordKind kind, string tenant, string owner) => Records.OwnerHash.Of(kind, tenant, owner);

    private static RecordKind KindOf(int directory) => directory switch
    {
        Users => RecordKind.User,
        States => RecordKind.State,
        _ => RecordKind.Table,
    };

    // True only for what PathOf gives: each record has one name, and a second one would be a second file of it.
    private static bool TrySplit(int directory, ReadOnlySpan<char> stem, out Parts parts)
    {
        parts = default;
        var first = stem.IndexOf('_');
        if (first < 1) return false;
        var rest = stem[(first + 1)..];
        var second = directory == States ? rest.LastIndexOf('_') : rest.IndexOf('_');
        parts.Tenant = stem[..first];
        parts.Owner = second < 0 ? rest : directory == States ? rest[(second + 1)..] : rest[..second];
        parts.Name = second < 0 ? default : directory == States ? rest[..second] : rest[(second + 1)..];
        var complete = KindOf(directory) switch
        {
            RecordKind.User => second < 0 || (!parts.Name.IsEmpty && parts.Name is not RecordKey.ProfileName),
            RecordKind.State => second > 0,
            _ => second > 0,
        };
        return complete && !parts.Owner.IsEmpty && FileNameText.IsEscaped(parts.Tenant, underscores: false) &&
            FileNameText.IsEscaped(parts.Owner, underscores: false) &&
            FileNameText.IsEscaped(parts.Name, underscores: true);
    }

    private ref struct Parts
    {
        internal ReadOnlySpan<char> Tenant;
        internal ReadOnlySpan<char> Owner;
        internal ReadOnlySpan<char> Name;
    }
}
