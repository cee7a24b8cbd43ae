using System.Text.Json;
using System.Text.RegularExpressions;

namespace Wappa.Emulator;

/// <summary>What of a message of the bot a test compares; the same reading as the harness's.</summary>
internal static partial class RecordedAnswer
{
    /// <summary>The statements that compare one message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="who">The expression of the message in the test.</param>
    /// <param name="isLast">Whether it is the latest one, reached by <c>Last</c>.</param>
    /// <param name="known">Texts whose words are the same in each run.</param>
    internal static IEnumerable<string> Compare(LocalMessage message, string who, bool isLast, string known)
    {
        var text = TextOf(message);
        var (read, whole) = isLast ? ($"{who}.Last", $"{who}.LastMessage!") : ($"{who}.Text!", who);
        if (message.Type is not ("text" or "interactive"))
            yield return $"{whole}.Type.ShouldBe({CSharpText.Literal(message.Type)});";
        if (text is not null)
        {
            foreach (var line in CompareText(text, read, known)) yield return line;
        }

        var buttons = TitlesOf(message, "reply").Concat(TitlesOf(message, "quick_reply")).ToArray();
        if (buttons.Length > 0) yield return $"{whole}.Buttons.ShouldBe([{Literals(buttons)}]);";
        var rows = RowsOf(message).ToArray();
        if (rows.Length > 0) yield return $"{whole}.Rows.ShouldBe([{Literals(rows)}]);";
    }

    /// <summary>What is read; null: nothing.</summary>
    internal static string? TextOf(LocalMessage message)
    {
        if (!TryGet(message.Content, out var content, message.Type)) return null;
        var found = message.Type switch
        {
            "text" => TryGet(content, out var body, "body") ? body : default,
            "interactive" => TryGet(content, out var body, "body", "text") ? body : default,
            _ => TryGet(content, out var caption, "caption") ? caption : default,
        };
        return found.ValueKind is JsonValueKind.String ? found.GetString() : null;
    }

    /// <summary>Whether there is a button, or a row, of that title in it.</summary>
    internal static bool Offers(LocalMessage message, string kind, string title) => kind switch
    {
        "list_reply" => RowsOf(message).Contains(title),
        _ => TitlesOf(message, "reply").Concat(TitlesOf(message, "quick_reply")).Contains(title),
    };

    // Ids made of chance or of a message's id are others in the next run.
    private static IEnumerable<string> CompareText(string text, string read, string known)
    {
        var made = MadeUp().Matches(text).Where(word => !known.Contains(word.Value, StringComparison.Ordinal)).ToArray();
        if (made.Length == 0)
        {
            yield return $"{read}.ShouldBe({CSharpText.Literal(text)});";
            yield break;
        }

        var (start, end) = (text[..made[0].Index], text[(made[^1].Index + made[^1].Length)..]);
        if (start.Length > 0) yield return $"{read}.ShouldStartWith({CSharpText.Literal(start)});";
        if (end.Length > 0) yield return $"{read}.ShouldEndWith({CSharpText.Literal(end)});";
        if (start.Length + end.Length == 0) yield return $"{read}.ShouldNotBeEmpty();";
    }

    private static IEnumerable<string> TitlesOf(LocalMessage message, string property) => Find(message.Content, property);

    private static IEnumerable<string> RowsOf(LocalMessage message)
    {
        if (!TryGet(message.Content, out var sections, message.Type, "action", "sections") ||
            sections.ValueKind is not JsonValueKind.Array) yield break;
        foreach (var section in sections.EnumerateArray())
        {
            if (!TryGet(section, out var rows, "rows") || rows.ValueKind is not JsonValueKind.Array) continue;
            foreach (var row in rows.EnumerateArray()) yield return TryGet(row, out var title, "title") ? title.GetString() ?? "" : "";
        }
    }

    private static IEnumerable<string> Find(JsonElement within, string property)
    {
        if (within.ValueKind is JsonValueKind.Array)
        {
            foreach (var found in within.EnumerateArray().SelectMany(item => Find(item, property))) yield return found;
        }

        if (within.ValueKind is not JsonValueKind.Object) yield break;
        foreach (var field in within.EnumerateObject())
        {
            if (field.Name == property && TryGet(field.Value, out var title, "title") && title.ValueKind is JsonValueKind.String)
                yield return title.GetString()!;
            else
                foreach (var found in Find(field.Value, property)) yield return found;
        }
    }

    private static bool TryGet(JsonElement element, out JsonElement found, params ReadOnlySpan<string> path)
    {
        found = element;
        foreach (var name in path)
        {
            if (found.ValueKind is not JsonValueKind.Object || !found.TryGetProperty(name, out found)) return false;
        }

        return true;
    }

    private static string Literals(IEnumerable<string> texts) => string.Join(", ", texts.Select(CSharpText.Literal));

    [GeneratedRegex(@"wamid\.\S+|(?<![\p{L}\p{N}])(?=[0-9A-Fa-f-]*[0-9])[0-9A-Fa-f]{8,}(-[0-9A-Fa-f]{4,}){0,4}(?![\p{L}\p{N}])")]
    private static partial Regex MadeUp();
}
