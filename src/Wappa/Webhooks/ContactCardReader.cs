using System.Text.Json;

namespace Wappa.Webhooks;

/// <summary>Reads one shared contact. Everything in it may be missing.</summary>
internal static class ContactCardReader
{
    /// <summary>Reads an object whose start is the current token.</summary>
    internal static ContactCard? Read(ref Utf8JsonReader reader)
    {
        var card = new Parts();
        while (LenientText.ReadProperty(ref reader))
        {
            var name = LenientText.NameOf(ref reader);
            if (name.SequenceEqual("name"u8)) card.Name = ReadName(ref reader);
            else if (name.SequenceEqual("phones"u8)) card.Phones = LenientText.ReadList(ref reader, ReadPhone);
            else if (name.SequenceEqual("emails"u8)) card.Emails = LenientText.ReadList(ref reader, ReadEmail);
            else if (name.SequenceEqual("addresses"u8)) card.Addresses = LenientText.ReadList(ref reader, ReadAddress);
            else if (name.SequenceEqual("urls"u8)) card.Urls = LenientText.ReadList(ref reader, ReadUrl);
            else if (name.SequenceEqual("org"u8)) card.Organization = ReadOrganization(ref reader);
            else if (name.SequenceEqual("birthday"u8)) card.Birthday = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("origin"u8)) card.Origin = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("vcard"u8)) card.VCard = LenientText.ReadText(ref reader);
            else reader.Skip();
        }

        return card.ToCard();
    }

    private static ContactName? ReadName(ref Utf8JsonReader reader)
    {
        if (!LenientText.EnterObject(ref reader)) return null;
        string? formatted = null, first = null, last = null, middle = null, prefix = null, suffix = null;
        while (LenientText.ReadProperty(ref reader))
        {
            var name = LenientText.NameOf(ref reader);
            if (name.SequenceEqual("formatted_name"u8)) formatted = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("first_name"u8)) first = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("last_name"u8)) last = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("middle_name"u8)) middle = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("prefix"u8)) prefix = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("suffix"u8)) suffix = LenientText.ReadText(ref reader);
            else reader.Skip();
        }

        return new()
        {
            FormattedName = formatted,
            FirstName = first,
            LastName = last,
            MiddleName = middle,
            Prefix = prefix,
            Suffix = suffix,
        };
    }

    private static ContactPhone ReadPhone(ref Utf8JsonReader reader)
    {
        string? phone = null, waId = null, type = null;
        while (LenientText.ReadProperty(ref reader))
        {
            var name = LenientText.NameOf(ref reader);
            if (name.SequenceEqual("phone"u8)) phone = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("wa_id"u8)) waId = LenientText.ReadId(ref reader);
            else if (name.SequenceEqual("type"u8)) type = LenientText.ReadText(ref reader);
            else reader.Skip();
        }

        return new() { Phone = phone, WaId = waId, Type = type };
    }

    private static ContactEmail ReadEmail(ref Utf8JsonReader reader)
    {
        var (email, type) = ReadTyped(ref reader, "email"u8);
        return new() { Email = email, Type = type };
    }

    private static ContactUrl ReadUrl(ref Utf8JsonReader reader)
    {
        var (url, type) = ReadTyped(ref reader, "url"u8);
        return new() { Url = url, Type = type };
    }

    private static (string? Value, string? Type) ReadTyped(ref Utf8JsonReader reader, ReadOnlySpan<byte> valueName)
    {
        string? value = null, type = null;
        while (LenientText.ReadProperty(ref reader))
        {
            var name = LenientText.NameOf(ref reader);
            if (name.SequenceEqual(valueName)) value = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("type"u8)) type = LenientText.ReadText(ref reader);
            else reader.Skip();
        }

        return (value, type);
    }

    private static ContactAddress ReadAddress(ref Utf8JsonReader reader)
    {
        string? street = null, city = null, state = null, zip = null, country = null, code = null, type = null;
        while (LenientText.ReadProperty(ref reader))
        {
            var name = LenientText.NameOf(ref reader);
            if (name.SequenceEqual("street"u8)) street = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("city"u8)) city = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("state"u8)) state = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("zip"u8)) zip = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("country"u8)) country = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("country_code"u8)) code = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("type"u8)) type = LenientText.ReadText(ref reader);
            else reader.Skip();
        }

        return new()
        {
            Street = street,
            City = city,
            State = state,
            Zip = zip,
            Country = country,
            CountryCode = code,
            Type = type,
        };
    }

    private static ContactOrganization? ReadOrganization(ref Utf8JsonReader reader)
    {
        if (!LenientText.EnterObject(ref reader)) return null;
        string? company = null, department = null, title = null;
        while (LenientText.ReadProperty(ref reader))
        {
            var name = LenientText.NameOf(ref reader);
            if (name.SequenceEqual("company"u8)) company = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("department"u8)) department = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("title"u8)) title = LenientText.ReadText(ref reader);
            else reader.Skip();
        }

        return new() { Company = company, Department = department, Title = title };
    }

    private struct Parts
    {
        internal ContactName? Name;
        internal ContactOrganization? Organization;
        internal string? Birthday, Origin, VCard;
        internal IReadOnlyList<ContactPhone>? Phones;
        internal IReadOnlyList<ContactEmail>? Emails;
        internal IReadOnlyList<ContactAddress>? Addresses;
        internal IReadOnlyList<ContactUrl>? Urls;

        internal readonly ContactCard ToCard() => new()
        {
            Name = Name,
            Organization = Organization,
            Birthday = Birthday,
            Origin = Origin,
            VCard = VCard,
            Phones = Phones ?? [],
            Emails = Emails ?? [],
            Addresses = Addresses ?? [],
            Urls = Urls ?? [],
        };
    }
}
