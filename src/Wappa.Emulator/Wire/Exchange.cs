using System.Text.Json.Serialization;

namespace Wappa.Emulator;

/// <summary>Which way a call went.</summary>
internal enum ExchangeKind
{
    /// <summary>To the app.</summary>
    Webhook,

    /// <summary>From the app.</summary>
    Graph,
}

/// <summary>A call between WhatsApp and the app, as far as it is known. Holds no secret.</summary>
internal sealed record Exchange
{
    public long Id { get; init; }

    public required ExchangeKind Kind { get; init; }

    public DateTimeOffset At { get; init; }

    public required string Method { get; init; }

    public required string Url { get; init; }

    public IReadOnlyDictionary<string, string> RequestHeaders { get; init; } = new Dictionary<string, string>();

    public string RequestBody { get; init; } = "";

    /// <summary>Null: not answered, or not yet.</summary>
    public int? Status { get; init; }

    public IReadOnlyDictionary<string, string> ResponseHeaders { get; init; } = new Dictionary<string, string>();

    public string ResponseBody { get; init; } = "";

    public double? DurationMs { get; init; }

    /// <summary>From 1.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>Of webhooks; null if there is no secret.</summary>
    public bool? SignatureValid { get; init; }

    /// <summary>Why there is no answer.</summary>
    public string? Note { get; init; }

    public string? Number { get; init; }

    public string? Customer { get; init; }

    public string? Message { get; init; }

    /// <summary>What is sent when it is repeated; null: it cannot be.</summary>
    [JsonIgnore]
    internal byte[]? Replay { get; init; }
}
