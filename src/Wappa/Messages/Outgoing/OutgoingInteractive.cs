using System.Text.Json;

namespace Wappa;

/// <summary>A message with something to press: a body and an action, and, where the kind has them, a header above and a
/// footer below.</summary>
public abstract record OutgoingInteractive : OutgoingMessage
{
    internal const int MaxBodyLength = 1024;
    internal const int MaxFooterLength = 60;

    private protected OutgoingInteractive()
    {
    }

    /// <summary>The text. At most 1,024 characters, of a list 4,096; required but for a single product.</summary>
    public string? Body { get; init; }

    internal sealed override string Type => "interactive";

    /// <summary>WhatsApp's name of the kind.</summary>
    private protected abstract string Kind { get; }

    private protected virtual int MaxBody => MaxBodyLength;

    private protected virtual bool NeedsBody => true;

    private protected override void ValidateContent(string path)
    {
        if (NeedsBody) FieldRules.Required(path + nameof(Body), Body, MaxBody);
        else FieldRules.Optional(path + nameof(Body), Body, MaxBody);
    }

    private protected sealed override void WriteContent(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, Kind);
        WriteHeader(json);
        WriteText(json, "body"u8, Body);
        WriteFooter(json);
        json.WriteStartObject("action"u8);
        WriteAction(json);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private protected abstract void WriteAction(Utf8JsonWriter json);

    private protected virtual void WriteHeader(Utf8JsonWriter json)
    {
    }

    private protected virtual void WriteFooter(Utf8JsonWriter json)
    {
    }

    private protected static void WriteText(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? text)
    {
        if (string.IsNullOrEmpty(text)) return;
        json.WriteStartObject(name);
        json.WriteString("text"u8, text);
        json.WriteEndObject();
    }
}

/// <summary>An interactive message that can have a header and a footer.</summary>
public abstract record OutgoingFramed : OutgoingInteractive
{
    private protected OutgoingFramed()
    {
    }

    /// <summary>What is shown above the text. Default: nothing.</summary>
    public MessageHeader? Header { get; init; }

    /// <summary>At most 60 characters in small print below the text. Default: none.</summary>
    public string? Footer { get; init; }

    private protected virtual bool IsHeaderTextOnly => false;

    private protected override void ValidateContent(string path)
    {
        base.ValidateContent(path);
        Header?.Validate(path + nameof(Header), IsHeaderTextOnly);
        FieldRules.AtMost(path + nameof(Footer), Footer, MaxFooterLength);
    }

    private protected override void WriteHeader(Utf8JsonWriter json)
    {
        if (Header is null) return;
        json.WritePropertyName("header"u8);
        Header.WriteTo(json);
    }

    private protected override void WriteFooter(Utf8JsonWriter json) => WriteText(json, "footer"u8, Footer);
}
