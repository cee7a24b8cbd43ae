using System.Text.Json;

namespace Wappa;

/// <summary>One or more contacts.</summary>
public sealed record OutgoingContacts : OutgoingMessage
{
    internal const int MaxContacts = 257;

    /// <summary>1 to 257 contacts; each needs <see cref="ContactName.FormattedName"/> and one more part of the
    /// name.</summary>
    public required IReadOnlyList<ContactCard> Contacts { get; init; }

    internal override string Type => "contacts";

    private protected override void ValidateContent(string path)
    {
        var field = path + nameof(Contacts);
        FieldRules.Present(field, Contacts);
        FieldRules.Count(field, "contacts", Contacts.Count, 1, MaxContacts, "Send the rest in a second message.");
        for (var i = 0; i < Contacts.Count; i++) ValidateCard($"{field}[{i}]", Contacts[i]);
    }

    private protected override void WriteContent(Utf8JsonWriter json)
    {
        json.WriteStartArray();
        foreach (var card in Contacts) ContactCardWriter.Write(json, card);
        json.WriteEndArray();
    }

    private static void ValidateCard(string field, ContactCard? card)
    {
        FieldRules.Present(field, card);
        var name = $"{field}.{nameof(ContactCard.Name)}";
        FieldRules.Present(name, card.Name);
        FieldRules.NotEmpty($"{name}.{nameof(ContactName.FormattedName)}", card.Name.FormattedName);
        if ((card.Name.FirstName ?? card.Name.LastName ?? card.Name.MiddleName ?? card.Name.Prefix ?? card.Name.Suffix) is null)
        {
            throw new InvalidMessageException(
                name, "has a formatted name only.",
                $"Set one more part, such as {nameof(ContactName.FirstName)}.");
        }

        Each($"{field}.{nameof(ContactCard.Phones)}", card.Phones, static (path, phone) =>
            FieldRules.NotEmpty($"{path}.{nameof(phone.Phone)}", phone.Phone));
        Each($"{field}.{nameof(ContactCard.Emails)}", card.Emails, static (path, email) =>
            FieldRules.NotEmpty($"{path}.{nameof(email.Email)}", email.Email));
        Each($"{field}.{nameof(ContactCard.Urls)}", card.Urls, static (path, url) =>
            FieldRules.NotEmpty($"{path}.{nameof(url.Url)}", url.Url));
        Each($"{field}.{nameof(ContactCard.Addresses)}", card.Addresses, static (_, _) => { });
    }

    private static void Each<T>(string field, IReadOnlyList<T> items, Action<string, T> validate)
        where T : class
    {
        FieldRules.Present(field, items);
        for (var i = 0; i < items.Count; i++)
        {
            FieldRules.Present($"{field}[{i}]", items[i]);
            validate($"{field}[{i}]", items[i]);
        }
    }
}
