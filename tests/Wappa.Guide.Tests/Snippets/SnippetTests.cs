namespace Wappa.Guide.Tests.Snippets;

/// <summary>The reading of fragments and the writing of pages themselves, on texts made here.</summary>
public class SnippetTests
{
    // Written in two pieces, so that this file's own lines are not taken for fragments.
    private const string Open = "// snip" + "pet: ";
    private const string Close = "// e" + "nd";

    [Fact]
    public void Read_IndentedFragment_LosesItsCommonIndentation() =>
        Snippet.Read(
                ["void M()", "{", "    " + Open + "one", "    if (x)", "", "        y();", "    " + Close, "}"], "a.cs")
            .ShouldHaveSingleItem().ShouldBe(new Snippet("one", "if (x)\n\n    y();", "a.cs:3"));

    [Fact]
    public void Read_FragmentNeverClosed_IsRefused() =>
        Should.Throw<FormatException>(() => Snippet.Read([Open + "one", "x();"], "a.cs").ToList())
            .Message.ShouldContain("never closed");

    [Fact]
    public void Read_FragmentInsideAnother_IsRefused() =>
        Should.Throw<FormatException>(() => Snippet.Read([Open + "one", Open + "two", Close, Close], "a.cs").ToList())
            .Message.ShouldContain("not closed");

    [Fact]
    public void Read_ClosedTwice_IsRefused() =>
        Should.Throw<FormatException>(() => Snippet.Read([Open + "one", Close, Close], "a.cs").ToList())
            .Message.ShouldContain("never opened");

    [Fact]
    public void WithFragments_MarkedBlock_IsReplacedAndNothingElse()
    {
        var page = new MarkdownPage("p.md", """
            # Title

            <!-- snippet: one -->
            ```csharp
            old();
            older();
            ```

            ```text
            stays
            ```

            """);

        page.WithFragments(new Dictionary<string, Snippet> { ["one"] = new("one", "fresh();", "a.cs:1") }).ShouldBe("""
            # Title

            <!-- snippet: one -->
            ```csharp
            fresh();
            ```

            ```text
            stays
            ```

            """);
    }

    [Fact]
    public void Blocks_MarkerNotDirectlyAbove_IsNoMarker() =>
        new MarkdownPage("p.md", "<!-- snippet: one -->\n\n```csharp\nx();\n```\n").Blocks
            .ShouldHaveSingleItem().Snippet.ShouldBeNull();

    [Fact]
    public void Blocks_NeverClosed_IsRefused() =>
        Should.Throw<FormatException>(() => new MarkdownPage("p.md", "```csharp\nx();\n"));

    [Fact]
    public void RelativeLinks_OutsideCodeOnly() =>
        new MarkdownPage("p.md", "[a](a.md#b) [web](https://example.com)\n```text\n[c](c.md)\n```\n").RelativeLinks()
            .ShouldBe(["a.md#b"]);

    [Fact]
    public void Anchors_Headings_AsGitHubWritesThem() =>
        new MarkdownPage("p.md", "# Key pattern: `state`\n## Time to live\n").Anchors()
            .ShouldBe(["key-pattern-state", "time-to-live"]);
}
