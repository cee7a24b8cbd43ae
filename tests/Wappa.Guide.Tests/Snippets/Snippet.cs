namespace Wappa.Guide.Tests.Snippets;

/// <summary>A fragment of a compiled source, between the lines <c>// snippet: name</c> and <c>// end</c>.</summary>
/// <param name="Name">Lower-case words joined by hyphens, unique in the repository.</param>
/// <param name="Code">The lines between, without their common indentation, joined by line feeds.</param>
/// <param name="Place">File and line, for messages.</param>
internal sealed record Snippet(string Name, string Code, string Place)
{
    private const string Opening = "// snippet:";
    private const string Closing = "// end";

    /// <summary>Every fragment of every source, by name.</summary>
    /// <exception cref="FormatException">A fragment is not closed, is inside another, or its name is taken.</exception>
    internal static Dictionary<string, Snippet> ReadAll()
    {
        var all = new Dictionary<string, Snippet>(StringComparer.Ordinal);
        foreach (var source in Repository.Sources)
        {
            foreach (var snippet in Read(File.ReadAllLines(source), Repository.Relative(source)))
            {
                if (all.TryAdd(snippet.Name, snippet)) continue;
                var other = all[snippet.Name].Place;
                throw new FormatException($"{snippet.Place}: the name '{snippet.Name}' is taken by {other}.");
            }
        }

        return all;
    }

    /// <summary>The fragments of one source, in order.</summary>
    internal static IEnumerable<Snippet> Read(IReadOnlyList<string> lines, string file)
    {
        string? name = null;
        var start = 0;
        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i].Trim();
            if (line.StartsWith(Opening, StringComparison.Ordinal))
            {
                if (name is not null) throw new FormatException($"{file}:{i + 1}: '{name}' is not closed yet.");
                (name, start) = (line[Opening.Length..].Trim(), i + 1);
            }
            else if (line == Closing)
            {
                if (name is null) throw new FormatException($"{file}:{i + 1}: this closes what was never opened.");
                yield return new(name, WithoutIndent([.. lines.Skip(start).Take(i - start)]), $"{file}:{start}");
                name = null;
            }
        }

        if (name is not null) throw new FormatException($"{file}:{start}: '{name}' is never closed.");
    }

    private static string WithoutIndent(string[] lines)
    {
        var indent = lines.Where(line => line.Trim().Length > 0)
            .Select(line => line.Length - line.TrimStart(' ').Length).DefaultIfEmpty().Min();
        return string.Join('\n', lines.Select(line => line.Length > indent ? line[indent..].TrimEnd() : "")).Trim('\n');
    }
}
