using System.Text.Json;
using System.Text.Unicode;
using Wappa.Caching.Documents;

namespace Wappa.Caching.Json.Records;

/// <summary>Reads a record's file that is not exactly as it was written: an editor's spaces, a person's values,
/// comments, another program's order of members. What cannot be accepted is told in a way that helps, without quoting
/// it.</summary>
internal static class EditedRecordFile
{
    /// <inheritdoc cref="RecordFile.Read"/>
    internal static RecordFileState Read(ReadOnlySpan<byte> content, out RecordImage image, out string problem)
    {
        image = default;
        problem = ProblemOfBytes(content);
        if (problem.Length > 0) return RecordFileState.Damaged;
        try
        {
            var members = RecordMembers.Read(content);
            if (members.IsOriginal) return RecordFileState.Original;
            image = ToImage(members);
            return members.Check is null ? RecordFileState.Edited : RecordFileState.Valid;
        }
        catch (FormatException error)
        {
            problem = error.Message;
        }
        catch (JsonException error)
        {
            problem = Describe(error, content);
        }

        catch (InvalidOperationException)
        {
            problem = "It has a member whose name is no text."; // an escaped half of a surrogate pair
        }

        return RecordFileState.Damaged;
    }

    /// <summary>What keeps bytes from being JSON at all; empty: nothing that shows without reading it.</summary>
    internal static string ProblemOfBytes(ReadOnlySpan<byte> content)
    {
        if (content.IsEmpty) return "It is empty.";
        if (content.IndexOf((byte)0) is >= 0 and var at)
            return $"It holds NUL bytes from byte {at + 1} on: its content never reached the disk, or was overwritten.";
        if (content.StartsWith("\uFEFF"u8)) return "It begins with a byte order mark; save it as UTF-8 without one.";
        return Utf8.IsValid(content) ? "" : "It is not valid UTF-8; save it in that encoding.";
    }

    /// <summary>Where bytes stop being JSON; the reader's own words would quote them.</summary>
    internal static string Describe(JsonException error, ReadOnlySpan<byte> content) => EndsTooEarly(content)
        ? "It ends in the middle: the rest was never written, or was cut off."
        : $"It is not JSON (line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1}).";

    private static bool EndsTooEarly(ReadOnlySpan<byte> content)
    {
        var reader = new Utf8JsonReader(content, isFinalBlock: false, new JsonReaderState(RecordMembers.Lenient));
        try
        {
            while (reader.Read())
            {
            }

            return reader.CurrentDepth > 0 ||
                reader.TokenType is JsonTokenType.None or JsonTokenType.StartObject or JsonTokenType.StartArray;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static RecordImage ToImage(in RecordMembers members)
    {
        if (members.Check == false)
        {
            throw new FormatException(
                "Its checksum does not fit: it was damaged, or edited with its \"check\" line left in. " +
                "Remove that line to have an edit accepted.");
        }

        if (members.Key is not { } text) throw new FormatException("It has no \"key\".");
        if (members.Value is not { } value) throw new FormatException("It has no \"value\".");
        if (!KeyFactory.Default.TryParse(text, out var key))
            throw new FormatException("Its \"key\" is none of a state, a user record or a table row.");
        return new(key, members.Revision, members.ExpiresAt, CacheDocument.Trusted(Compact(value)));
    }

    private static byte[] Compact(byte[] value)
    {
        try
        {
            return JsonText.CompactObject(value);
        }
        catch (JsonException error)
        {
            throw new FormatException(
                $"Its \"value\" has more than {JsonText.MaxDepth} levels, or a field whose name is no text.", error);
        }
    }
}
