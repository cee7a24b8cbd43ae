namespace Wappa;

/// <summary>A person as WhatsApp names them. No text form is defined, so that a log line of one tells
/// nothing.</summary>
public sealed class WebhookUser
{
    /// <summary>Who it is to the caches: the phone number, or the <see cref="Bsuid"/> of a user who was first met without one;
    /// that stays so when the number becomes known. It is also the recipient of an answer.</summary>
    public required string UserId { get; init; }

    /// <summary>WhatsApp's <c>wa_id</c>, digits without <c>+</c>; <see langword="null"/> for users who hide it behind a
    /// username and were not seen with it before.</summary>
    public string? PhoneNumber { get; init; }

    /// <summary>The business-scoped user id, such as <c>US.1349…</c>; <see langword="null"/> if not given.</summary>
    public string? Bsuid { get; init; }

    /// <summary>The business-scoped id of linked portfolios; <see langword="null"/> if not given.</summary>
    public string? ParentBsuid { get; init; }

    /// <summary>The name in the user's profile, chosen by them; <see langword="null"/> if not given.</summary>
    public string? Name { get; init; }

    /// <summary>The username, as given; <see langword="null"/> for users without one.</summary>
    public string? Username { get; init; }

    /// <summary>The country of the number; <see langword="null"/> if not given.</summary>
    public string? CountryCode { get; init; }

    /// <summary>Changes when the user's security code does; <see langword="null"/> unless the check is switched
    /// on.</summary>
    public string? IdentityKeyHash { get; init; }

    /// <summary>The id the user is also known by; null: none.</summary>
    internal string? OtherId => Bsuid is not null && Bsuid != UserId ? Bsuid : PhoneNumber != UserId ? PhoneNumber : null;
}
