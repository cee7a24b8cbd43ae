using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Wappa.Browser.Tests;

/// <summary>What the page's own source must not do, whatever it is sent.</summary>
public partial class SourceTests
{
    [Fact]
    public void Modules_Anywhere_MakeNoMarkupOfText() =>
        Files("*.js").Where(file => Markup().IsMatch(File.ReadAllText(file))).Select(Path.GetFileName).ShouldBeEmpty();

    [Fact]
    public void Files_Anywhere_LoadNothingFromElsewhere() =>
        Files("*.js").Concat(Files("*.css")).Concat(Files("*.html"))
            .Where(file => Elsewhere().IsMatch(File.ReadAllText(file)))
            .Select(Path.GetFileName)
            .ShouldBeEmpty();

    [Fact]
    public void Modules_Anywhere_HaveAtMost250Lines() =>
        Files("*.js").Where(file => File.ReadLines(file).Count() > 250).Select(Path.GetFileName).ShouldBeEmpty();

    private static string[] Files(string pattern) =>
        Directory.GetFiles(Path.Combine(Folder(), "../../src/Wappa.Emulator/wwwroot"), pattern, SearchOption.AllDirectories);

    private static string Folder([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;

    [GeneratedRegex(@"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc|DOMParser|createContextualFragment")]
    private static partial Regex Markup();

    [GeneratedRegex(@"(from|import)\s*\(?\s*['""]https?:|url\(\s*['""]?https?:|(src|href)=""https?:|@import")]
    private static partial Regex Elsewhere();
}
