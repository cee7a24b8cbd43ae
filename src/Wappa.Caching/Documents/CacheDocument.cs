using System.Buffers;
using System.Text;
using System.Text.Json;
using Wappa.Caching.Documents;

namespace Wappa.Caching;

/// <summary>
/// A record's content as a value: an ordered set of (field name → raw UTF-8 JSON) that never changes. Every operation
/// that "changes" it gives a new document, and nothing it hands out can reach the bytes it holds.
/// </summary>
/// <remarks>At most 64 levels deep, the record itself included. Field names are unique. Number and string texts are kept
/// as written, so what is read is what was written, to the letter.</remarks>
public class CacheDocument : IEquatable<CacheDocument>
{
    private readonly byte[] _json;

    // The one instance a deeply immutable type is read as, and the serializer that made it. The owner is set once and
    // only the owner's serializer writes the instance, so the two can never be seen mismatched.
    private CacheSerializer? _typedBy;
    private object? _typed;

    private protected CacheDocument(byte[] json) => _json = json;

    /// <summary>The document without fields. A record may be empty; that is not the same as missing.</summary>
    public static CacheDocument Empty { get; } = new("{}"u8.ToArray());

    /// <summary>The document as UTF-8 JSON without white space. Valid while the document is referenced; copy to keep.</summary>
    public ReadOnlySpan<byte> Utf8Json => _json;

    /// <summary>The length of <see cref="Utf8Json"/> in bytes: what the record limit counts.</summary>
    public int ByteCount => _json.Length;

    /// <summary>How many fields there are. O(size).</summary>
    public int Count
    {
        get
        {
            var fields = new FieldReader(_json);
            var count = 0;
            while (fields.MoveNext()) count++;
            return count;
        }
    }

    /// <summary>The field names in order.</summary>
    public IReadOnlyList<string> FieldNames
    {
        get
        {
            var names = new List<string>();
            var fields = new FieldReader(_json);
            while (fields.MoveNext()) names.Add(Unescape(fields.Name));
            return names;
        }
    }

    /// <summary>Makes a document of a JSON object.</summary>
    /// <param name="utf8Json">One JSON object. Of two fields with one name the last counts.</param>
    /// <exception cref="CacheSerializationException">Not a JSON object, not UTF-8, or deeper than 64 levels.</exception>
    public static CacheDocument Parse(ReadOnlySpan<byte> utf8Json)
    {
        try
        {
            return new(JsonText.CompactObject(utf8Json));
        }
        catch (JsonException error)
        {
            throw new CacheSerializationException(
                $"The text is not a JSON object of at most {JsonText.MaxDepth} levels in UTF-8" +
                (error.LineNumber is { } line ? $" (line {line + 1}, byte {error.BytePositionInLine})." : "."),
                error);
        }
    }

    /// <inheritdoc cref="Parse(ReadOnlySpan{byte})"/>
    public static CacheDocument Parse(string json) => Parse(Encoding.UTF8.GetBytes(json));

    /// <summary>Takes over bytes known to obey <see cref="JsonText"/>. The caller gives the array away.</summary>
    internal static CacheDocument Trusted(byte[] json) => new(json);

    /// <summary>The bytes without a copy, for stores that promise not to write to them.</summary>
    internal byte[] RawJson => _json;

    /// <summary><see cref="As{T}"/> for a cache, whose kind is named in the error.</summary>
    internal T Read<T>(CacheSerializer serializer, RecordKind? kind)
    {
        if (typeof(T) == typeof(CacheDocument)) return (T)(object)this;
        if (!ImmutableTypes<T>.IsShareable) return serializer.ReadDocument<T>(_json, kind);
        if (ReferenceEquals(_typedBy, serializer) && _typed is T shared) return shared;
        return ReadAndShare<T>(serializer, kind);
    }

    /// <summary>Whether the field is there; a JSON null is there.</summary>
    public bool Contains(string field)
    {
        ArgumentNullException.ThrowIfNull(field);
        return new FieldReader(_json).Find(field);
    }

    /// <summary>The raw JSON of one field.</summary>
    /// <returns>False if there is no such field.</returns>
    public bool TryGetField(string field, out ReadOnlySpan<byte> json)
    {
        ArgumentNullException.ThrowIfNull(field);
        var fields = new FieldReader(_json);
        var found = fields.Find(field);
        json = found ? fields.Value : default;
        return found;
    }

    /// <summary>One field as a value.</summary>
    /// <param name="field">The field's name as it is stored, e.g. <c>message_count</c>.</param>
    /// <param name="serializer">How it is read. Default: <see cref="CacheSerializer.Default"/>.</param>
    /// <returns>The value; <see langword="default"/> if the field is missing or null.</returns>
    /// <exception cref="CacheSerializationException">The field does not fit the type.</exception>
    public T? GetField<T>(string field, CacheSerializer? serializer = null) =>
        TryGetField(field, out var json) ? (serializer ?? CacheSerializer.Default).ReadValue<T>(json) : default;

    /// <summary>The whole document as a value: fresh on every call, unless <typeparamref name="T"/> cannot change, when
    /// the instance made first is given to everyone.</summary>
    /// <param name="serializer">How it is read. Default: <see cref="CacheSerializer.Default"/>.</param>
    /// <exception cref="CacheSerializationException">The document does not fit the type.</exception>
    public T As<T>(CacheSerializer? serializer = null) => Read<T>(serializer ?? CacheSerializer.Default, null);

    /// <summary>Sets one field, in its place if it is there, else at the end.</summary>
    /// <param name="field">Any string.</param>
    /// <param name="json">One JSON value of at most 63 levels.</param>
    /// <exception cref="CacheSerializationException">Not one JSON value, or too deep.</exception>
    public CacheDocument SetField(string field, ReadOnlySpan<byte> json) => WithField(field, Checked(json, 1));

    /// <summary>Takes one field away.</summary>
    /// <returns>This document itself if there is no such field.</returns>
    public CacheDocument RemoveField(string field)
    {
        ArgumentNullException.ThrowIfNull(field);
        var fields = new FieldReader(_json);
        if (!fields.Find(field)) return this;

        // The comma that goes with it: the one after, or for the last field the one before.
        var (start, end) = (fields.NameStart, fields.ValueEnd);
        end = FieldReader.SkipSpaceAnd(_json, end, (byte)',');
        if (_json[end] == '}')
        {
            end = fields.ValueEnd;
            while (_json[start - 1] is (byte)',' or <= (byte)' ') start--;
        }

        return Splice(start, end, default);
    }

    /// <summary>Adds to a number field; a missing or null field counts as 0.</summary>
    /// <param name="field">Any string.</param>
    /// <param name="by">Its kind decides the arithmetic.</param>
    /// <param name="result">The new value.</param>
    /// <exception cref="CacheTypeException">The field holds something else, or the sum does not fit.</exception>
    public CacheDocument Increment(string field, CacheNumber by, out CacheNumber result)
    {
        ArgumentNullException.ThrowIfNull(field);
        var fields = new FieldReader(_json);
        var found = fields.Find(field);
        result = found && !JsonKind.IsNull(fields.Value) ? by.AddTo(fields.Value) : by;
        Span<byte> text = stackalloc byte[CacheNumber.MaxTextLength];
        text = text[..result.Format(text)];
        return found ? Splice(fields.ValueStart, fields.ValueEnd, text) : AddField(field, text);
    }

    /// <summary>Appends to an array field; a missing or null field counts as an empty array. O(size of the field).</summary>
    /// <param name="field">Any string.</param>
    /// <param name="json">One JSON value of at most 62 levels.</param>
    /// <param name="maxLength">Keep only the newest so many; <see langword="null"/>: all.</param>
    /// <param name="length">The new length.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxLength"/> is below 1.</exception>
    /// <exception cref="CacheTypeException">The field holds something other than an array.</exception>
    /// <exception cref="CacheSerializationException">Not one JSON value, or too deep.</exception>
    public CacheDocument Append(string field, ReadOnlySpan<byte> json, int? maxLength, out int length)
    {
        ArgumentNullException.ThrowIfNull(field);
        if (maxLength is { } limit) ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1, nameof(maxLength));
        var item = Checked(json, 2);
        var fields = new FieldReader(_json);
        if (!fields.Find(field) || JsonKind.IsNull(fields.Value))
        {
            length = 1;
            return WithField(field, JsonArray.Of(item));
        }

        var array = JsonArray.Append(fields.Value, item, maxLength ?? int.MaxValue, out length);
        return Splice(fields.ValueStart, fields.ValueEnd, array);
    }

    /// <summary>Every field of <paramref name="fields"/> replaces the one of its name, or is added at the end; the others
    /// stay. O(size of both).</summary>
    public CacheDocument Merge(CacheDocument fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        return fields._json.Length == Empty._json.Length ? this : new(FieldMerge.Merge(_json, fields._json));
    }

    /// <summary>The JSON text.</summary>
    public override string ToString() => Encoding.UTF8.GetString(_json);

    /// <summary>Same fields in the same order with the same texts.</summary>
    public bool Equals(CacheDocument? other) => other is not null && _json.AsSpan().SequenceEqual(other._json);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as CacheDocument);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(_json);
        return hash.ToHashCode();
    }

    private static byte[] Checked(ReadOnlySpan<byte> json, int levelsAbove)
    {
        try
        {
            return JsonText.Compact(json, JsonText.MaxDepth - levelsAbove);
        }
        catch (JsonException error)
        {
            throw new CacheSerializationException(
                $"The field's value is not one JSON value of at most {JsonText.MaxDepth - levelsAbove} levels in UTF-8.", error);
        }
    }

    private static string Unescape(ReadOnlySpan<byte> name)
    {
        if (!name.Contains((byte)'\\')) return Encoding.UTF8.GetString(name);
        Span<byte> quoted = new byte[name.Length + 2];
        quoted[0] = quoted[^1] = (byte)'"';
        name.CopyTo(quoted[1..]);
        var reader = new Utf8JsonReader(quoted);
        reader.Read();
        return reader.GetString()!;
    }

    private CacheDocument WithField(string field, ReadOnlySpan<byte> value)
    {
        ArgumentNullException.ThrowIfNull(field);
        var fields = new FieldReader(_json);
        return fields.Find(field) ? Splice(fields.ValueStart, fields.ValueEnd, value) : AddField(field, value);
    }

    private CacheDocument AddField(string field, ReadOnlySpan<byte> value)
    {
        var name = JsonText.EscapeName(field);
        var end = _json.Length - 1;
        var first = _json.Length == 2;
        var json = new byte[_json.Length + (first ? 3 : 4) + name.Length + value.Length];
        _json.AsSpan(0, end).CopyTo(json);
        var rest = json.AsSpan(end);
        if (!first)
        {
            rest[0] = (byte)',';
            rest = rest[1..];
        }

        rest[0] = (byte)'"';
        name.CopyTo(rest[1..]);
        rest = rest[(name.Length + 1)..];
        rest[0] = (byte)'"';
        rest[1] = (byte)':';
        value.CopyTo(rest[2..]);
        json[^1] = (byte)'}';
        return new(json);
    }

    private CacheDocument Splice(int start, int end, ReadOnlySpan<byte> replacement)
    {
        var json = new byte[_json.Length - (end - start) + replacement.Length];
        _json.AsSpan(0, start).CopyTo(json);
        replacement.CopyTo(json.AsSpan(start));
        _json.AsSpan(end).CopyTo(json.AsSpan(start + replacement.Length));
        return new(json);
    }

    private T ReadAndShare<T>(CacheSerializer serializer, RecordKind? kind)
    {
        var value = serializer.ReadDocument<T>(_json, kind);
        var owner = Interlocked.CompareExchange(ref _typedBy, serializer, null);

        // Another serializer got here first: its instance may look different, so this one stays private.
        if (owner is null || ReferenceEquals(owner, serializer)) Volatile.Write(ref _typed, value);
        return value;
    }
}
