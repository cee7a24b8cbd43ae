using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Wappa.Benchmarks.Cases;

/// <summary>The five-field order: nothing in it can change, so readers may share one.</summary>
internal sealed record Order(
    string Step, string Size, ImmutableArray<string> Toppings, decimal Total, DateTimeOffset CreatedAt)
{
    /// <summary>The order of the user with this number; no two users share an instance.</summary>
    public static Order Of(int user) => new(
        "confirm", "large", ["pepperoni", "mushrooms", "extra cheese"], 15.99m + (user % 100),
        new DateTimeOffset(2025, 1, 15, 10, 30, 0, TimeSpan.Zero).AddSeconds(user));
}

/// <summary>The same as a class anyone can change, so every reader gets one of its own.</summary>
internal sealed class Draft
{
    public string Step { get; set; } = "";

    public string Size { get; set; } = "";

    public List<string> Toppings { get; set; } = [];

    public decimal Total { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>Five fields, the last of them a counter: the dearest one to find.</summary>
internal sealed record Basket(string Step, string Size, ImmutableArray<string> Toppings, decimal Total, long Items)
{
    public static Basket Of(int user) =>
        new("toppings", "large", ["pepperoni", "mushrooms", "extra cheese"], 15.99m + (user % 100), 1_000);
}

/// <summary>What every handled message counts up.</summary>
internal sealed record UserStats(long MessageCount, DateTimeOffset LastSeen)
{
    public static UserStats Of(int user) =>
        new(1_000, new DateTimeOffset(2025, 1, 15, 10, 30, 0, TimeSpan.Zero).AddSeconds(user));
}

/// <summary>The metadata both sides use: registered with our serializer, and called directly beside it.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Order))]
[JsonSerializable(typeof(Draft))]
[JsonSerializable(typeof(Basket))]
[JsonSerializable(typeof(UserStats))]
internal sealed partial class RecordsJson : JsonSerializerContext;
