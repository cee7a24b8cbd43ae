using System.Buffers;
using System.Text.Json;
using Wappa.Caching.Documents;

namespace Wappa.Caching.Json.Records;

/// <summary>The members of a record's file in any order, with comments and trailing commas, each at most
/// once.</summary>
internal struct RecordMembers
{
    /// <summary>How a file is read that a person may have had in hand. Levels are counted later, in the value
    /// alone.</summary>
    internal static readonly JsonReaderOptions Lenient = new()
    {
        AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, MaxDepth = int.MaxValue,
    };

    private static readonly string[] Known =
        ["key", "revision", "updated", "expires", "value", "check", "_metadata", "data"];

    private uint _seen;

    internal string? Key { get; private set; }

    /// <summary>0: there is none.</summary>
    internal long Revision { get; private set; }

    /// <summary>0: it does not expire.</summary>
    internal long ExpiresAt { get; private set; }

    /// <summary>Compact, and not looked at further.</summary>
    internal byte[]? Value { get; private set; }

    /// <summary>Whether the checksum fits; null: there is none.</summary>
    internal bool? Check { get; private set; }

    internal readonly bool IsOriginal =>
        Has("_metadata") && Has("data") && !Has("key") && !Has("value") && !Has("check");

    /// <exception cref="JsonException">It is not JSON.</exception>
    /// <exception cref="FormatException">It is not a record's file; the message says why.</exception>
    internal static RecordMembers Read(ReadOnlySpan<byte> content)
    {
        var members = default(RecordMembers);
        var reader = new Utf8JsonReader(content, Lenient);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject) throw new FormatException("It is not a JSON object.");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            // What stands below the checksum is not covered by it.
            if (members.Check is not null) throw new FormatException("Its \"check\" is not the last member.");
            members.ReadMember(ref reader, content);
        }

        reader.Read(); // nothing may follow
        return members;
    }

    private readonly bool Has(string member) => (_seen & 1u << Array.IndexOf(Known, member)) != 0;

    private void ReadMember(ref Utf8JsonReader reader, ReadOnlySpan<byte> content)
    {
        var at = 0;
        while (at < Known.Length && !reader.ValueTextEquals(Known[at])) at++;
        if (at == Known.Length) throw new FormatException("It has a member that a record's file does not have.");
        if ((_seen & 1u << at) != 0) throw new FormatException($"It has two members \"{Known[at]}\".");
        _seen |= 1u << at;
        var nameStart = (int)reader.TokenStartIndex;
        reader.Read();
        switch (Known[at])
        {
            case "key": Key = ReadText(ref reader); break;
            case "revision": Revision = ReadRevision(ref reader); break;
            case "updated": ReadInstant(ref reader, "updated"); break;
            case "expires": ExpiresAt = ReadExpiry(ref reader); break;
            case "value": Value = ReadValue(ref reader); break;
            case "check": Check = ReadCheck(ref reader, content[..nameStart]); break;
            default: SkipObject(ref reader, Known[at]); break;
        }
    }

    private static string ReadText(ref Utf8JsonReader reader)
    {
        try
        {
            if (reader.TokenType == JsonTokenType.String) return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // an escaped half of a surrogate pair: no text
        }

        throw new FormatException("Its \"key\" is not a text.");
    }

    private static long ReadRevision(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var revision) && revision > 0)
            return revision;
        throw new FormatException(
            "Its \"revision\" is not a whole number above 0; leave the member out to get a new one.");
    }

    private static long ReadExpiry(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null) return 0;
        var expiresAt = ReadInstant(ref reader, "expires");
        return expiresAt == 0 ? 1 : expiresAt; // the epoch itself is long past, not "never"
    }

    // Without an offset it is UTC, as everything here.
    private static long ReadInstant(ref Utf8JsonReader reader, string member)
    {
        if (reader.TokenType == JsonTokenType.String && reader.TryGetDateTime(out var instant))
            return IsoInstant.Of(instant.Kind == DateTimeKind.Local ? instant.ToUniversalTime() : instant);
        throw new FormatException($"Its \"{member}\" is not a date like \"2025-01-15T10:30:00.000Z\".");
    }

    private static byte[] ReadValue(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject) throw new FormatException("Its \"value\" is not an object.");
        var output = new ArrayBufferWriter<byte>();
        JsonText.CopyValue(ref reader, output);
        return output.WrittenSpan.ToArray();
    }

    private static bool ReadCheck(ref Utf8JsonReader reader, ReadOnlySpan<byte> above)
    {
        if (reader.TokenType != JsonTokenType.String) return false;
        var line = above.LastIndexOf((byte)'\n') + 1;
        return !above[line..].ContainsAnyExcept(" \t"u8) && RecordFile.IsCheckOf(above[..line], reader.ValueSpan);
    }

    private static void SkipObject(ref Utf8JsonReader reader, string member)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new FormatException($"Its \"{member}\" is not an object.");
        reader.Skip();
    }
}
