namespace Wappa.Guide.Tests.Snippets;

/// <summary>
/// What the pages show is what compiles and runs. With <c>UPDATE_SNIPPETS=1</c> the marked blocks are written anew from
/// the sources first.
/// </summary>
public class PageTests
{
    private static readonly string[] Languages = ["csharp", "text", "json", "bash", "xml"];
    private static readonly Dictionary<string, Snippet> Sources = Snippet.ReadAll();

    public static TheoryData<string> Pages() => [.. Repository.Pages.Select(Repository.Relative)];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Page_CSharpBlocks_AreTheCompiledFragments(string page)
    {
        var path = Path.Combine(Repository.Root, page);
        if (Environment.GetEnvironmentVariable("UPDATE_SNIPPETS") == "1") Update(path);
        foreach (var block in MarkdownPage.Read(path).Blocks.Where(block => block.Language == "csharp"))
        {
            var place = $"{page}:{block.FirstLine}";
            block.Snippet.ShouldNotBeNull($"{place}: the line above the block must be <!-- snippet: name -->");
            Sources.ShouldContainKey(block.Snippet, $"{place}: no source has this fragment");
            block.Code.ShouldBe(
                Sources[block.Snippet].Code,
                $"{place} differs from {Sources[block.Snippet].Place}: UPDATE_SNIPPETS=1 writes it anew");
        }
    }

    // A block that is not called csharp would escape the test above.
    [Theory]
    [MemberData(nameof(Pages))]
    public void Page_Blocks_NameAKnownLanguage(string page) =>
        MarkdownPage.Read(Path.Combine(Repository.Root, page)).Blocks
            .Where(block => !Languages.Contains(block.Language) ||
                (block.Language != "csharp" && block.Snippet is not null))
            .Select(block => $"{page}:{block.FirstLine} is '{block.Language}'")
            .ShouldBeEmpty();

    [Fact]
    public void Fragments_AllOfThem_StandOnAPage() =>
        Sources.Values
            .ExceptBy(
                Repository.Pages.SelectMany(page => MarkdownPage.Read(page).Blocks).Select(block => block.Snippet),
                snippet => snippet.Name)
            .Select(snippet => $"{snippet.Place}: '{snippet.Name}'")
            .ShouldBeEmpty("a fragment no page shows is dead");

    [Theory]
    [MemberData(nameof(Pages))]
    public void Page_RelativeLinks_LeadSomewhere(string page)
    {
        var path = Path.Combine(Repository.Root, page);
        foreach (var link in MarkdownPage.Read(path).RelativeLinks())
        {
            var (file, anchor) = link.Split('#', 2) is [var before, var after] ? (before, after) : (link, null);
            var target = file.Length == 0 ? path : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, file));
            var exists = File.Exists(target) || Directory.Exists(target);
            exists.ShouldBeTrue($"{page} points to {link}, which is not there");
            if (anchor is null) continue;
            MarkdownPage.Read(target).Anchors().ShouldContain(anchor, $"{page} points to {link}");
        }
    }

    [Theory]
    [InlineData("docs/guide")]
    [InlineData("docs/reference")]
    public void Index_EveryPageOfItsFolder_IsListed(string folder)
    {
        var path = Path.Combine(Repository.Root, folder);
        Directory.EnumerateFiles(path, "*.md").Select(Path.GetFileName)
            .Except(MarkdownPage.Read(Path.Combine(path, "README.md")).RelativeLinks().Append("README.md"))
            .ShouldBeEmpty();
    }

    // Only what differs is written: other tests read pages at the same time.
    private static void Update(string path)
    {
        var before = File.ReadAllText(path);
        var after = MarkdownPage.Read(path).WithFragments(Sources);
        if (after != before) File.WriteAllText(path, after);
    }
}
