using Microsoft.Playwright;

namespace Wappa.EndToEnd;

/// <summary>The page in a real browser. Missing Chromium is a failure in CI and a visible skip elsewhere.</summary>
public class EmulatorPageTests
{
    [Fact]
    public async Task Page_TypingToTheBot_ShowsItsAnswers()
    {
        var chromium = FindChromium();
        if (chromium is null && Environment.GetEnvironmentVariable("CI") is null)
            Assert.Skip("Chromium is not installed: apt-get install chromium");
        chromium.ShouldNotBeNull("the browser tests need Chromium: apt-get install chromium");

        await using var bot = await RunningBot.StartAsync();
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = chromium,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
        var page = await browser.NewPageAsync();
        var errors = new List<string>();
        page.PageError += (_, error) => errors.Add(error);
        await page.GotoAsync(new Uri(bot.Http.BaseAddress!, "/emulator").ToString());
        var answers = page.Locator("#messages li.bot");

        await SayAsync(page, "<b>hi</b>");
        await Assertions.Expect(answers.Nth(0)).ToContainTextAsync("🍕 What size pizza? (small/medium/large)");
        await Assertions.Expect(page.Locator("#messages li.user").First).ToContainTextAsync("<b>hi</b>");
        await SayAsync(page, "large");
        await Assertions.Expect(answers.Nth(1)).ToContainTextAsync("🧀 What toppings?");
        await SayAsync(page, "menu");
        await Assertions.Expect(answers.Nth(2).Locator("strong")).ToHaveTextAsync("Menu");

        await page.ReloadAsync();
        await Assertions.Expect(answers).ToHaveCountAsync(3);
        errors.ShouldBeEmpty();
    }

    private static async Task SayAsync(IPage page, string text)
    {
        await page.GetByLabel("Message", new() { Exact = true }).FillAsync(text);
        await page.GetByLabel("Send").ClickAsync();
    }

    private static string? FindChromium() =>
        new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }.FirstOrDefault(File.Exists);
}
