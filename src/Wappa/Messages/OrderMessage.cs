namespace Wappa;

/// <summary>A basket of products.</summary>
public sealed class OrderMessage : Message
{
    /// <summary>The catalogue they are from; <see langword="null"/> if not given.</summary>
    public string? CatalogId { get; init; }

    /// <summary>What the user wrote with it; <see langword="null"/> or empty for nothing.</summary>
    public string? Text { get; init; }

    /// <summary>The products.</summary>
    public required IReadOnlyList<OrderItem> Items { get; init; }
}

/// <summary>A product in a basket.</summary>
/// <param name="RetailerId">The product's id as the business named it.</param>
/// <param name="Quantity">How many.</param>
/// <param name="Price">What one costs, as the phone has it: check it against the catalogue; null if not given.</param>
/// <param name="Currency">The currency as ISO 4217 names it; null if not given.</param>
public sealed record OrderItem(string RetailerId, long Quantity, decimal? Price, string? Currency);
