using System.Reflection;

namespace Wappa.Architecture;

/// <summary>
/// The public surface of each package, as a text file that a change must update, so that it shows in review.
/// Run with <c>UPDATE_PUBLIC_API=1</c> to write the files anew.
/// </summary>
public class PublicApiTests
{
    public static TheoryData<string> Packages() =>
        [.. Repository.Files("*.csproj", "src").Select(file => Path.GetFileNameWithoutExtension(file)!).Order()];

    [Theory]
    [MemberData(nameof(Packages))]
    public void Package_PublicMembers_AreTheListedOnes(string package)
    {
        var file = Path.Combine(Repository.Root, "tests", "Wappa.Architecture", "PublicApi", package + ".txt");
        var actual = PublicApiText.Of(Assembly.Load(new AssemblyName(package)));
        if (Environment.GetEnvironmentVariable("UPDATE_PUBLIC_API") == "1") File.WriteAllText(file, actual);
        File.Exists(file).ShouldBeTrue($"{package} has no list of its public members");
        actual.ShouldBe(File.ReadAllText(file), $"update PublicApi/{package}.txt: UPDATE_PUBLIC_API=1 writes it");
    }
}
