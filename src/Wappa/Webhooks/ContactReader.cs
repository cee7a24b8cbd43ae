using System.Text.Json;

namespace Wappa.Webhooks;

/// <summary>Reads <c>{profile{name, username}, wa_id, user_id, …}</c>.</summary>
internal static class ContactReader
{
    internal static ContactDraft Read(ref Utf8JsonReader reader)
    {
        var contact = new ContactDraft();
        while (LenientText.ReadProperty(ref reader))
        {
            var name = LenientText.NameOf(ref reader);
            if (name.SequenceEqual("wa_id"u8)) contact.WaId = LenientText.ReadId(ref reader);
            else if (name.SequenceEqual("user_id"u8)) contact.Bsuid = LenientText.ReadId(ref reader);
            else if (name.SequenceEqual("profile"u8)) ReadProfile(ref reader, contact);
            else if (name.SequenceEqual("parent_user_id"u8)) contact.ParentBsuid = LenientText.ReadId(ref reader);
            else if (name.SequenceEqual("country_code"u8)) contact.CountryCode = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("identity_key_hash"u8)) contact.IdentityKeyHash = LenientText.ReadText(ref reader);
            else reader.Skip();
        }

        return contact;
    }

    private static void ReadProfile(ref Utf8JsonReader reader, ContactDraft contact)
    {
        if (!LenientText.EnterObject(ref reader)) return;
        while (LenientText.ReadProperty(ref reader))
        {
            var name = LenientText.NameOf(ref reader);
            if (name.SequenceEqual("name"u8)) contact.Name = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("username"u8)) contact.Username = LenientText.ReadText(ref reader);
            else reader.Skip();
        }
    }
}
