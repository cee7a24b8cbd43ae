using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;
using Wappa.Caching.Json.Records;

namespace Wappa.Caching.Json.Tests.Records;

/// <summary>Names that file systems confuse, and the rule that every name keeps to.</summary>
internal static partial class LayoutSamples
{
    internal const string OwnTenant = "hotel_123";

    // Printable ASCII without what a file system reads as something else; capitals are in escapes only.
    private static readonly SearchValues<char> SafeCharacters = SearchValues.Create(
        Enumerable.Range(0x20, 0x5F).Select(code => (char)code).Except("/\\:*?\"<>|GHIJKLMNOPQRSTUVWXYZ").ToArray());

    internal static readonly IRecordLayout[] Layouts = [new ScopedLayout(), new CacheDataLayout(OwnTenant)];

    internal static readonly string[] Pieces =
    [
        "a", "A", "b", "c", "_", "__", "%", "%5F", "%5f", "%%", ":", "/", "\\", "..", ".", " ", "con", "COM1", "nul", "lpt9", "é",
        "e\u0301", "É", "ﬁ", "fi", "K", "k", "ß", "ss", "ẞ", "İ", "i\u0307", "ſ", "s", "🍕", "-", "+", "1", "profile", "user", "state",
        "df", "pkid", "\u00A0", "ａ", "*", "?", "\"", "<", ">", "|", "msg_history", "wappa_state", "\u212B", "Å", "~", "json",
    ];

    /// <summary>Keys that a careless layout gives one file, or a file elsewhere.</summary>
    internal static IEnumerable<RecordKey> Adversarial()
    {
        string[] names =
        [
            .. Pieces, "a_b", "b_c", "b_", "_b", "../../etc/passwd", "C:\\x", "/etc", "con.json", "con.", "con .x", "com1.x", "COM0", "Aux",
            "conin$", "CONOUT$", ".hidden", "..", "...", "a.", "a ", " a", "a..", "a. ", "profile.json", "a.tmp", "x%3Ay", "hotel123:user",
            new('a', 256), $"{new string('a', 255)}b", new('A', 256), new('é', 256), new('_', 256), new('%', 256), string.Concat(Enumerable.Repeat("🍕", 128)),
        ];
        string[] tenants = ["a", "a_b", "A", OwnTenant, new('t', 256)];
        foreach (var tenant in tenants)
        {
            foreach (var owner in names)
            {
                yield return RecordKey.Table(tenant, TableKey.Table(owner));
                foreach (var name in names)
                {
                    yield return RecordKey.User(tenant, owner, name);
                    yield return RecordKey.State(tenant, owner, name);
                    yield return RecordKey.Table(tenant, TableKey.Row(owner, name));
                }
            }
        }
    }

    internal static RecordKey Random(Random random)
    {
        var tenant = random.Next(3) == 0 ? OwnTenant : Name(random, 3);
        return random.Next(7) switch
        {
            0 => RecordKey.User(tenant, Name(random, 4)),
            1 => RecordKey.Table(tenant, TableKey.Table(Name(random, 4))),
            2 => RecordKey.Table(tenant, TableKey.Row(random.Next(2) == 0 ? "msg_history" : Name(random, 3), Name(random, 4))),
            3 or 4 => RecordKey.State(tenant, Name(random, 3), random.Next(2) == 0 ? "wappa_state" : Name(random, 4)),
            _ => RecordKey.User(tenant, Name(random, 3), Name(random, 4)),
        };
    }

    /// <summary>A path that every file system takes as it is and that stays where it belongs.</summary>
    internal static void ShouldBeSafe(this string path, IRecordLayout layout)
    {
        var at = path.LastIndexOf('/');
        var name = path[(at + 1)..];
        var isSafe = layout.Directories.Contains(path[..at]) && name.Length <= 200 && name[0] != '.' &&
            name.EndsWith(".json", StringComparison.Ordinal) && name[^6] is not ('.' or ' ') &&
            !name.AsSpan().ContainsAnyExcept(SafeCharacters) && !(name[0] is 'c' or 'p' or 'a' or 'n' or 'l' && DeviceName().IsMatch(name));
        if (!isSafe) throw new ShouldAssertException($"not safe: {name}");
    }

    /// <summary>What a file system that does not tell cases and Unicode forms apart makes of it.</summary>
    internal static string Folded(this string path) => path.Normalize(NormalizationForm.FormKC).ToUpperInvariant();

    internal static int DirectoryOf(this IRecordLayout layout, string path, out string name)
    {
        var at = path.LastIndexOf('/');
        name = path[(at + 1)..];
        return layout.Directories.ToList().IndexOf(path[..at]);
    }

    private static string Name(Random random, int most)
    {
        var name = Pieces[random.Next(Pieces.Length)];
        for (var more = random.Next(most); more > 0; more--) name += Pieces[random.Next(Pieces.Length)];
        return name;
    }

    [GeneratedRegex("""^(con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$|clock\$) *\.""", RegexOptions.IgnoreCase)]
    private static partial Regex DeviceName();
}
