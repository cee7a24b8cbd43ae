using System.Text.Json;
using Wappa.Emulator;

namespace Wappa.Testing;

/// <summary>A message of the bot, as the customer has it.</summary>
public sealed class BotMessage
{
    private readonly LocalMessage _message;

    internal BotMessage(LocalMessage message) => _message = message;

    /// <summary>WhatsApp's id, <c>wamid.…</c>.</summary>
    public string Id => _message.Id;

    /// <summary>WhatsApp's name of the kind: <c>text</c>, <c>image</c>, <c>interactive</c>, <c>template</c>, ….</summary>
    public string Type => _message.Type;

    /// <summary>When WhatsApp accepted it.</summary>
    public DateTimeOffset At => _message.At;

    /// <summary>What is read: a text's body, the body of buttons and lists, the caption of a file. <see langword="null"/>: there is
    /// none.</summary>
    public string? Text => Type switch
    {
        "text" => StringAt(Content, "body"),
        "interactive" => StringAt(Content, "body", "text"),
        _ => StringAt(Content, "caption"),
    };

    /// <summary>The titles of its buttons, in order; empty without.</summary>
    public IReadOnlyList<string> Buttons => [.. Replies("reply").Concat(Replies("quick_reply")).Select(reply => reply.Title)];

    /// <summary>The titles of its list's rows, in order; empty without.</summary>
    public IReadOnlyList<string> Rows => [.. ListRows().Select(row => row.Title)];

    /// <summary>The id of the message it quotes; <see langword="null"/>: none.</summary>
    public string? ReplyTo => _message.Context is { } context ? StringAt(context, "id") : null;

    /// <summary>The emojis the customer has reacted with.</summary>
    public IReadOnlyList<string> Reactions =>
        [.. _message.Reactions.Where(reaction => reaction.By == Reaction.Customer).Select(reaction => reaction.Emoji)];

    /// <summary>Where it stands: <c>accepted</c>, <c>sent</c>, <c>delivered</c>, <c>read</c>, <c>played</c>, <c>failed</c>.</summary>
    public string Status => _message.Status;

    /// <summary>The body of the call of the Graph API it came with.</summary>
    public JsonElement Json => _message.Content;

    /// <summary>The part of <see cref="Json"/> named like its <see cref="Type"/>.</summary>
    public JsonElement Content => _message.Content.TryGetProperty(Type, out var content) ? content : default;

    /// <inheritdoc/>
    public override string ToString() => Text ?? $"({Type})";

    internal IEnumerable<(string Id, string Title)> Replies(string property) => Find(_message.Content, property);

    internal IEnumerable<(string Id, string Title)> ListRows()
    {
        foreach (var section in ArrayAt(Content, "action", "sections"))
        {
            foreach (var row in ArrayAt(section, "rows")) yield return (StringAt(row, "id") ?? "", StringAt(row, "title") ?? "");
        }
    }

    /// <summary>The quick replies of a template: their titles are the template's own, so they go by their payload.</summary>
    internal IEnumerable<string> TemplatePayloads() =>
        from component in ArrayAt(Content, "components")
        where StringAt(component, "sub_type") == "quick_reply"
        from parameter in ArrayAt(component, "parameters")
        let payload = StringAt(parameter, "payload")
        where payload is not null
        select payload;

    private static IEnumerable<(string Id, string Title)> Find(JsonElement within, string property)
    {
        if (within.ValueKind == JsonValueKind.Array)
        {
            foreach (var found in within.EnumerateArray().SelectMany(item => Find(item, property))) yield return found;
        }

        if (within.ValueKind != JsonValueKind.Object) yield break;
        foreach (var field in within.EnumerateObject())
        {
            if (field.Name == property && StringAt(field.Value, "title") is { } title)
                yield return (StringAt(field.Value, "id") ?? "", title);
            else
                foreach (var found in Find(field.Value, property)) yield return found;
        }
    }

    private static string? StringAt(JsonElement element, params ReadOnlySpan<string> path) =>
        Within(element, path) is { ValueKind: JsonValueKind.String } found ? found.GetString() : null;

    private static IEnumerable<JsonElement> ArrayAt(JsonElement element, params ReadOnlySpan<string> path) =>
        Within(element, path) is { ValueKind: JsonValueKind.Array } found ? found.EnumerateArray() : Enumerable.Empty<JsonElement>();

    private static JsonElement Within(JsonElement element, ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element)) return default;
        }

        return element;
    }
}
