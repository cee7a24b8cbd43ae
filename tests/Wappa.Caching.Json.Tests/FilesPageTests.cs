using System.Runtime.CompilerServices;
using System.Text;
using Wappa.Caching.Json.Journal;
using Wappa.Caching.Json.Records;

namespace Wappa.Caching.Json.Tests;

/// <summary>The page about the files says what the code reads.</summary>
public class FilesPageTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Root(), "docs/reference/files.md"));

    [Fact]
    public void Page_JournalShown_IsValid()
    {
        var texts = Page.Split("```text\n").Skip(1).Select(block => Encoding.UTF8.GetBytes(block.Split("```")[0])).ToArray();

        JournalText.TryReadSegment(texts[0], out var segment, out _).ShouldBeTrue();
        JournalText.TryReadBatch(texts[1], segment.Segment, checkSum: true, out var batch, out var lines, out _).ShouldBeTrue();
        batch.Number.ShouldBe(segment.After + 1);
        RecordLine.TryRead(ref lines, new KeyText(), out var image).ShouldBeTrue();
        image.Key.ShouldBe(RecordKey.State("hotel123", "+1234567890", "pizza_order"));
        lines.IsEmpty.ShouldBeTrue();
    }

    [Theory]
    [InlineData("+1234567890", false)]
    [InlineData("Sarah", false)]
    [InlineData("a:b/c", false)]
    [InlineData("naïve", false)]
    [InlineData("hotel_123", false)]
    public void Page_NamesShown_AreTheOnesWritten(string text, bool underscores) =>
        Page.Split('\n').ShouldContain(line =>
            line.StartsWith($"| `{text}`", StringComparison.Ordinal) &&
            line.EndsWith($"| `{FileNameText.Escape(text, underscores)}` |", StringComparison.Ordinal));

    private static string Root([CallerFilePath] string here = "")
    {
        var folder = new DirectoryInfo(Path.GetDirectoryName(here)!);
        while (!File.Exists(Path.Combine(folder.FullName, "Wappa.slnx"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
