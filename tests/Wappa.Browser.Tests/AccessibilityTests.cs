using System.Net.Http.Json;
using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace Wappa.Browser.Tests;

/// <summary>Names, landmarks, headings, order of the focus, and contrast, in both themes and each state of the page.</summary>
public class AccessibilityTests(Chromium chromium)
{
    [Theory]
    [InlineData("desk")]
    [InlineData("dark")]
    [InlineData("phone")]
    public async Task Page_WithEveryMessage_KeepsTheRules(string window)
    {
        await using var bot = await RunningBot.StartAsync();
        await FillAsync(bot);
        await using var page = await EmulatorPage.OpenAsync(chromium, bot, window switch
        {
            "dark" => Windows.Dark,
            "phone" => Windows.Phone,
            _ => Windows.Desk,
        });
        if (window == "phone")
        {
            await KeepsTheRulesAsync(page, "the list");
            await page.Page.Locator(".conversation").First.ClickAsync();
        }

        await page.AskAsync("menu");
        await KeepsTheRulesAsync(page, "the chat");
        await page.ShootAsync($"messages-{window}");

        await page.Chat.GetByRole(AriaRole.Button, new() { Name = "Attach" }).ClickAsync();
        await KeepsTheRulesAsync(page, "the attach menu");
        await page.ShootAsync($"attach-{window}");
        await page.Page.Keyboard.PressAsync("Escape");

        await page.AttachAsync("Location");
        await KeepsTheRulesAsync(page, "a dialog");
        await page.ShootAsync($"dialog-{window}");
        await page.Page.Keyboard.PressAsync("Escape");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Panels_EachOfThem_KeepTheRules(bool isDark)
    {
        await using var bot = await RunningBot.StartAsync();
        await using var page = await EmulatorPage.OpenAsync(chromium, bot, isDark ? Windows.Dark : Windows.Desk);
        await page.AskAsync("hi");
        await page.Page.Locator(".exchange").First.ClickAsync();
        await page.Page.Locator(".wire-detail").EvaluateAsync("detail => detail.querySelectorAll('details').forEach(each => { each.open = true; })");
        await KeepsTheRulesAsync(page, "Wire");

        foreach (var tab in await page.Page.GetByRole(AriaRole.Tab).AllAsync())
        {
            await tab.ClickAsync();
            if (await tab.InnerTextAsync() is "Turns") await page.Page.Locator(".turn").First.ClickAsync();
            await KeepsTheRulesAsync(page, await tab.InnerTextAsync());
        }

        await page.OpenTabAsync("Memory");
        await page.Page.Locator(".record").First.ClickAsync();
        await page.Page.Locator(".memory-detail summary").First.ClickAsync();
        await page.Page.Locator(".memory-statistics > summary").ClickAsync();
        await Assertions.Expect(page.Page.Locator(".chart").First).ToBeVisibleAsync();
        await KeepsTheRulesAsync(page, "a record and the statistics");
        await page.ShootAsync(isDark ? "statistics-dark" : "statistics");
    }

    [Fact]
    public async Task Rules_OnAPageThatBreaksThem_SaySo()
    {
        await using var context = await chromium.OpenAsync();
        var page = await context.NewPageAsync();
        await page.SetContentAsync("""
            <html><body><h2>no h1</h2><h4>skips</h4><button></button><input><img src="data:,"><nav></nav><nav>unnamed</nav>
            <p id="a">twice</p><p id="a" style="color: #999">pale</p><i aria-labelledby="gone">x</i><i role="button">no button</i><b tabindex="3">3</b>
            """);

        var broken = string.Join('\n', await BrokenAsync(page));

        foreach (var words in new[]
        {
            "no name: <button", "no name: <input", "no text for <img", "without a name: <nav", "twice: #a", "points nowhere", "not a button",
            "not exactly one h1", "skips a level", "not exactly one main", "no language", "no title", "a tabindex above 0", "contrast 2.8",
        })
        {
            broken.ShouldContain(words);
        }
    }

    [Fact]
    public async Task TabKey_FromTheTop_GoesThroughThePanesInOrder()
    {
        await using var bot = await RunningBot.StartAsync();
        await using var page = await EmulatorPage.OpenAsync(chromium, bot);
        await page.AskAsync("hi");
        await page.Page.EvaluateAsync("() => { document.activeElement.blur(); }");
        await page.Page.Locator(".skip").FocusAsync();

        var places = new List<string>();
        for (var presses = 0; presses < 40; presses++)
        {
            await page.Page.Keyboard.PressAsync("Tab");
            var place = await page.Page.EvaluateAsync<string>(
                "() => document.activeElement.closest('.bar, .sidebar, .chat, .panel')?.classList[0] ?? 'none'");
            if (place == "none") break;
            if (places.LastOrDefault() != place) places.Add(place);
        }

        places.ShouldBe(["bar", "sidebar", "chat", "panel"]);
    }

    [Fact]
    public async Task Focus_OnAnyControl_IsSeen()
    {
        await using var bot = await RunningBot.StartAsync();
        await using var page = await EmulatorPage.OpenAsync(chromium, bot);
        await page.AskAsync("hi");
        await page.Page.Locator(".skip").FocusAsync();

        for (var presses = 0; presses < 12; presses++)
        {
            await page.Page.Keyboard.PressAsync("Tab");
            var (outline, what) = await OutlineAsync(page);
            outline.ShouldNotBe("none", what);
        }
    }

    private static async Task<(string Outline, string What)> OutlineAsync(EmulatorPage page)
    {
        var found = await page.Page.EvaluateAsync<string[]>(
            "() => [getComputedStyle(document.activeElement).outlineStyle, document.activeElement.outerHTML.slice(0, 100)]");
        return (found[0], found[1]);
    }

    private static async Task KeepsTheRulesAsync(EmulatorPage page, string where) =>
        (await BrokenAsync(page.Page)).Distinct().ShouldBeEmpty($"in {where}");

    private static Task<string[]> BrokenAsync(IPage page) =>
        page.EvaluateAsync<string[]>(
            $"() => Object.entries({Rules}).flatMap(([name, rule]) => rule().map(words => `${{name}}: ${{words}}`))");

    private static string Rules { get; } = new StreamReader(
        Assembly.GetExecutingAssembly().GetManifestResourceStream("rules.js")!).ReadToEnd().Trim();

    private static async Task FillAsync(RunningBot bot)
    {
        using var answer = await bot.Api.PutAsJsonAsync("settings", new { window = "off" });
        answer.EnsureSuccessStatusCode();
        foreach (var file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "payloads"), "send_*.json").Order())
        {
            var body = JsonNode.Parse(await File.ReadAllTextAsync(file))!["request"]!["body"]!.DeepClone();
            // Reactions, replies and files name what is not here; the rest stands for itself.
            if (body["type"]?.ToString() is "reaction" || body["context"] is not null || body["recipient"] is not null) continue;
            if (body[body["type"]!.ToString()] is JsonObject part && part.ContainsKey("id")) continue;
            await bot.SendAsync(body);
        }

        await bot.SendTextAsync("*bold* _italic_ ~gone~ ```mono``` `code` https://example.com\n> quoted\n- one\n1. first\n```\nlines\nof code\n```");
    }
}
