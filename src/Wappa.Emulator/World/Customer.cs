namespace Wappa.Emulator;

/// <summary>What a webhook tells of a customer.</summary>
internal enum CustomerIdentity
{
    /// <summary>Number and user id: the shape since April 2026.</summary>
    Phone,

    /// <summary>Only the number: the shape before.</summary>
    Legacy,

    /// <summary>Only the user id: somebody who hides the number behind a username.</summary>
    Username,
}

/// <summary>Somebody with WhatsApp on the phone.</summary>
/// <param name="Id">Opaque.</param>
/// <param name="Name">The profile's name; may be empty.</param>
/// <param name="Phone">Digits. Webhooks do not tell it of an <see cref="CustomerIdentity.Username"/>.</param>
/// <param name="UserId">The business-scoped id.</param>
/// <param name="Username">Null: none.</param>
/// <param name="Identity">What webhooks tell.</param>
internal sealed record Customer(
    string Id, string Name, string Phone, string UserId, string? Username, CustomerIdentity Identity);

/// <summary>A number of the business.</summary>
/// <param name="Id">The phone number id.</param>
/// <param name="Display">The number itself: digits.</param>
/// <param name="Name">The verified name customers see.</param>
/// <param name="Tenant">Whose data its messages concern; null where that is not known.</param>
internal sealed record BusinessNumber(string Id, string Display, string Name, string? Tenant);
