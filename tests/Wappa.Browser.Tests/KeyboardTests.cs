using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace Wappa.Browser.Tests;

/// <summary>All of it without a mouse.</summary>
public class KeyboardTests(Chromium chromium)
{
    [Fact]
    public async Task Conversation_ByKeysOnly_IsHeld()
    {
        await using var bot = await RunningBot.StartAsync();
        await using var page = await EmulatorPage.OpenAsync(chromium, bot);
        var keyboard = page.Page.Keyboard;
        await Assertions.Expect(page.Composer).ToBeFocusedAsync();

        await keyboard.TypeAsync("hi");
        await keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Answers).ToHaveCountAsync(1);
        await keyboard.PressAsync("ArrowUp");
        await Assertions.Expect(page.Composer).ToHaveValueAsync("hi");
        await page.Composer.PressAsync("ControlOrMeta+a");
        await keyboard.TypeAsync("two");
        await keyboard.PressAsync("Shift+Enter");
        await keyboard.TypeAsync("lines");
        await keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Said.Last.Locator(".line")).ToHaveCountAsync(2);
        await Assertions.Expect(page.Answers).ToHaveCountAsync(2);

        await AnswerTheLastAsync(page, "Reply");
        await Assertions.Expect(page.Composer).ToBeFocusedAsync();
        await keyboard.TypeAsync("large");
        await keyboard.PressAsync("Enter");

        await Assertions.Expect(page.Said.Last.Locator(".quote")).ToContainTextAsync("What size pizza?");
        await Assertions.Expect(page.Answers.Last).ToContainTextAsync("What toppings?");
        page.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task ReplyButtons_ByKeysOnly_ArePressed()
    {
        await using var bot = await RunningBot.StartAsync();
        await using var page = await EmulatorPage.OpenAsync(chromium, bot);
        await page.AskAsync("hi");
        await bot.SendAsync(new JsonObject
        {
            ["messaging_product"] = "whatsapp",
            ["type"] = "interactive",
            ["interactive"] = JsonNode.Parse("""
                {"type":"button","body":{"text":"Which?"},"action":{"buttons":[
                  {"type":"reply","reply":{"id":"a","title":"First"}},{"type":"reply","reply":{"id":"b","title":"Second"}}]}}
                """),
        });
        await Assertions.Expect(page.Answers.Last).ToContainTextAsync("Which?");

        await page.Answers.Last.FocusAsync();
        await page.Page.Keyboard.PressAsync("Tab");
        await page.Page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(page.Answers.Last.Locator(".row-button").Nth(1)).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("Enter");

        await Assertions.Expect(page.Said.Last.Locator(".chosen")).ToHaveTextAsync("Second");
    }

    [Fact]
    public async Task Messages_AreOneStopOfTheTabKey_AndMovedThroughByArrows()
    {
        await using var bot = await RunningBot.StartAsync();
        await using var page = await EmulatorPage.OpenAsync(chromium, bot);
        await page.AskAsync("hi");
        await page.AskAsync("menu");

        (await page.Chat.Locator(".bubble[tabindex='0']").CountAsync()).ShouldBe(1);
        await page.Answers.Last.FocusAsync();
        await page.Page.Keyboard.PressAsync("ArrowUp");
        await Assertions.Expect(page.Said.Last).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("Home");
        await Assertions.Expect(page.Said.First).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("End");
        await Assertions.Expect(page.Answers.Last).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Menu_ByKeysOnly_MovesAndClosesWhereItWasOpened()
    {
        await using var bot = await RunningBot.StartAsync();
        await using var page = await EmulatorPage.OpenAsync(chromium, bot);
        var attach = page.Chat.GetByRole(AriaRole.Button, new() { Name = "Attach" });

        await attach.FocusAsync();
        await page.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(MenuItem(page, "Photo")).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("ArrowDown");
        await Assertions.Expect(MenuItem(page, "Video")).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("l");
        await Assertions.Expect(MenuItem(page, "Location")).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("Escape");

        await Assertions.Expect(page.Page.GetByRole(AriaRole.Menu)).ToHaveCountAsync(0);
        await Assertions.Expect(attach).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Dialog_KeepsTheFocusInside_AndGivesItBack()
    {
        await using var bot = await RunningBot.StartAsync();
        await using var page = await EmulatorPage.OpenAsync(chromium, bot);
        var button = page.Page.GetByRole(AriaRole.Button, new() { Name = "New customer" });
        await button.FocusAsync();
        await page.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Dialog.GetByLabel("Name", new() { Exact = true })).ToBeFocusedAsync();

        for (var presses = 0; presses < 12; presses++)
        {
            await page.Page.Keyboard.PressAsync("Tab");
            // The browser's own controls are a stop too: then the page's focus is on the body.
            (await page.Page.EvaluateAsync<bool>("() => document.activeElement === document.body || !!document.activeElement.closest('dialog')"))
                .ShouldBeTrue();
        }

        await page.Dialog.GetByLabel("Name", new() { Exact = true }).FocusAsync();
        await page.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.Dialog).ToHaveCountAsync(0);
        await Assertions.Expect(button).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Tabs_AndConversations_MoveByArrows()
    {
        await using var bot = await RunningBot.StartAsync();
        await using var page = await EmulatorPage.OpenAsync(chromium, bot);

        await page.Page.GetByRole(AriaRole.Tab, new() { Name = "Wire" }).FocusAsync();
        await page.Page.Keyboard.PressAsync("ArrowLeft");

        var last = page.Page.GetByRole(AriaRole.Tab).Last;
        await Assertions.Expect(last).ToBeFocusedAsync();
        await Assertions.Expect(last).ToHaveAttributeAsync("aria-selected", "true");
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Tabpanel)).ToHaveCountAsync(1);
    }

    private static async Task AnswerTheLastAsync(EmulatorPage page, string entry)
    {
        await page.Answers.Last.FocusAsync();
        await page.Page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(page.Answers.Last.Locator(".bubble-menu")).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(MenuItem(page, entry)).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("Enter");
    }

    private static ILocator MenuItem(EmulatorPage page, string name) =>
        page.Page.GetByRole(AriaRole.Menuitem, new() { Name = name, Exact = true });
}
