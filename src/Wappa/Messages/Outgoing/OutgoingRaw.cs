using System.Text.Json;

namespace Wappa;

/// <summary>A message of a kind that has no class here, such as an order's payment status. What is around the content is
/// written as for every other message; the content is passed on as it is.</summary>
public sealed record OutgoingRaw : OutgoingMessage
{
    /// <summary>WhatsApp's name of the type, such as <c>interactive</c>; the content is sent under it.</summary>
    public required string TypeName { get; init; }

    /// <summary>The content: a JSON object or array.</summary>
    public required JsonElement Content { get; init; }

    internal override string Type => TypeName;

    private protected override void ValidateContent(string path)
    {
        FieldRules.NotEmpty(path + nameof(TypeName), TypeName);
        if (Content.ValueKind is JsonValueKind.Object or JsonValueKind.Array) return;
        throw new InvalidMessageException(path + nameof(Content), "is neither a JSON object nor an array.", "Give it one.");
    }

    private protected override void WriteContent(Utf8JsonWriter json) => Content.WriteTo(json);
}
