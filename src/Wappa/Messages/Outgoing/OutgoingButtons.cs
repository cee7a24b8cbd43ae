using System.Text.Json;

namespace Wappa;

/// <summary>A text with one to three buttons; what is pressed comes back as a <see cref="ButtonReplyMessage"/>.</summary>
public sealed record OutgoingButtons : OutgoingFramed
{
    internal const int MaxButtons = 3;

    /// <summary>1 to 3 buttons with ids and titles of their own, in the order shown.</summary>
    public required IReadOnlyList<ReplyButton> Buttons { get; init; }

    private protected override string Kind => "button";

    private protected override void ValidateContent(string path)
    {
        base.ValidateContent(path);
        var field = path + nameof(Buttons);
        FieldRules.Present(field, Buttons);
        FieldRules.Count(
            field, "buttons", Buttons.Count, 1, MaxButtons, $"Use a list ({nameof(OutgoingList)}) for up to 10 choices.");
        for (var i = 0; i < Buttons.Count; i++) ReplyButton.Validate($"{field}[{i}]", Buttons[i]);
        FieldRules.Distinct($"{field}.{nameof(ReplyButton.Id)}", Buttons.Select(static button => button.Id));
        FieldRules.Distinct($"{field}.{nameof(ReplyButton.Title)}", Buttons.Select(static button => button.Title));
    }

    private protected override void WriteAction(Utf8JsonWriter json)
    {
        json.WriteStartArray("buttons"u8);
        foreach (var button in Buttons) button.WriteTo(json, "reply"u8);
        json.WriteEndArray();
    }
}

/// <summary>A button that answers.</summary>
/// <param name="Id">1 to 256 characters that come back when it is pressed; on a carousel's card at most 20.</param>
/// <param name="Title">1 to 20 characters shown on it.</param>
public sealed record ReplyButton(string Id, string Title)
{
    internal const int MaxIdLength = 256;
    internal const int MaxTitleLength = 20;

    internal static void Validate(string field, ReplyButton? button, int maxId = MaxIdLength)
    {
        FieldRules.Present(field, button);
        FieldRules.Required($"{field}.{nameof(Id)}", button.Id, maxId);
        FieldRules.Required($"{field}.{nameof(Title)}", button.Title, MaxTitleLength);
    }

    internal void WriteTo(Utf8JsonWriter json, ReadOnlySpan<byte> type)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, type);
        json.WriteStartObject(type);
        json.WriteString("id"u8, Id);
        json.WriteString("title"u8, Title);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
