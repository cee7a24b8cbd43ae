using System.Text.Json;

namespace Wappa.Webhooks;

/// <summary>Reads an array of errors.</summary>
internal static class ErrorReader
{
    /// <summary>Reads the current token.</summary>
    /// <returns>The errors; empty if it is no array or holds none.</returns>
    internal static WebhookError[] Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return [];
        }

        var errors = new List<WebhookError>(1);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.StartObject) errors.Add(ReadOne(ref reader));
            else reader.Skip();
        }

        return [.. errors];
    }

    private static WebhookError ReadOne(ref Utf8JsonReader reader)
    {
        long code = 0;
        string? title = null, message = null, details = null;
        while (LenientText.ReadProperty(ref reader))
        {
            var name = LenientText.NameOf(ref reader);
            if (name.SequenceEqual("code"u8)) code = LenientText.ReadNumber(ref reader) ?? 0;
            else if (name.SequenceEqual("title"u8)) title = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("message"u8)) message = LenientText.ReadText(ref reader);
            else if (name.SequenceEqual("error_data"u8)) details = ReadDetails(ref reader);
            else reader.Skip();
        }

        return new(code is > 0 and <= int.MaxValue ? (int)code : 0, title, message, details);
    }

    // Documented as an object with "details"; a plain string is seen as well.
    private static string? ReadDetails(ref Utf8JsonReader reader)
    {
        var ahead = reader;
        ahead.Read();
        if (ahead.TokenType != JsonTokenType.StartObject) return LenientText.ReadText(ref reader);
        reader.Read();
        string? details = null;
        while (LenientText.ReadProperty(ref reader))
        {
            if (LenientText.NameOf(ref reader).SequenceEqual("details"u8)) details = LenientText.ReadText(ref reader);
            else reader.Skip();
        }

        return details;
    }
}
