using System.Text.Json;

namespace Wappa;

/// <summary>Writes a contact under WhatsApp's names; what is missing is left out.</summary>
internal static class ContactCardWriter
{
    internal static void Write(Utf8JsonWriter json, ContactCard card)
    {
        json.WriteStartObject();
        WriteName(json, card.Name!);
        WriteOrganization(json, card.Organization);
        Write(json, "birthday"u8, card.Birthday);
        WriteEach(json, "phones"u8, card.Phones, static (json, phone) =>
        {
            Write(json, "phone"u8, phone.Phone);
            Write(json, "wa_id"u8, phone.WaId);
            Write(json, "type"u8, phone.Type);
        });
        WriteEach(json, "emails"u8, card.Emails, static (json, email) =>
        {
            Write(json, "email"u8, email.Email);
            Write(json, "type"u8, email.Type);
        });
        WriteEach(json, "addresses"u8, card.Addresses, WriteAddress);
        WriteEach(json, "urls"u8, card.Urls, static (json, url) =>
        {
            Write(json, "url"u8, url.Url);
            Write(json, "type"u8, url.Type);
        });
        json.WriteEndObject();
    }

    private static void WriteName(Utf8JsonWriter json, ContactName name)
    {
        json.WriteStartObject("name"u8);
        Write(json, "formatted_name"u8, name.FormattedName);
        Write(json, "first_name"u8, name.FirstName);
        Write(json, "last_name"u8, name.LastName);
        Write(json, "middle_name"u8, name.MiddleName);
        Write(json, "prefix"u8, name.Prefix);
        Write(json, "suffix"u8, name.Suffix);
        json.WriteEndObject();
    }

    private static void WriteOrganization(Utf8JsonWriter json, ContactOrganization? organization)
    {
        if (organization is null) return;
        json.WriteStartObject("org"u8);
        Write(json, "company"u8, organization.Company);
        Write(json, "department"u8, organization.Department);
        Write(json, "title"u8, organization.Title);
        json.WriteEndObject();
    }

    private static void WriteAddress(Utf8JsonWriter json, ContactAddress address)
    {
        Write(json, "street"u8, address.Street);
        Write(json, "city"u8, address.City);
        Write(json, "state"u8, address.State);
        Write(json, "zip"u8, address.Zip);
        Write(json, "country"u8, address.Country);
        Write(json, "country_code"u8, address.CountryCode);
        Write(json, "type"u8, address.Type);
    }

    private static void WriteEach<T>(
        Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<T> items, Action<Utf8JsonWriter, T> write)
    {
        if (items.Count is 0) return;
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStartObject();
            write(json, item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null) json.WriteString(name, value);
    }
}
