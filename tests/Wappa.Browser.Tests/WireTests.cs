using Microsoft.Playwright;

namespace Wappa.Browser.Tests;

/// <summary>What went over the wire, and the switches of what goes wrong.</summary>
public class WireTests(Chromium chromium)
{
    [Fact]
    public async Task Wire_AfterAnAnswer_ShowsTheWebhookAndTheGraphCall()
    {
        await using var bot = await RunningBot.StartAsync("--WHATSAPP_WEBHOOK_SECRET", "signs-the-webhooks");
        await using var page = await EmulatorPage.OpenAsync(chromium, bot);
        await page.AskAsync("hi");
        await page.OpenTabAsync("Wire");

        await page.Page.Locator(".exchange", new() { HasText = "Webhook, message text" }).ClickAsync();
        var detail = page.Page.Locator(".wire-detail");
        await Assertions.Expect(detail).ToContainTextAsync("✓ valid");
        await Assertions.Expect(detail.Locator("details[data-name=request] .json-key").First).ToHaveTextAsync("\"object\"");
        await detail.Locator("summary", new() { HasText = "Request headers" }).ClickAsync();
        await Assertions.Expect(detail).ToContainTextAsync("sha256=");
        await page.ShootAsync("wire");

        await page.Page.Locator(".exchange", new() { HasText = "Graph, send text" }).ClickAsync();
        await Assertions.Expect(detail).ToContainTextAsync("What size pizza?");
        await Assertions.Expect(detail.Locator("details[data-name=response]")).ToContainTextAsync("wamid.");
        (await page.Page.ContentAsync()).ShouldNotContain("EMULATOR0");
    }

    [Fact]
    public async Task Exchange_CopiedAndResent_IsACommandAndANewExchange()
    {
        await using var bot = await RunningBot.StartAsync();
        await using var page = await EmulatorPage.OpenAsync(chromium, bot);
        await page.AskAsync("hi");
        await page.OpenTabAsync("Wire");
        var webhooks = page.Page.Locator(".exchange", new() { HasText = "Webhook, message text" });
        await webhooks.ClickAsync();

        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Copy as curl" }).ClickAsync();
        await Assertions.Expect(page.Page.Locator(".said")).ToHaveTextAsync("Copied.");
        (await page.Page.EvaluateAsync<string>("() => navigator.clipboard.readText()")).ShouldStartWith("curl ");

        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Resend" }).ClickAsync();
        await Assertions.Expect(webhooks).ToHaveCountAsync(2);
        await Assertions.Expect(page.Answers).ToHaveCountAsync(1); // the bot knows a message it was given twice
        page.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Message_ShownOnTheWire_AndBack()
    {
        await using var bot = await RunningBot.StartAsync();
        await using var page = await EmulatorPage.OpenAsync(chromium, bot);
        await page.AskAsync("hi");

        await page.Answers.First.HoverAsync();
        await page.Answers.First.Locator(".bubble-menu").ClickAsync();
        await page.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Show on the wire" }).ClickAsync();
        await Assertions.Expect(page.Page.Locator(".wire-detail")).ToBeVisibleAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Show in the chat" }).ClickAsync();

        await Assertions.Expect(page.Page.Locator(".bubble:focus")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Chaos_AGraphError_FailsTheAnswer()
    {
        await using var bot = await RunningBot.StartAsync();
        await using var page = await EmulatorPage.OpenAsync(chromium, bot);
        await page.OpenTabAsync("Chaos");
        await page.Page.GetByLabel("Error code").FillAsync("131026");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Add" }).ClickAsync();
        await Assertions.Expect(page.Page.Locator(".codes li")).ToContainTextAsync("131026 undeliverable");
        await page.ShootAsync("chaos");

        await page.SayAsync("hi");

        await page.OpenTabAsync("Wire");
        await Assertions.Expect(page.Page.Locator(".exchange.failed")).Not.ToHaveCountAsync(0);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Failed" }).ClickAsync();
        await Assertions.Expect(page.Page.Locator(".exchange").First).ToContainTextAsync("Graph, send text");
    }

    [Fact]
    public async Task Chaos_SwitchedInOneWindow_IsSwitchedInTheOther()
    {
        await using var bot = await RunningBot.StartAsync();
        await using var page = await EmulatorPage.OpenAsync(chromium, bot);
        await using var other = await EmulatorPage.OpenAsync(chromium, bot);
        await page.OpenTabAsync("Chaos");
        await other.OpenTabAsync("Chaos");

        await page.Page.GetByRole(AriaRole.Switch, new() { Name = "Reorder" }).CheckAsync();

        await Assertions.Expect(other.Page.GetByRole(AriaRole.Switch, new() { Name = "Reorder" })).ToBeCheckedAsync();
    }

    [Fact]
    public async Task Clock_MovedForwardADay_ClosesTheWindow()
    {
        await using var bot = await RunningBot.StartAsync();
        await using var page = await EmulatorPage.OpenAsync(chromium, bot);
        await page.AskAsync("hi");
        await Assertions.Expect(page.Chat.Locator(".window")).ToContainTextAsync("The bot may write freely for 23 h 59 min");
        await page.OpenTabAsync("Chaos");

        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Clock forward 1 d" }).ClickAsync();

        await Assertions.Expect(page.Chat.Locator(".window")).ToContainTextAsync("The 24-hour window is closed");
        await Assertions.Expect(page.Chat.Locator(".row.day")).ToHaveTextAsync("Yesterday");
        await page.ShootAsync("window-closed");
    }
}
