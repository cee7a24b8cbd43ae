using System.Text.Json;

namespace Wappa.Emulator;

/// <summary>A Graph error to answer with.</summary>
/// <param name="Code">Meta's code; 502 and 504 for a gateway's page.</param>
/// <param name="Count">How often; null: until it is taken out.</param>
internal sealed record GraphFault(int Code, int? Count = null);

/// <summary>The faults that are switched on. Shares go from 0 to 1.</summary>
internal sealed record ChaosSettings
{
    internal const int MaxDelayMs = 600_000;
    internal const int MaxBatch = 1000;
    internal const int MaxFlood = 100;
    private static readonly string[] Shares = ["duplicate", "drop", "badSignature", "appError"];

    public double Duplicate { get; init; }

    public double Drop { get; init; }

    public double BadSignature { get; init; }

    public double AppError { get; init; }

    public bool Reorder { get; init; }

    public int DelayMs { get; init; }

    public int Batch { get; init; } = 1;

    public int StatusFlood { get; init; }

    public bool LegacyShape { get; init; }

    public bool UnescapedJson { get; init; }

    public IReadOnlyList<GraphFault> GraphErrors { get; init; } = [];

    public bool GraphRate { get; init; }

    public bool StoreOutage { get; init; }

    public bool AutoDeliver { get; init; } = true;

    public bool AutoRead { get; init; }

    public int Seed { get; init; }

    /// <summary>What is wrong with it; null if nothing.</summary>
    internal string? Problem() => this switch
    {
        { Duplicate: < 0 or > 1 } or { Drop: < 0 or > 1 } or { BadSignature: < 0 or > 1 } or { AppError: < 0 or > 1 } =>
            $"{string.Join(", ", Shares)} must be from 0 to 1",
        { DelayMs: < 0 or > MaxDelayMs } => $"delayMs must be from 0 to {MaxDelayMs}",
        { Batch: < 1 or > MaxBatch } => $"batch must be from 1 to {MaxBatch}",
        { StatusFlood: < 0 or > MaxFlood } => $"statusFlood must be from 0 to {MaxFlood}",
        { GraphErrors: null } => "graphErrors must be a list",
        { GraphErrors.Count: > 100 } => "graphErrors must have at most 100 entries",
        _ when GraphErrors.Any(fault => fault is null or { Code: < 0 } or { Count: < 0 }) =>
            "graphErrors must have a code of 0 or more and a count of 0 or more",
        _ => null,
    };

    /// <summary>The settings with the fields of a JSON object changed.</summary>
    /// <exception cref="JsonException">A field is of another type, or unknown.</exception>
    internal ChaosSettings With(JsonElement fields)
    {
        var start = fields.TryGetProperty("reset", out var reset) && reset.ValueKind is JsonValueKind.True ? new() : this;
        return Patch.Apply(start, fields, (name, value) => name is "reset" ? null
            : Shares.Contains(name) && value is { ValueKind: JsonValueKind.True or JsonValueKind.False }
                ? JsonSerializer.SerializeToElement(value.ValueKind is JsonValueKind.True ? 1 : 0)
                : value);
    }
}
