namespace Wappa.EndToEnd;

/// <summary>A cache folder that is gone after the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    internal string Path { get; } = Directory.CreateTempSubdirectory("wappa-e2e-").FullName;

    /// <summary>The files in it that somebody would look at, relative to it, in order.</summary>
    internal IEnumerable<string> Files() =>
        Directory.EnumerateFiles(Path, "*", SearchOption.AllDirectories)
            .Select(file => System.IO.Path.GetRelativePath(Path, file).Replace('\\', '/'))
            .Where(file => !file.StartsWith('.'))
            .Order(StringComparer.Ordinal);

    /// <summary>Whether a file says who a user is: its name holds an id that is made by chance.</summary>
    internal static bool IsAlias(string file) => file.EndsWith("wappa.alias.json", StringComparison.Ordinal);

    internal string Read(string file) => File.ReadAllText(System.IO.Path.Combine(Path, file));

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
