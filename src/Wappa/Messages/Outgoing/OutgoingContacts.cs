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

        for (var i = 0; i < card.Phones.Count; i++)
            FieldRules.NotEmpty($"{field}.{nameof(ContactCard.Phones)}[{i}].{nameof(ContactPhone.Phone)}", card.Phones[i].Phone);
    }
}
