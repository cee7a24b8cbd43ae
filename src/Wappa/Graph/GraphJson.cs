using System.Text.Json.Serialization;

namespace Wappa.Graph;

/// <summary>What the Graph API answers to a message it accepted, as far as it is read.</summary>
internal sealed record SendAnswer(
    IReadOnlyList<SendAnswer.Contact?>? Contacts, IReadOnlyList<SendAnswer.Message?>? Messages)
{
    internal sealed record Contact(string? WaId, string? UserId);

    internal sealed record Message(string? Id);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(SendAnswer))]
internal sealed partial class GraphJson : JsonSerializerContext;
