using System.Text.Json;

namespace Wappa;

/// <summary>A text with a button that opens a web page.</summary>
public sealed record OutgoingLink : OutgoingFramed
{
    internal const int MaxButtonLength = 20;

    /// <summary>1 to 20 characters on the button.</summary>
    public required string ButtonText { get; init; }

    /// <summary>What it opens: absolute, http or https, at most 2,000 characters.</summary>
    public required string Url { get; init; }

    private protected override string Kind => "cta_url";

    internal static void WriteAction(Utf8JsonWriter json, string buttonText, string url)
    {
        json.WriteString("name"u8, "cta_url"u8);
        json.WriteStartObject("parameters"u8);
        json.WriteString("display_text"u8, buttonText);
        json.WriteString("url"u8, url);
        json.WriteEndObject();
    }

    private protected override void ValidateContent(string path)
    {
        base.ValidateContent(path);
        FieldRules.Required(path + nameof(ButtonText), ButtonText, MaxButtonLength);
        FieldRules.Link(path + nameof(Url), Url);
    }

    private protected override void WriteAction(Utf8JsonWriter json) => WriteAction(json, ButtonText, Url);
}
