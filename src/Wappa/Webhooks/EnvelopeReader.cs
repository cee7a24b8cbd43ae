using System.Runtime.InteropServices;
using System.Text.Json;

namespace Wappa.Webhooks;

/// <summary>
/// Walks <c>{object, entry[{id, time, changes[{field, value}]}]}</c> once, in whatever order the names come, and drafts
/// every item. Of a name that is there twice the last one counts. Used again for the next body; not thread-safe.
/// </summary>
internal sealed class EnvelopeReader
{
    private const int KeptCapacity = 64;

    // MaxDepth is the contract's limit, not merely the default: deeper JSON is refused.
    private static readonly JsonReaderOptions JsonLimits = new() { MaxDepth = 64 };

    private readonly List<ItemDraft> _items = [];
    private readonly ValueReader _values;
    private IgnoredItems _ignored;

    internal EnvelopeReader() => _values = new(_items);

    /// <summary>What the last body held, in order.</summary>
    internal ReadOnlySpan<ItemDraft> Items => CollectionsMarshal.AsSpan(_items);

    /// <summary>What of it could not be used.</summary>
    internal IgnoredItems Ignored => _ignored;

    /// <summary>Reads a body.</summary>
    /// <returns>False: JSON, but not an object.</returns>
    /// <exception cref="JsonException">Not JSON, or nested too deep.</exception>
    internal bool Read(ReadOnlySpan<byte> body)
    {
        Clear();
        var reader = new Utf8JsonReader(body, JsonLimits);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject) return false;
        var ours = false;
        var hasEntries = false;
        while (LenientText.ReadProperty(ref reader))
        {
            var name = LenientText.NameOf(ref reader);
            if (name.SequenceEqual("entry"u8)) hasEntries = ReadEntries(ref reader, body);
            else if (name.SequenceEqual("object"u8)) ours = IsOurs(ref reader);
            else reader.Skip();
        }

        reader.Read(); // throws on anything but white space behind the object
        if (!ours) DropAll();
        else if (!hasEntries) _ignored.Add(IgnoredReasons.NoEntries);
        return true;
    }

    /// <summary>Forgets the last body; what it referred to belongs to people.</summary>
    internal void Clear()
    {
        _items.Clear();
        if (_items.Capacity > KeptCapacity) _items.Capacity = KeptCapacity;
        _values.Clear();
        _ignored = default;
    }

    private static bool IsOurs(ref Utf8JsonReader reader)
    {
        reader.Read();
        var ours = reader.TokenType == JsonTokenType.String &&
            reader.ValueSpan.SequenceEqual("whatsapp_business_account"u8);
        reader.Skip();
        return ours;
    }

    private void DropAll()
    {
        var count = _items.Count + _ignored.Count;
        _items.Clear();
        _ignored = default;
        _ignored.Add(IgnoredReasons.OtherProduct, Math.Max(1, count));
    }

    private bool ReadEntries(ref Utf8JsonReader reader, ReadOnlySpan<byte> body)
    {
        _items.Clear();
        if (!LenientText.EnterArray(ref reader)) return false;
        var count = 0;
        for (; reader.Read() && reader.TokenType != JsonTokenType.EndArray; count++) ReadEntry(ref reader, body);
        return count > 0;
    }

    private void ReadEntry(ref Utf8JsonReader reader, ReadOnlySpan<byte> body)
    {
        if (IsNotAnObject(ref reader)) return;
        var first = _items.Count;
        string? account = null;
        DateTimeOffset? time = null;
        var hasChanges = false;
        while (LenientText.ReadProperty(ref reader))
        {
            var name = LenientText.NameOf(ref reader);
            if (name.SequenceEqual("changes"u8)) hasChanges = ReadChanges(ref reader, body, first);
            else if (name.SequenceEqual("id"u8)) account = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("time"u8)) time = LenientText.ReadTime(ref reader);
            else reader.Skip();
        }

        if (!hasChanges) _ignored.Add(IgnoredReasons.EntryWithoutChanges);
        foreach (ref var item in CollectionsMarshal.AsSpan(_items)[first..])
        {
            item.AccountId = account;
            item.EntryTime = time;
        }
    }

    private bool ReadChanges(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, int first)
    {
        Truncate(first);
        if (!LenientText.EnterArray(ref reader)) return false;
        var count = 0;
        for (; reader.Read() && reader.TokenType != JsonTokenType.EndArray; count++) ReadChange(ref reader, body);
        return count > 0;
    }

    // The value is read as messages before the field is known, since it usually comes first; for another field the
    // drafts are dropped and the value itself is the item.
    private void ReadChange(ref Utf8JsonReader reader, ReadOnlySpan<byte> body)
    {
        if (IsNotAnObject(ref reader)) return;
        var first = _items.Count;
        var before = _ignored;
        string? field = null;
        Range? value = null;
        while (LenientText.ReadProperty(ref reader))
        {
            var name = LenientText.NameOf(ref reader);
            if (name.SequenceEqual("field"u8)) field = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("value"u8))
            {
                Truncate(first);
                _ignored = before;
                value = ReadValue(ref reader, body);
            }
            else reader.Skip();
        }

        if (field == "messages" && value is not null)
        {
            if (_items.Count == first && _ignored.Count == before.Count) _ignored.Add(IgnoredReasons.ValueWithoutItems);
            return;
        }

        Truncate(first);
        _ignored = before;
        if (field is null) _ignored.Add(IgnoredReasons.ChangeWithoutField);
        else if (value is { } range) _items.Add(_values.EventOf(field, body[range]));
        else _ignored.Add(IgnoredReasons.ChangeWithoutValue);
    }

    private Range? ReadValue(ref Utf8JsonReader reader, ReadOnlySpan<byte> body)
    {
        if (!LenientText.EnterObject(ref reader)) return null;
        var start = (int)reader.TokenStartIndex;
        _values.Read(ref reader, body, ref _ignored);
        return start..(int)reader.BytesConsumed;
    }

    private bool IsNotAnObject(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.StartObject) return false;
        reader.Skip();
        _ignored.Add(IgnoredReasons.ItemNotAnObject);
        return true;
    }

    private void Truncate(int count) => _items.RemoveRange(count, _items.Count - count);
}
