using System.Runtime.CompilerServices;
using Microsoft.Playwright;

namespace Wappa.Browser.Tests;

/// <summary>The emulator's page in a window of its own, and what people do with it.</summary>
internal sealed class EmulatorPage : IAsyncDisposable
{
    private readonly IBrowserContext _context;

    private EmulatorPage(IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
        page.PageError += (_, error) => Errors.Add(error);
        page.Dialog += (_, dialog) =>
        {
            Errors.Add($"a script opened a dialog: {dialog.Message}");
            _ = dialog.DismissAsync();
        };
    }

    internal IPage Page { get; }

    /// <summary>What the page's own scripts failed with, and any dialog a foreign script opened.</summary>
    internal List<string> Errors { get; } = [];

    /// <summary>The chat used last.</summary>
    internal ILocator Chat => Page.Locator(".chat.active");

    /// <summary>The bot's bubbles.</summary>
    internal ILocator Answers => Chat.Locator(".row.theirs .bubble");

    /// <summary>The customer's bubbles.</summary>
    internal ILocator Said => Chat.Locator(".row.mine .bubble");

    internal ILocator Composer => Chat.GetByLabel("Message", new() { Exact = true });

    internal ILocator Dialog => Page.Locator("dialog[open]");

    internal static async Task<EmulatorPage> OpenAsync(Chromium chromium, RunningBot bot, BrowserNewContextOptions? window = null)
    {
        var context = await chromium.OpenAsync(window);
        var page = new EmulatorPage(context, await context.NewPageAsync());
        await page.Page.GotoAsync(new Uri(bot.Address, "/emulator").ToString());
        await Assertions.Expect(page.Page.Locator("#connection")).ToHaveTextAsync("live");
        return page;
    }

    internal ILocator Bubble(string id) => Page.Locator($".row[data-id='{id}'] .bubble");

    /// <summary>The id of a bubble's message.</summary>
    internal async Task<string> IdOfAsync(ILocator bubble) =>
        await bubble.EvaluateAsync<string>("bubble => bubble.closest('.row').dataset.id");

    /// <summary>Types and clicks Send; ends when the bot's next answer is there.</summary>
    internal async Task<string> AskAsync(string text)
    {
        var before = await Answers.CountAsync();
        await SayAsync(text);
        await Assertions.Expect(Answers).ToHaveCountAsync(before + 1);
        return await Answers.Last.Locator(".text").InnerTextAsync();
    }

    internal async Task SayAsync(string text)
    {
        await Composer.FillAsync(text);
        await Chat.GetByRole(AriaRole.Button, new() { Name = "Send", Exact = true }).ClickAsync();
    }

    /// <summary>Chooses an entry of the attach menu.</summary>
    internal async Task AttachAsync(string kind)
    {
        await Chat.GetByRole(AriaRole.Button, new() { Name = "Attach" }).ClickAsync();
        await Page.GetByRole(AriaRole.Menuitem, new() { Name = kind, Exact = true }).ClickAsync();
    }

    internal Task OpenTabAsync(string name) => Page.GetByRole(AriaRole.Tab, new() { Name = name }).ClickAsync();

    /// <summary>Keeps a picture of the page for whoever looks at the run.</summary>
    internal Task ShootAsync(string name) =>
        Page.ScreenshotAsync(new() { Path = Path.Combine(Screenshots(), $"{name}.png") });

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();

    private static string Screenshots([CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "../../artifacts/screenshots");
}
