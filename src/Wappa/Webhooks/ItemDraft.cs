namespace Wappa.Webhooks;

/// <summary>What the reader knows of an item when it has passed it. Tenant, user and account are settled when the whole
/// entry is read, because JSON's order is not WhatsApp's promise.</summary>
internal struct ItemDraft
{
    /// <summary>A <see cref="Message"/>, a <see cref="MessageStatus"/>, an array of <see cref="WebhookError"/>, or, for
    /// other fields, the field's name.</summary>
    internal required object Content { get; set; }

    internal required byte[] RawJson { get; set; }

    internal string? WaId { get; set; }

    internal string? Bsuid { get; set; }

    internal string? ParentBsuid { get; set; }

    internal ContactDraft? Contact { get; set; }

    internal string? PhoneNumberId { get; set; }

    internal string? DisplayPhoneNumber { get; set; }

    internal string? AccountId { get; set; }

    internal DateTimeOffset? EntryTime { get; set; }
}

/// <summary>One element of <c>contacts</c>: any part may be missing.</summary>
internal sealed class ContactDraft
{
    internal string? WaId { get; set; }

    internal string? Bsuid { get; set; }

    internal string? ParentBsuid { get; set; }

    internal string? Name { get; set; }

    internal string? Username { get; set; }

    internal string? CountryCode { get; set; }

    internal string? IdentityKeyHash { get; set; }
}
