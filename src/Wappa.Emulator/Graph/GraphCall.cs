using System.Text;
using System.Text.Json.Nodes;

namespace Wappa.Emulator;

/// <summary>A call of the Graph API, however it came.</summary>
/// <param name="Method">Upper case.</param>
/// <param name="Url">Absolute.</param>
/// <param name="Headers">Any case.</param>
/// <param name="Body">All of it.</param>
internal sealed record GraphCall(string Method, Uri Url, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    /// <summary>The parts of the path: version, object, edge.</summary>
    internal string[] Path { get; } = [.. Url.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries)];

    internal string? Header(string name) => Headers.GetValueOrDefault(name);

    /// <summary>A value of the query; null if it is not there.</summary>
    internal string? Query(string name)
    {
        foreach (var pair in Url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (key, value) = pair.Split('=', 2) is [var left, var right] ? (left, right) : (pair, "");
            if (key == name) return Uri.UnescapeDataString(value);
        }

        return null;
    }
}

/// <summary>An answer of the Graph API.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="ContentType">Of the body.</param>
/// <param name="Body">The body.</param>
internal sealed record GraphReply(int Status, string ContentType, byte[] Body)
{
    private const string Json = "application/json; charset=UTF-8";

    /// <summary>Beside the content type.</summary>
    internal IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Whom it was about, for the log of exchanges.</summary>
    internal string? Customer { get; init; }

    /// <summary>Which message it was about.</summary>
    internal string? Message { get; init; }

    internal static GraphReply Of(JsonNode node, int status = 200) =>
        new(status, Json, Encoding.UTF8.GetBytes(node.ToJsonString(GraphApi.JsonOptions)));

    internal static GraphReply Success { get; } = Of(new JsonObject { ["success"] = true });

    /// <summary>What a proxy in between says when WhatsApp does not.</summary>
    internal static GraphReply Gateway(int status) => new(
        status, "text/html; charset=UTF-8",
        Encoding.UTF8.GetBytes($"<html><body>{(status is 504 ? "Gateway Timeout" : "Bad Gateway")}</body></html>"));
}
