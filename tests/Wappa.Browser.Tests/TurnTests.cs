using Microsoft.Playwright;

namespace Wappa.Browser.Tests;

/// <summary>The timeline, and recording a conversation as a test.</summary>
public class TurnTests(Chromium chromium)
{
    [Fact]
    public async Task Turns_AfterAnAnswer_ShowEachStepAsABar()
    {
        await using var bot = await RunningBot.StartAsync();
        await using var page = await EmulatorPage.OpenAsync(chromium, bot);
        await page.OpenTabAsync("Turns");
        await page.AskAsync("hi");

        var turn = page.Page.Locator(".turn", new() { HasText = "hi" });
        await Assertions.Expect(turn.Locator(".status")).ToHaveTextAsync("done");
        await turn.FocusAsync();
        await page.Page.Keyboard.PressAsync("Enter");

        var detail = page.Page.Locator(".turn-detail");
        foreach (var step in new[] { "received", "stored", "queue", "handler", "commit", "send", "status" })
            await Assertions.Expect(detail.Locator($".step[data-step={step}]").First).ToBeVisibleAsync();
        await Assertions.Expect(detail.Locator(".step[data-step=commit]")).ToContainTextAsync("records");
        await detail.Locator(".step[data-step=commit] summary").ClickAsync();
        await Assertions.Expect(detail.Locator(".step[data-step=commit]")).ToContainTextAsync("state pizza_order, for 30.0 min");
        await page.ShootAsync("turns");

        await detail.GetByRole(AriaRole.Button, new() { Name = "Show in the chat" }).ClickAsync();
        await Assertions.Expect(page.Page.Locator(".bubble:focus")).ToHaveCountAsync(1);
        await page.Page.Locator(".panel-turns").GetByRole(AriaRole.Button, new() { Name = "Show on the wire" }).First.ClickAsync();
        await Assertions.Expect(page.Page.Locator(".wire-detail")).ToBeVisibleAsync();
        page.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Turns_OfAnAnswerWhatsAppRefuses_SayWhy()
    {
        await using var bot = await RunningBot.StartAsync();
        await using var page = await EmulatorPage.OpenAsync(chromium, bot);
        await page.OpenTabAsync("Chaos");
        await page.Page.GetByLabel("Error code").FillAsync("131026");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Add" }).ClickAsync();
        await Assertions.Expect(page.Page.Locator(".codes li")).ToContainTextAsync("131026");
        await page.OpenTabAsync("Turns");

        await page.SayAsync("hi");

        var turn = page.Page.Locator(".turn", new() { HasText = "hi" });
        await Assertions.Expect(turn.Locator(".status")).ToHaveTextAsync("failed");
        await turn.ClickAsync();
        await Assertions.Expect(page.Page.Locator(".step[data-step=send] .problem").First).ToContainTextAsync("131026");
        await page.ShootAsync("turn-failed");
    }

    [Fact]
    public async Task Recording_OfAConversation_IsShownCopiedAndSaved()
    {
        await using var bot = await RunningBot.StartAsync();
        await using var page = await EmulatorPage.OpenAsync(chromium, bot);
        await page.AskAsync("hi");
        await page.AskAsync("large");
        await page.OpenTabAsync("Turns");

        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Record as test" }).First.ClickAsync();
        await Assertions.Expect(page.Dialog.Locator("code")).ToContainTextAsync("sarah.SendAsync(\"large\")");
        await page.ShootAsync("recording");
        await page.Dialog.GetByRole(AriaRole.Button, new() { Name = "Copy" }).ClickAsync();
        await Assertions.Expect(page.Dialog.Locator(".said")).ToHaveTextAsync("Copied.");
        (await page.Page.EvaluateAsync<string>("() => navigator.clipboard.readText()")).ShouldContain("WappaTest.StartAsync<PizzaOrderHandler>");
        var download = await page.Page.RunAndWaitForDownloadAsync(
            () => page.Dialog.GetByRole(AriaRole.Button, new() { Name = "Download" }).ClickAsync());
        download.SuggestedFilename.ShouldBe("SarahConversationTests.cs");
        await page.Dialog.GetByLabel("To").SelectOptionAsync(new SelectOptionValue { Index = 0 });
        await Assertions.Expect(page.Dialog.Locator("code")).Not.ToContainTextAsync("SendAsync(\"large\")");
        page.Errors.ShouldBeEmpty();
    }
}
