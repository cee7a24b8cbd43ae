using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Wappa;

/// <summary>A text.</summary>
public sealed record OutgoingText : OutgoingMessage
{
    internal const int MaxBodyLength = 4096;

    /// <summary>An empty one; set <see cref="Body"/>.</summary>
    public OutgoingText()
    {
    }

    /// <summary>A text.</summary>
    /// <param name="body">1 to 4,096 characters.</param>
    [SetsRequiredMembers]
    public OutgoingText(string body) => Body = body;

    /// <summary>1 to 4,096 characters. <c>*bold*</c>, <c>_italic_</c>, <c>~strike~</c> and the like are WhatsApp's own
    /// mark-up.</summary>
    public required string Body { get; init; }

    /// <summary>Whether the first link in the text is shown with a preview. Default: no.</summary>
    public bool PreviewUrl { get; init; }

    internal override string Type => "text";

    private protected override void ValidateContent(string path) =>
        FieldRules.Required(path + nameof(Body), Body, MaxBodyLength, "Split or shorten it.");

    private protected override void WriteContent(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        if (PreviewUrl) json.WriteBoolean("preview_url"u8, true);
        json.WriteString("body"u8, Body);
        json.WriteEndObject();
    }
}
