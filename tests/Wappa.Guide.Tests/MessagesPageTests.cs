using System.Reflection;
using Wappa.Guide.Tests.Snippets;

namespace Wappa.Guide.Tests;

/// <summary>The reference of messages against the code: no class and no field is missing.</summary>
public class MessagesPageTests
{
    private static readonly string[] Lines = File.ReadAllLines(Path.Combine(Repository.Root, "docs", "reference", "messages.md"));

    private static readonly string[] Common =
        [.. typeof(Message).GetProperties().Concat(typeof(OutgoingMessage).GetProperties()).Select(property => property.Name)];

    public static TheoryData<string> Kinds() =>
    [
        .. typeof(Message).Assembly.GetExportedTypes()
            .Where(type => !type.IsAbstract && (type.IsSubclassOf(typeof(Message)) || type.IsSubclassOf(typeof(OutgoingMessage))))
            .Select(type => type.Name),
    ];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void MessagesPage_EveryKind_HasARowWithAllItsFields(string kind)
    {
        var start = Array.FindIndex(Lines, line => line.StartsWith($"| `{kind}` |", StringComparison.Ordinal));
        start.ShouldBeGreaterThan(0, kind);
        // Rows with an empty first cell go on with the class above.
        var row = string.Join('\n', Lines.Skip(start + 1).TakeWhile(line => line.StartsWith("| |", StringComparison.Ordinal)).Prepend(Lines[start]));
        foreach (var property in FieldsOf(kind)) row.ShouldContain($"`{property}`", Case.Sensitive, kind);
    }

    private static IEnumerable<string> FieldsOf(string kind) =>
        typeof(Message).Assembly.GetType("Wappa." + kind)!.GetProperties(BindingFlags.Instance | BindingFlags.Public)
            .Select(property => property.Name)
            .Except(Common)
            // Sounds and stickers have no caption, though files do.
            .Where(name => name != "Caption" || kind is not ("AudioMessage" or "StickerMessage"));
}
