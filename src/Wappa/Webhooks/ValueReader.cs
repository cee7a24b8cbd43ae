using System.Runtime.InteropServices;
using System.Text.Json;

namespace Wappa.Webhooks;

/// <summary>
/// Reads the value of a change: the number it came in on, the people it names, and its messages, statuses and errors.
/// People are joined by id and never by position: there may be fewer of them, in another order, or none.
/// </summary>
internal sealed class ValueReader(List<ItemDraft> items)
{
    private readonly List<ContactDraft> _contacts = [];
    private string? _phoneNumberId;
    private string? _displayPhoneNumber;

    /// <summary>Reads an object whose start is the current token.</summary>
    internal void Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, ref IgnoredItems ignored)
    {
        Clear();
        var first = items.Count;
        var start = (int)reader.TokenStartIndex;
        var hasActions = false;
        while (LenientText.ReadProperty(ref reader))
        {
            var name = LenientText.NameOf(ref reader);
            if (name.SequenceEqual("metadata"u8)) ReadMetadata(ref reader);
            else if (name.SequenceEqual("contacts"u8)) ReadContacts(ref reader);
            else if (name.SequenceEqual("messages"u8)) ReadItems(ref reader, body, ItemKind.Message, first, ref ignored);
            else if (name.SequenceEqual("statuses"u8)) ReadItems(ref reader, body, ItemKind.Status, first, ref ignored);
            else if (name.SequenceEqual("errors"u8)) ReadErrors(ref reader, body, first);
            else if (name.SequenceEqual("user_actions"u8)) hasActions = SkipArray(ref reader);
            else reader.Skip();
        }

        // What users did to a message has no shape of its own here: the value as a whole is the event.
        if (hasActions) items.Add(NewEvent("messages", body[start..(int)reader.BytesConsumed]));
        Settle(CollectionsMarshal.AsSpan(items)[first..]);
    }

    /// <summary>The event of another field, with the number of the value just read.</summary>
    internal ItemDraft EventOf(string field, ReadOnlySpan<byte> value)
    {
        var item = NewEvent(field, value);
        item.PhoneNumberId = _phoneNumberId;
        item.DisplayPhoneNumber = _displayPhoneNumber;
        return item;
    }

    internal void Clear()
    {
        _contacts.Clear();
        _phoneNumberId = null;
        _displayPhoneNumber = null;
    }

    private static ItemDraft NewEvent(string field, ReadOnlySpan<byte> value) =>
        new() { Content = field, RawJson = value.ToArray() };

    private void ReadMetadata(ref Utf8JsonReader reader)
    {
        if (!LenientText.EnterObject(ref reader)) return;
        while (LenientText.ReadProperty(ref reader))
        {
            var name = LenientText.NameOf(ref reader);
            if (name.SequenceEqual("phone_number_id"u8)) _phoneNumberId = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("display_phone_number"u8)) _displayPhoneNumber = LenientText.ReadText(ref reader);
            else reader.Skip();
        }
    }

    private void ReadContacts(ref Utf8JsonReader reader)
    {
        _contacts.Clear();
        if (!LenientText.EnterArray(ref reader)) return;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.StartObject) _contacts.Add(ContactReader.Read(ref reader));
            else reader.Skip();
        }
    }

    private void ReadItems(
        ref Utf8JsonReader reader, ReadOnlySpan<byte> body, ItemKind kind, int first, ref IgnoredItems ignored)
    {
        if (kind == ItemKind.Message) DropEarlier<Message>(first);
        else DropEarlier<MessageStatus>(first);
        if (!LenientText.EnterArray(ref reader))
        {
            ignored.Add(IgnoredReasons.ItemsNotAnArray);
            return;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
                ignored.Add(IgnoredReasons.ItemNotAnObject);
                continue;
            }

            var draft = kind == ItemKind.Message
                ? MessageReader.Read(ref reader, body)
                : StatusReader.Read(ref reader, body);
            if (draft is { } item) items.Add(item);
            else ignored.Add(IgnoredReasons.ItemWithoutId);
        }
    }

    // The same name twice in one object: the last one counts.
    private void DropEarlier<T>(int first)
    {
        for (var i = items.Count - 1; i >= first; i--)
        {
            if (items[i].Content is T) items.RemoveAt(i);
        }
    }

    private void ReadErrors(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, int first)
    {
        DropEarlier<WebhookError[]>(first);
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        var errors = ErrorReader.Read(ref reader);
        if (errors.Length > 0)
            items.Add(new() { Content = errors, RawJson = body[start..(int)reader.BytesConsumed].ToArray() });
    }

    private static bool SkipArray(ref Utf8JsonReader reader)
    {
        reader.Read();
        var isArray = reader.TokenType == JsonTokenType.StartArray;
        reader.Skip();
        return isArray;
    }

    private void Settle(Span<ItemDraft> drafts)
    {
        foreach (ref var draft in drafts)
        {
            draft.PhoneNumberId = _phoneNumberId;
            draft.DisplayPhoneNumber = _displayPhoneNumber;
            draft.Contact = ContactOf(draft);
        }
    }

    private ContactDraft? ContactOf(in ItemDraft draft)
    {
        foreach (var contact in _contacts)
        {
            if (contact.WaId is not null && contact.WaId == draft.WaId) return contact;
            if (contact.Bsuid is not null && contact.Bsuid == draft.Bsuid) return contact;
        }

        return null;
    }

    private enum ItemKind
    {
        Message,
        Status,
    }
}
