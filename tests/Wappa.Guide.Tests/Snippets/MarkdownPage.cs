using System.Text;
using System.Text.RegularExpressions;

namespace Wappa.Guide.Tests.Snippets;

/// <summary>A page as lines, and the code blocks in it.</summary>
internal sealed partial class MarkdownPage
{
    private const string Fence = "```";
    private readonly List<string> _lines;

    internal MarkdownPage(string name, string text)
    {
        Name = name;
        _lines = [.. text.Split('\n')];
        Blocks = [.. FindBlocks()];
    }

    /// <summary>The path from the repository's root.</summary>
    internal string Name { get; }

    /// <summary>The fenced blocks, in order.</summary>
    internal IReadOnlyList<Block> Blocks { get; }

    internal static MarkdownPage Read(string path) => new(Repository.Relative(path), File.ReadAllText(path));

    /// <summary>The page with every marked block replaced by its fragment; unknown markers are left alone.</summary>
    internal string WithFragments(IReadOnlyDictionary<string, Snippet> snippets)
    {
        var page = new StringBuilder();
        var next = 0;
        foreach (var block in Blocks.Where(block => block.Snippet is { } name && snippets.ContainsKey(name)))
        {
            AppendLines(page, next, block.FirstLine);
            page.Append(snippets[block.Snippet!].Code).Append('\n');
            next = block.FirstLine + block.LineCount;
        }

        AppendLines(page, next, _lines.Count);
        return page.ToString()[..^1];
    }

    /// <summary>Where the page points with relative links, outside its code.</summary>
    internal IEnumerable<string> RelativeLinks() =>
        Link().Matches(Prose()).Select(match => match.Groups["target"].Value)
            .Where(target => !target.Contains("://", StringComparison.Ordinal));

    /// <summary>The anchors a link may name: the headings as GitHub writes them.</summary>
    internal IEnumerable<string> Anchors() =>
        Prose().Split('\n').Where(line => line.StartsWith('#'))
            .Select(line => NotInAnchor().Replace(line.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    private string Prose()
    {
        var lines = new List<string>(_lines);
        foreach (var block in Blocks.Reverse()) lines.RemoveRange(block.FirstLine, block.LineCount);
        return string.Join('\n', lines);
    }

    private void AppendLines(StringBuilder page, int from, int to)
    {
        for (var i = from; i < to; i++) page.Append(_lines[i]).Append('\n');
    }

    private IEnumerable<Block> FindBlocks()
    {
        for (var i = 0; i < _lines.Count; i++)
        {
            if (!_lines[i].StartsWith(Fence, StringComparison.Ordinal)) continue;
            var first = i + 1;
            var end = _lines.FindIndex(first, line => line.TrimEnd() == Fence);
            if (end < 0) throw new FormatException($"{Name}:{i + 1}: this code block is never closed.");
            var marker = i > 0 ? Marker().Match(_lines[i - 1]) : Match.Empty;
            yield return new(
                _lines[i][Fence.Length..].Trim(), marker.Success ? marker.Groups["name"].Value : null,
                string.Join('\n', _lines.Skip(first).Take(end - first)), first, end - first);
            i = end;
        }
    }

    [GeneratedRegex("^<!-- snippet: (?<name>[a-z0-9-]+) -->$")]
    private static partial Regex Marker();

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]")]
    private static partial Regex NotInAnchor();

    /// <summary>One fenced block.</summary>
    /// <param name="Language">What stands after the opening fence.</param>
    /// <param name="Snippet">The name on the marker line directly above, or null.</param>
    /// <param name="Code">The lines inside.</param>
    /// <param name="FirstLine">Index of the first line inside.</param>
    /// <param name="LineCount">How many lines are inside.</param>
    internal sealed record Block(string Language, string? Snippet, string Code, int FirstLine, int LineCount);
}
