using System.Text.Json;

namespace Wappa.Outbox;

/// <summary>Reads texts of a message that is ready to be posted.</summary>
internal static class BodyField
{
    /// <summary>WhatsApp's name of the kind, such as <c>text</c>.</summary>
    internal static string TypeOf(ReadOnlySpan<byte> body) => Find(body, "type"u8) ?? "text";

    /// <returns>Null: there is no such text at the top.</returns>
    internal static string? Find(ReadOnlySpan<byte> body, ReadOnlySpan<byte> name)
    {
        var reader = new Utf8JsonReader(body);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals(name);
            reader.Read();
            if (found) return reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
            reader.Skip();
        }

        return null;
    }
}
