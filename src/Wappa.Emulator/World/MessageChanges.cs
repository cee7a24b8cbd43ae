using System.Text.Json.Nodes;

namespace Wappa.Emulator;

/// <summary>What later messages do to earlier ones.</summary>
internal static class MessageChanges
{
    /// <summary>The message with somebody's reaction set; without an emoji it is taken back.</summary>
    internal static LocalMessage With(this LocalMessage message, string by, string? emoji)
    {
        var others = message.Reactions.Where(reaction => reaction.By != by);
        return message with { Reactions = string.IsNullOrEmpty(emoji) ? [.. others] : [.. others, new(by, emoji)] };
    }

    /// <summary>The message with the content of an edit.</summary>
    /// <param name="message">As it was.</param>
    /// <param name="edit">The edit's <c>message</c>: a type, and the content under its name.</param>
    internal static LocalMessage Edit(this LocalMessage message, JsonObject edit)
    {
        var content = EmulatorJson.Thaw(message.Content);
        var type = edit.Text("type")!;
        if (edit[type] is { } changed) content[type] = changed.DeepClone();
        return message with { Content = EmulatorJson.Freeze(content), Edited = true };
    }
}
