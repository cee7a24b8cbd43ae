using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Wappa.Emulator;

/// <summary>What a customer sent as a call of the harness.</summary>
/// <param name="who">The customer's variable.</param>
/// <param name="answers">The bot's messages the test has seen so far, in order.</param>
/// <param name="names">The variables of what was sent, by message id.</param>
/// <param name="media">The files.</param>
internal sealed class RecordedSend(
    string who, IReadOnlyList<LocalMessage> answers, IReadOnlyDictionary<string, string> names, MediaShelf media)
{
    private const int MaxFileBytes = 2048;

    /// <summary>The id of the customer's own message that is changed by one; null: it changes none.</summary>
    internal static string? ChangedBy(JsonObject given) => given.Text("type") is { } type and ("edit" or "revoke")
        ? given.Object(type).Text("original_message_id") : null;

    /// <summary>The call, without <c>await</c> and semicolon.</summary>
    internal string Call(JsonObject given)
    {
        var type = given.Text("type") ?? "";
        var content = given.Object(type);
        var isPlain = !given.ContainsKey("referral") && given.Object("context")?.ContainsKey("forwarded") is not true;
        return (isPlain ? type switch
        {
            "text" => Text(content, given.Object("context").Text("id")),
            "interactive" => Choice(content),
            "button" => content.Text("payload") is { } payload && answers.Any(known => OffersPayload(known, payload))
                ? $"{who}.TapAsync({CSharpText.Literal(payload)})" : null,
            "location" => Location(content),
            "image" or "video" or "audio" or "document" or "sticker" => File(type, content),
            "reaction" => Reaction(content),
            "edit" => Changed(content) is { } name && content.Object("message").Object("text").Text("body") is { } text
                ? $"{who}.EditAsync({name}, {CSharpText.Literal(text)})" : null,
            "revoke" => Changed(content) is { } name ? $"{who}.RevokeAsync({name})" : null,
            _ => null,
        } : null) ?? Raw(given);
    }

    private string? Text(JsonObject? content, string? quoted)
    {
        if (content.Text("body") is not { } body || content!.Count != 1) return null;
        return Answer(quoted) is { } message
            ? $"{who}.ReplyToAsync({message}, {CSharpText.Literal(body)})"
            : $"{who}.SendAsync({CSharpText.Literal(body)})";
    }

    private string? Choice(JsonObject? content)
    {
        if (content.Text("type") is not ("button_reply" or "list_reply") || content.Text("type") is not { } kind) return null;
        if (content.Object(kind).Text("title") is not { } title) return null;
        if (!answers.Any(known => RecordedAnswer.Offers(known, kind, title))) return null;
        return $"{who}.{(kind is "list_reply" ? "ChooseAsync" : "TapAsync")}({CSharpText.Literal(title)})";
    }

    private string? Location(JsonObject? content)
    {
        if (Number(content?["latitude"]) is not { } latitude || Number(content?["longitude"]) is not { } longitude) return null;
        return $"{who}.SendLocationAsync({latitude}, {longitude}" +
            $"{Named("name", content.Text("name"))}{Named("address", content.Text("address"))})";
    }

    private string? File(string type, JsonObject? content)
    {
        if (content.Text("id") is not { } id || media.Find(id) is not { } file) return null;
        var bytes = file.Bytes.Length <= MaxFileBytes
            ? $"Convert.FromBase64String(\"{Convert.ToBase64String(file.Bytes)}\")"
            : string.Create(CultureInfo.InvariantCulture, $"new byte[{file.Bytes.Length}]");
        return $"{who}.SendFileAsync(\"{type}\", {bytes}, {CSharpText.Literal(file.MimeType)}" +
            $"{Named("caption", content.Text("caption"))}{Named("fileName", content.Text("filename"))})";
    }

    private string? Reaction(JsonObject? content) => Answer(content.Text("message_id")) is { } message
        ? $"{who}.ReactAsync({CSharpText.Literal(content.Text("emoji") ?? "")}, {message})" : null;

    private string? Changed(JsonObject? content) =>
        content.Text("original_message_id") is { } id ? names.GetValueOrDefault(id) : null;

    private string? Answer(string? id)
    {
        for (var index = 0; index < answers.Count; index++)
        {
            if (answers[index].Id == id) return string.Create(CultureInfo.InvariantCulture, $"{who}.Messages[{index}]");
        }

        return null;
    }

    // JSON never has three quotes in a row, and this writer escapes whatever would end a line.
    private string Raw(JsonObject given) => $"{who}.SendRawAsync(\"\"\"{given.ToJsonString()}\"\"\")";

    private static bool OffersPayload(LocalMessage message, string payload) =>
        message.Type is "template" &&
        message.Content.GetRawText().Contains(JsonSerializer.Serialize(payload), StringComparison.Ordinal);

    private static string? Number(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<double>(out var number) ? number.ToString("R", CultureInfo.InvariantCulture) : null;

    private static string Named(string name, string? value) => value is null ? "" : $", {name}: {CSharpText.Literal(value)}";
}
