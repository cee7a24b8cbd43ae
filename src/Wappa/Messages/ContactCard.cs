namespace Wappa;

/// <summary>A contact, received or to be sent. No text form is defined: it would show a person.</summary>
public sealed class ContactCard
{
    /// <summary>Who it is. Required for sending; <see langword="null"/> when a user answers an
    /// <see cref="OutgoingContactRequest"/>.</summary>
    public ContactName? Name { get; init; }

    /// <summary>Phone numbers.</summary>
    public IReadOnlyList<ContactPhone> Phones { get; init; } = [];

    /// <summary>E-mail addresses.</summary>
    public IReadOnlyList<ContactEmail> Emails { get; init; } = [];

    /// <summary>Postal addresses.</summary>
    public IReadOnlyList<ContactAddress> Addresses { get; init; } = [];

    /// <summary>Web addresses.</summary>
    public IReadOnlyList<ContactUrl> Urls { get; init; } = [];

    /// <summary>Where the person works; <see langword="null"/> if not given.</summary>
    public ContactOrganization? Organization { get; init; }

    /// <summary>The day of birth as <c>YYYY-MM-DD</c>; <see langword="null"/> if not given.</summary>
    public string? Birthday { get; init; }

    /// <summary>Received ones only: <c>contact_request</c> for an answer to a request, <c>other</c> else;
    /// <see langword="null"/> if not given.</summary>
    public string? Origin { get; init; }

    /// <summary>Received ones only: the whole contact as a vCard; <see langword="null"/> if not given.</summary>
    public string? VCard { get; init; }
}

/// <summary>The parts of a name.</summary>
public sealed class ContactName
{
    /// <summary>The whole name as it is shown. To send it, one more part is needed.</summary>
    public string? FormattedName { get; init; }

    /// <summary>The first name.</summary>
    public string? FirstName { get; init; }

    /// <summary>The last name.</summary>
    public string? LastName { get; init; }

    /// <summary>What is between the two.</summary>
    public string? MiddleName { get; init; }

    /// <summary>What is before them, such as <c>Dr.</c>.</summary>
    public string? Prefix { get; init; }

    /// <summary>What is after them, such as <c>Jr.</c>.</summary>
    public string? Suffix { get; init; }
}

/// <summary>A phone number.</summary>
public sealed class ContactPhone
{
    /// <summary>As people write it; <see langword="null"/> if not given.</summary>
    public string? Phone { get; init; }

    /// <summary>As WhatsApp knows it; <see langword="null"/> for a number that is not on WhatsApp.</summary>
    public string? WaId { get; init; }

    /// <summary>What it is for, such as <c>CELL</c>, <c>HOME</c>, <c>WORK</c>.</summary>
    public string? Type { get; init; }
}

/// <summary>An e-mail address.</summary>
public sealed class ContactEmail
{
    /// <summary>The address.</summary>
    public string? Email { get; init; }

    /// <summary><c>HOME</c> or <c>WORK</c>.</summary>
    public string? Type { get; init; }
}

/// <summary>A web address.</summary>
public sealed class ContactUrl
{
    /// <summary>The address.</summary>
    public string? Url { get; init; }

    /// <summary><c>HOME</c> or <c>WORK</c>.</summary>
    public string? Type { get; init; }
}

/// <summary>A postal address.</summary>
public sealed class ContactAddress
{
    /// <summary>Street and number.</summary>
    public string? Street { get; init; }

    /// <summary>The city.</summary>
    public string? City { get; init; }

    /// <summary>The state or region.</summary>
    public string? State { get; init; }

    /// <summary>The postal code.</summary>
    public string? Zip { get; init; }

    /// <summary>The country's name.</summary>
    public string? Country { get; init; }

    /// <summary>The country as ISO 3166 names it in two letters.</summary>
    public string? CountryCode { get; init; }

    /// <summary><c>HOME</c> or <c>WORK</c>.</summary>
    public string? Type { get; init; }
}

/// <summary>Where a person works.</summary>
public sealed class ContactOrganization
{
    /// <summary>The company.</summary>
    public string? Company { get; init; }

    /// <summary>The department.</summary>
    public string? Department { get; init; }

    /// <summary>What the person does there.</summary>
    public string? Title { get; init; }
}
