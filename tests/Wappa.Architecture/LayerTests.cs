using System.Xml.Linq;

namespace Wappa.Architecture;

/// <summary>Arrows go down only: what each project may reference. Everything else fails.</summary>
public class LayerTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Wappa.Caching"] = [],
        ["Wappa.Caching.Json"] = ["Wappa.Caching"],
        ["Wappa.Caching.Redis"] = ["Wappa.Caching"],
        ["Wappa.Caching.AspNetCore"] = ["Wappa.Caching"],
        ["Wappa"] = ["Wappa.Caching"],
        ["Wappa.Emulator"] = ["Wappa", "Wappa.Caching"],
        ["Wappa.Testing"] = ["Wappa", "Wappa.Caching", "Wappa.Emulator"],
        ["Wappa.Cli"] =
            ["Wappa", "Wappa.Caching", "Wappa.Caching.Json", "Wappa.Caching.Redis", "Wappa.Emulator"],
    };

    public static TheoryData<string> Projects() =>
        [.. Repository.Files("*.csproj", "src").Select(file => Path.GetRelativePath(Repository.Root, file))];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_InSrc_ReferencesOnlyWhatIsBelowIt(string project)
    {
        var name = Path.GetFileNameWithoutExtension(project);
        Allowed.ShouldContainKey(name, "a new project needs its place in the layers");
        References(project).Except(Allowed[name]).ShouldBeEmpty();
    }

    [Fact]
    public void Samples_ReferenceOnlySrc() =>
        Repository.Files("*.csproj", "samples")
            .SelectMany(file => References(Path.GetRelativePath(Repository.Root, file)))
            .Except(Allowed.Keys)
            .ShouldBeEmpty();

    [Fact]
    public void Packages_AreVersionedCentrally() =>
        Repository.Files("*.csproj", "src", "tests", "samples", "bench", "docs")
            .Where(file => XDocument.Load(file).Descendants("PackageReference").Any(package => package.Attribute("Version") is not null))
            .ShouldBeEmpty();

    private static IEnumerable<string> References(string project) =>
        XDocument.Load(Path.Combine(Repository.Root, project))
            .Descendants("ProjectReference")
            .Select(reference => reference.Attribute("Include")!.Value.Replace('\\', '/'))
            .Select(path => Path.GetFileNameWithoutExtension(path));
}
