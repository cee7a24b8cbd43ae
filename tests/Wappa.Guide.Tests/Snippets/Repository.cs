using System.Runtime.CompilerServices;

namespace Wappa.Guide.Tests.Snippets;

/// <summary>The source tree: pages are read from it and their fragments from the sources beside these tests.</summary>
internal static class Repository
{
    internal static string Root { get; } = Find();

    /// <summary>The pages whose code is compiled: the guide, the reference and the repository's own README.</summary>
    internal static IReadOnlyList<string> Pages { get; } =
        [.. Files("docs/guide", "*.md"), .. Files("docs/reference", "*.md"), Path.Combine(Root, "README.md")];

    /// <summary>Where fragments may stand: these tests, and programs that are a page's whole example.</summary>
    internal static IEnumerable<string> Sources =>
        [.. Files("tests/Wappa.Guide.Tests", "*.cs"), .. Files("samples", "*.cs")];

    internal static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    private static IEnumerable<string> Files(string folder, string pattern)
    {
        var path = Path.Combine(Root, folder);
        if (!Directory.Exists(path)) return [];
        return Directory.EnumerateFiles(path, pattern, SearchOption.AllDirectories)
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"))
            .Order(StringComparer.Ordinal);
    }

    private static string Find([CallerFilePath] string here = "")
    {
        for (var folder = new DirectoryInfo(Path.GetDirectoryName(here)!); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Wappa.slnx"))) return folder.FullName;
        }

        throw new InvalidOperationException("These tests read the source tree and found none above their own file.");
    }
}
