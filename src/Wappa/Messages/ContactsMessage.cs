namespace Wappa;

/// <summary>Contacts the user shares, or the user's own as an answer to an
/// <see cref="OutgoingContactRequest"/>.</summary>
public sealed class ContactsMessage : Message
{
    /// <summary>At least one.</summary>
    public required IReadOnlyList<ContactCard> Contacts { get; init; }
}
