namespace Wappa;

/// <summary>Something about the user changed. The turn still belongs to the user as known before; from the next message
/// on the user is <see cref="NewPhoneNumber"/> or <see cref="NewBsuid"/>, with caches of their own: this turn is where
/// records are moved.</summary>
public sealed class SystemMessage : Message
{
    /// <summary><c>user_changed_number</c>, <c>user_changed_user_id</c>, <c>customer_identity_changed</c>, the older
    /// <c>customer_changed_number</c>, or what WhatsApp adds; empty if it did not say.</summary>
    public required string Kind { get; init; }

    /// <summary>What happened, in WhatsApp's words; it names numbers. <see langword="null"/> if not given.</summary>
    public string? Body { get; init; }

    /// <summary>The number the user has now; <see langword="null"/> if it did not change.</summary>
    public string? NewPhoneNumber { get; init; }

    /// <summary>The business-scoped id the user has now, which may be the one they had; <see langword="null"/> if not
    /// given.</summary>
    public string? NewBsuid { get; init; }

    /// <summary>The hash of the new security code; <see langword="null"/> if it did not change.</summary>
    public string? IdentityKeyHash { get; init; }
}
