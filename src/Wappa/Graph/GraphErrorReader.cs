using System.Net;
using System.Text.Json;

namespace Wappa.Graph;

/// <summary>Turns what the Graph API answers into an exception, whatever it is.</summary>
internal static class GraphErrorReader
{
    /// <summary>Reads a refusal. Gateways in between answer HTML and the like: that is an error without a
    /// code.</summary>
    /// <param name="status">The answer's status.</param>
    /// <param name="body">The answer's body.</param>
    /// <param name="isMessage">Whether the call was to send a message.</param>
    /// <param name="asked">The wait the answer's headers ask for; null for none.</param>
    /// <param name="secrets">What WhatsApp may quote and must not reach a log: the token, the recipient.</param>
    internal static WhatsAppApiException Read(
        HttpStatusCode status, ReadOnlyMemory<byte> body, bool isMessage, TimeSpan? asked, params ReadOnlySpan<string?> secrets)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind == JsonValueKind.Object &&
                document.RootElement.TryGetProperty("error"u8, out var error) &&
                error.ValueKind == JsonValueKind.Object)
            {
                return FromError(status, error, asked, secrets);
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // Not JSON, or with a name that is not text: told apart below by having no code.
        }

        return WithoutCode(status, isMessage, asked);
    }

    private static WhatsAppApiException FromError(
        HttpStatusCode status, JsonElement error, TimeSpan? asked, ReadOnlySpan<string?> secrets)
    {
        var code = Number(error, "code"u8) ?? 0;
        var subcode = Number(error, "error_subcode"u8);
        var traceId = Text(error, "fbtrace_id"u8);
        return new(WhatsAppApiException.Describe(code, subcode, traceId, Redact(Text(error, "message"u8), secrets)))
        {
            Code = code,
            Subcode = subcode,
            ErrorType = Text(error, "type"u8),
            Details = Redact(DetailsOf(error), secrets),
            TraceId = traceId,
            HttpStatus = status,
            Retry = GraphErrorPolicy.Decide(code, status, IsTrue(error, "is_transient"u8), asked),
        };
    }

    private static WhatsAppApiException WithoutCode(HttpStatusCode status, bool isMessage, TimeSpan? asked) => new(
        $"WhatsApp answered with HTTP status {(int)status} and no error that can be read.")
    {
        HttpStatus = status,
        Retry = GraphErrorPolicy.Decide(0, status, isTransient: false, asked),
        // A gateway may have passed the request on before it failed.
        OutcomeUnknown = isMessage && (int)status >= 500,
    };

    private static string? Redact(string? text, ReadOnlySpan<string?> secrets)
    {
        foreach (var secret in secrets)
        {
            if (secret is { Length: > 0 }) text = text?.Replace(secret, "***", StringComparison.Ordinal);
        }

        return text;
    }

    // An object with "details" as documented; some answers put a plain string there.
    private static string? DetailsOf(JsonElement error)
    {
        if (!error.TryGetProperty("error_data"u8, out var data)) return null;
        return data.ValueKind switch
        {
            JsonValueKind.Object => Text(data, "details"u8),
            JsonValueKind.String => TextOf(data),
            _ => null,
        };
    }

    private static string? Text(JsonElement parent, ReadOnlySpan<byte> name) =>
        parent.TryGetProperty(name, out var value) ? TextOf(value) : null;

    private static string? TextOf(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String) return null;
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null; // half of a surrogate pair: not worth losing the error over
        }
    }

    private static int? Number(JsonElement parent, ReadOnlySpan<byte> name)
    {
        if (!parent.TryGetProperty(name, out var value)) return null;
        if (value.ValueKind == JsonValueKind.Number) return value.TryGetInt32(out var number) ? number : null;
        return int.TryParse(TextOf(value), out var parsed) ? parsed : null;
    }

    private static bool IsTrue(JsonElement parent, ReadOnlySpan<byte> name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;
}
