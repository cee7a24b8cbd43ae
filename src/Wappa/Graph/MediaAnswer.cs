using System.Text.Json;
using System.Text.Json.Serialization;

namespace Wappa.Graph;

/// <summary>What the Graph API answers about a file, as far as it is read. The size is a number in practice and a text
/// in the documentation.</summary>
internal sealed record MediaAnswer(
    string? Id, string? Url, string? MimeType, string? Sha256,
    [property: JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)] long? FileSize)
{
    /// <returns>Null for what is no such answer.</returns>
    internal static MediaAnswer? Read(GraphAnswer answer)
    {
        try
        {
            return JsonSerializer.Deserialize(answer.Body.Span, GraphJson.Default.MediaAnswer);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
