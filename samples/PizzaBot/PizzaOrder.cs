using System.Collections.Immutable;

namespace PizzaBot;

/// <summary>Where a customer's order stands: the state <c>pizza_order</c>.</summary>
/// <param name="Step">What was asked last: see <see cref="OrderSteps"/>.</param>
/// <param name="Size">small, medium or large; null until chosen.</param>
/// <param name="Toppings">In the order they were named.</param>
/// <param name="Total">Dollars.</param>
public sealed record PizzaOrder(string Step, string? Size, ImmutableArray<string> Toppings, decimal Total)
{
    /// <summary>An order of which nothing is known yet.</summary>
    public static PizzaOrder New { get; } = new(OrderSteps.Size, null, [], 0);
}

/// <summary>The steps of an order. No record at all is the start, too.</summary>
public static class OrderSteps
{
    public const string Start = "start";
    public const string Size = "size";
    public const string Toppings = "toppings";
    public const string Confirm = "confirm";
}

/// <summary>A confirmed order: a row of the table <c>orders</c>.</summary>
public sealed record PlacedOrder(
    string CustomerId, string Product, ImmutableArray<string> Toppings, decimal Total, string Status, string EstimatedTime,
    DateTimeOffset CreatedAt);

/// <summary>What is for sale: a row of the table <c>products</c>.</summary>
public sealed record Product(string Name, decimal Price, string Category);

/// <summary>The user record <c>stats</c>.</summary>
public sealed record UserStats(long MessageCount);
