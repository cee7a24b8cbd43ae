namespace Wappa.Architecture;

/// <summary>A file is something a reader can hold.</summary>
public class SizeTests
{
    private const int MaxLines = 400;
    private const int MaxColumns = 140;
    private const int MaxColumnsOfTests = 160; // data in line: JSON, expected texts

    [Fact]
    public void SourceFile_Anywhere_HasAtMost400Lines() =>
        Code().Where(file => File.ReadLines(file).Count() > MaxLines).Select(Name).ShouldBeEmpty();

    [Fact]
    public void SourceLine_Anywhere_FitsAScreen() =>
        Code()
            .SelectMany(file => File.ReadLines(file).Select((line, index) => (file, line, index)))
            .Where(found => found.line.Length > Limit(Name(found.file)))
            .Select(found => $"{Name(found.file)}:{found.index + 1} has {found.line.Length} columns")
            .ShouldBeEmpty();

    private static IEnumerable<string> Code() =>
        new[] { "*.cs", "*.js", "*.css", "*.html" }
            .SelectMany(pattern => Repository.Files(pattern, "src", "tests", "samples", "bench", "docs"));

    private static int Limit(string name) =>
        name.StartsWith("tests", StringComparison.Ordinal) ? MaxColumnsOfTests : MaxColumns;

    private static string Name(string file) => Path.GetRelativePath(Repository.Root, file);
}
