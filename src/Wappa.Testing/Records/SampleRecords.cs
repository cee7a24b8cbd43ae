using System.Collections.Immutable;

namespace Wappa.Testing.Records;

/// <summary>Deeply immutable: readers may share one instance.</summary>
internal sealed record Order(string? Size, int Quantity, ImmutableArray<string> Toppings);

/// <summary>A handler's state.</summary>
internal sealed record Step(string Name, long Number = 0);

/// <summary>Counters of each arithmetic.</summary>
internal sealed record Stats(long MessageCount = 0, decimal TotalSpent = 0, double AverageRating = 0);

/// <summary>Everything about it can be changed by whoever holds it.</summary>
internal sealed class Basket
{
    public string Owner { get; set; } = "";

    public List<string> Items { get; set; } = [];

    public Dictionary<string, int[]> Counts { get; set; } = [];
}
