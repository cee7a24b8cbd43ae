namespace Wappa;

/// <summary>What a message refers to.</summary>
public sealed class MessageContext
{
    /// <summary>The id of the message it answers; <see langword="null"/> for a message that was only
    /// forwarded.</summary>
    public string? MessageId { get; init; }

    /// <summary>Who wrote the answered message: the business's number, or the user's own when they quote
    /// themselves.</summary>
    public string? From { get; init; }

    /// <summary>The business-scoped id of who wrote the answered message; <see langword="null"/> if not given.</summary>
    public string? FromBsuid { get; init; }

    /// <summary>Whether it was forwarded, at most five times or more often.</summary>
    public bool Forwarded { get; init; }

    /// <summary>Whether it was forwarded more than five times.</summary>
    public bool FrequentlyForwarded { get; init; }

    /// <summary>The product the user asks about; <see langword="null"/> for none.</summary>
    public ProductReference? Product { get; init; }
}

/// <summary>A product in a catalogue.</summary>
/// <param name="CatalogId">The catalogue.</param>
/// <param name="RetailerId">The product's id as the business named it.</param>
public sealed record ProductReference(string? CatalogId, string? RetailerId);
