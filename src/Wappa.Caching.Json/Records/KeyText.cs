using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Wappa.Caching.Documents;
using Wappa.Caching.Json.Files;
using Wappa.Caching.Keys;

namespace Wappa.Caching.Json.Records;

/// <summary>Keys in lines of the journal: as <see cref="KeyFactory.Default"/> writes them, as JSON text. Made for opening, which
/// reads hundreds of thousands: common keys are taken apart in place, and tenants and names that repeat are one string.</summary>
/// <remarks>The app's own prefixes do not show on disk: a folder stays readable when they change.</remarks>
internal sealed class KeyText
{
    // What stands for itself both in a key and in JSON.
    private static readonly SearchValues<byte> Plain = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.$+/@# "u8);

    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    internal KeyText() => _lookup = _names.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Appends a key, without quotes.</summary>
    internal static void Write(FileBuffer output, in RecordKey key)
    {
        var marker = key.Kind switch
        {
            RecordKind.State => ":state:"u8,
            RecordKind.User => ":user:"u8,
            _ => ":df:"u8,
        };
        Part(output, key.Tenant);
        output.Append(marker);
        if (key.Kind == RecordKind.State)
        {
            Part(output, key.Name);
            output.Append(":"u8);
            Part(output, key.Owner);
            return;
        }

        Part(output, key.Owner);
        if (key.Kind == RecordKind.Table) output.Append(":pkid:"u8);
        else if (key.Name == RecordKey.ProfileName) return;
        else output.Append(":"u8);
        Part(output, key.Name);
    }

    /// <summary>The position of the quote that ends a JSON text; -1: none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // an opening runs it once, a million times
    internal static int EndOf(ReadOnlySpan<byte> text)
    {
        for (var at = 0; at < text.Length; at += 2)
        {
            var next = text[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (next < 0) return -1;
            at += next;
            if (text[at] == '"') return at;
        }

        return -1;
    }

    /// <summary>Reads a key back.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // an opening runs it once, a million times
    internal bool TryParse(ReadOnlySpan<byte> text, out RecordKey key)
    {
        Span<Range> parts = stackalloc Range[6];
        var count = 0;
        var start = 0;
        for (var i = 0; i <= text.Length && count < 6; i++)
        {
            if (i < text.Length && text[i] != ':') continue;
            if (text[start..i].ContainsAnyExcept(Plain) || i - start > CacheName.MaxLength) return TryParseSlowly(text, out key);
            parts[count++] = start..i;
            start = i + 1;
        }

        key = default;
        if (count is < 3 or > 5) return false;
        for (var i = 0; i < count; i++)
        {
            if (parts[i].Start.Equals(parts[i].End) && (count != 5 || i != 4)) return false;
        }

        var tenant = Shared(text[parts[0]]);
        var kind = text[parts[1]];
        if (kind.SequenceEqual("user"u8) && count <= 4)
        {
            var user = Encoding.ASCII.GetString(text[parts[2]]);
            var name = count == 3 ? RecordKey.ProfileName : Shared(text[parts[3]]);
            if (count == 4 && name == RecordKey.ProfileName) return false;
            key = new(RecordKind.User, tenant, user, name, RecordKey.HashOwner(tenant, user));
        }
        else if (kind.SequenceEqual("state"u8) && count == 4)
        {
            var user = Encoding.ASCII.GetString(text[parts[3]]);
            key = new(RecordKind.State, tenant, user, Shared(text[parts[2]]), RecordKey.HashOwner(tenant, user));
        }
        else if (kind.SequenceEqual("df"u8) && count == 5 && text[parts[3]].SequenceEqual("pkid"u8))
        {
            var table = Shared(text[parts[2]]);
            key = new(RecordKind.Table, tenant, table, Encoding.ASCII.GetString(text[parts[4]]), RecordKey.HashOwner(tenant, table));
        }
        else
        {
            return false;
        }

        return true;
    }

    private static bool TryParseSlowly(ReadOnlySpan<byte> text, out RecordKey key)
    {
        key = default;
        try
        {
            byte[] quoted = [(byte)'"', .. text, (byte)'"'];
            var reader = new Utf8JsonReader(quoted);
            reader.Read();
            return KeyFactory.Default.TryParse(reader.GetString()!, out key) && !reader.Read();
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static void Part(FileBuffer output, string part)
    {
        var free = output.Free(part.Length);
        if (Ascii.FromUtf16(part, free, out var written) == OperationStatus.Done && !free[..written].ContainsAnyExcept(Plain))
        {
            output.Advance(written);
            return;
        }

        output.Append(JsonEncodedText.Encode(KeyEscape.Escape(part), JsonText.Encoder).EncodedUtf8Bytes);
    }

    // Names come from outside, so the set must not grow with them for ever; past a few thousand it no longer pays anyway.
    private string Shared(ReadOnlySpan<byte> name)
    {
        Span<char> text = stackalloc char[CacheName.MaxLength];
        text = text[..Encoding.ASCII.GetChars(name, text)];
        if (_lookup.TryGetValue(text, out var known)) return known;
        var added = text.ToString();
        if (_names.Count < 4096) _names.Add(added);
        return added;
    }
}
