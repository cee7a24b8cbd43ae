using System.Text;
using Wappa.Caching.Keys;

namespace Wappa.Caching.Json.Records;

/// <summary>
/// The layout <see cref="JsonLayout.CacheData"/>: short names for the profiles
/// (<c>user_cache/user_profile_{user}.json</c>), the rows of the table <c>msg_history</c>
/// (<c>table_cache/msg_history_{id}.json</c>) and the states <c>wappa_state</c>
/// (<c>state_cache/wappa_state_{user}.json</c>) of one tenant; every other record stands in <c>keys</c> below, under
/// its whole key.
/// </summary>
/// <param name="ownTenant">The tenant that the short names leave out.</param>
internal sealed class CacheDataLayout(string ownTenant) : IRecordLayout
{
    private const string HistoryTable = "msg_history";
    private const string WappaState = "wappa_state";
    private const int Short = 3; // directories with short names; as many with whole keys follow

    private static readonly RecordKind[] Kinds = [RecordKind.User, RecordKind.Table, RecordKind.State];
    private static readonly string[] Prefixes = ["user_profile_", "msg_history_", "wappa_state_"];

    private readonly string _tenantInName = FileNameText.Escape(ownTenant, underscores: false);
    private readonly byte[] _tenantInKey = Encoding.UTF8.GetBytes(KeyEscape.Escape(ownTenant));

    public IReadOnlyList<string> Directories { get; } =
        ["user_cache", "table_cache", "state_cache", "user_cache/keys", "table_cache/keys", "state_cache/keys"];

    public string PathOf(in RecordKey key)
    {
        var directory = Array.IndexOf(Kinds, key.Kind);
        var id = key.Kind == RecordKind.Table ? key.Name : key.Owner;
        var stem = IsShort(key)
            ? Prefixes[directory] + FileNameText.Escape(id, underscores: MayHoldUnderscores(directory))
            : FileNameText.Escape(KeyFactory.Default.Key(key), underscores: true);
        return $"{Directories[IsShort(key) ? directory : directory + Short]}/{RecordFileName.Of(stem, key)}";
    }

    public FileNameKind Read(int directory, ReadOnlySpan<char> name, out int owner)
    {
        owner = 0;
        if (!RecordFileName.TryGetStem(name, out var stem)) return FileNameKind.Foreign;
        var kind = RecordFileName.ReadShortened(stem, out owner);
        if (kind != FileNameKind.Record) return kind;
        if (directory >= Short)
        {
            Span<byte> utf8 = stackalloc byte[stem.Length];
            return TryReadKey(Kinds[directory - Short], stem, utf8, out owner)
                ? FileNameKind.Record
                : FileNameKind.Foreign;
        }

        if (!TryGetId(directory, stem, out var id)) return FileNameKind.Foreign;
        owner = Records.OwnerHash.OfEscaped(
            Kinds[directory], _tenantInName, Kinds[directory] == RecordKind.Table ? HistoryTable : id);
        return FileNameKind.Record;
    }

    public bool TryParse(int directory, ReadOnlySpan<char> name, out RecordKey key)
    {
        key = default;
        if (Read(directory, name, out _) != FileNameKind.Record) return false;
        RecordFileName.TryGetStem(name, out var stem);
        if (directory >= Short)
        {
            return FileNameText.TryUnescape(stem, underscores: true, out var text) &&
                KeyFactory.Default.TryParse(text, out key);
        }

        TryGetId(directory, stem, out var escaped);
        FileNameText.TryUnescape(escaped, MayHoldUnderscores(directory), out var id);
        key = Kinds[directory] switch
        {
            RecordKind.User => RecordKey.User(ownTenant, id),
            RecordKind.State => RecordKey.State(ownTenant, id, WappaState),
            _ => RecordKey.Table(ownTenant, TableKey.Row(HistoryTable, id)),
        };
        return true;
    }

    public int OwnerHash(RecordKind kind, string tenant, string owner) => Records.OwnerHash.Of(kind, tenant, owner);

    // As in the other layout: a record's id may, a user's may not.
    private static bool MayHoldUnderscores(int directory) => Kinds[directory] == RecordKind.Table;

    private static bool TryGetId(int directory, ReadOnlySpan<char> stem, out ReadOnlySpan<char> id)
    {
        id = default;
        if (!stem.StartsWith(Prefixes[directory], StringComparison.Ordinal)) return false;
        id = stem[Prefixes[directory].Length..];
        return !id.IsEmpty && FileNameText.IsEscaped(id, MayHoldUnderscores(directory));
    }

    private bool IsShort(in RecordKey key) => key.Tenant == ownTenant && key.Kind switch
    {
        RecordKind.User => key.Name == RecordKey.ProfileName,
        RecordKind.State => key.Name == WappaState,
        _ => key.Owner == HistoryTable && key.Name.Length > 0,
    };

    // Listing meets a million of these names, so the key is looked at where it stands, without making a string of it.
    private bool TryReadKey(RecordKind kind, ReadOnlySpan<char> stem, Span<byte> utf8, out int owner)
    {
        owner = 0;
        if (!FileNameText.IsEscaped(stem, underscores: true)) return false;
        FileNameText.TryDecode(stem, utf8, out var length);
        if (!RecordKeyText.TrySplit(utf8[..length], out var parts)) return false;
        if (parts.Kind != kind || IsShort(parts)) return false;
        owner = Records.OwnerHash.OfKeyParts(kind, parts.Tenant, parts.Owner);
        return true;
    }

    private bool IsShort(in RecordKeyText parts) => parts.Tenant.SequenceEqual(_tenantInKey) && parts.Kind switch
    {
        RecordKind.User => parts.Name.IsEmpty,
        RecordKind.State => parts.Name.SequenceEqual("wappa_state"u8),
        _ => parts.Owner.SequenceEqual("msg_history"u8) && !parts.Name.IsEmpty,
    };
}
