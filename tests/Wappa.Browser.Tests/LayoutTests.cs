using System.Net.Http.Json;
using Microsoft.Playwright;

namespace Wappa.Browser.Tests;

/// <summary>Wide, narrow, light, dark, and several customers side by side.</summary>
public class LayoutTests(Chromium chromium)
{
    [Fact]
    public async Task Phone_ShowsOnePaneAtATime()
    {
        await using var bot = await RunningBot.StartAsync();
        await using var page = await EmulatorPage.OpenAsync(chromium, bot, Windows.Phone);
        var list = page.Page.Locator(".sidebar");
        await Assertions.Expect(list).ToBeVisibleAsync();
        await Assertions.Expect(page.Page.Locator(".chats")).ToBeHiddenAsync();
        await page.ShootAsync("phone-list");

        await page.Page.Locator(".conversation").First.ClickAsync();
        await Assertions.Expect(list).ToBeHiddenAsync();
        await page.AskAsync("hi");
        (await page.Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth")).ShouldBeTrue();
        await page.ShootAsync("phone-chat");

        await page.Chat.GetByRole(AriaRole.Button, new() { Name = "Show the panel" }).ClickAsync();
        await Assertions.Expect(page.Page.Locator(".panel")).ToBeVisibleAsync();
        await page.ShootAsync("phone-panel");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Back to the chat" }).ClickAsync();
        await page.Chat.GetByRole(AriaRole.Button, new() { Name = "Back to the conversations" }).ClickAsync();
        await Assertions.Expect(list).ToBeVisibleAsync();
        page.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Theme_FollowsTheSystem_AndTheSwitch()
    {
        await using var bot = await RunningBot.StartAsync();
        await using var page = await EmulatorPage.OpenAsync(chromium, bot, Windows.Dark);
        await page.AskAsync("menu");
        (await LightnessAsync(page)).ShouldBeLessThan(80);
        await page.ShootAsync("dark");

        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Theme: as the system" }).ClickAsync();
        (await LightnessAsync(page)).ShouldBeGreaterThan(200);
        await page.Page.ReloadAsync();
        await Assertions.Expect(page.Page.GetByRole(AriaRole.Button, new() { Name = "Theme: light" })).ToBeVisibleAsync();
        (await LightnessAsync(page)).ShouldBeGreaterThan(200);

        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Theme: light" }).ClickAsync();
        (await LightnessAsync(page)).ShouldBeLessThan(80);
    }

    [Fact]
    public async Task TwoCustomers_SideBySide_TalkForThemselves()
    {
        await using var bot = await RunningBot.StartAsync();
        using var answer = await bot.Api.PostAsJsonAsync("customers", new { name = "Mira Okafor", phone = "15550100002" });
        answer.EnsureSuccessStatusCode();
        await using var page = await EmulatorPage.OpenAsync(chromium, bot);
        await page.AskAsync("hi");

        await page.Page.Locator(".conversation", new() { HasText = "Mira" }).ClickAsync(new() { Modifiers = [KeyboardModifier.Control] });
        await Assertions.Expect(page.Page.Locator(".chat")).ToHaveCountAsync(2);
        (await page.AskAsync("menu")).ShouldContain("Large Pizza");

        var first = page.Page.Locator(".chat").First;
        await Assertions.Expect(first.Locator(".row.theirs .bubble")).ToHaveCountAsync(1);
        await page.ShootAsync("side-by-side");
        await page.Chat.GetByRole(AriaRole.Button, new() { Name = "Close the chat" }).ClickAsync();
        await Assertions.Expect(page.Page.Locator(".chat")).ToHaveCountAsync(1);
        page.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task TwoNumbers_OfTwoTenants_AreTwoChatsOfACustomer()
    {
        await using var bot = await RunningBot.StartAsync("--Wappa:Tenants:100000000000009", "bakery");
        await using var page = await EmulatorPage.OpenAsync(chromium, bot);
        await Assertions.Expect(page.Page.Locator(".conversation")).ToHaveCountAsync(2);

        await page.Page.Locator(".conversation", new() { HasText = "bakery" }).ClickAsync();
        await Assertions.Expect(page.Chat.GetByRole(AriaRole.Heading, new() { Name = "bakery" })).ToBeVisibleAsync();

        (await page.AskAsync("menu")).ShouldContain("Large Pizza");
        await Assertions.Expect(page.Page.Locator(".conversation", new() { HasText = "bakery" })).ToContainTextAsync("Menu");
    }

    [Fact]
    public async Task UnopenedChat_AMessage_IsCountedUntilItIsOpened()
    {
        await using var bot = await RunningBot.StartAsync();
        using var settings = await bot.Api.PutAsJsonAsync("settings", new { window = "off" });
        using var answer = await bot.Api.PostAsJsonAsync("customers", new { name = "Mira Okafor", phone = "15550100002" });
        await using var page = await EmulatorPage.OpenAsync(chromium, bot);

        await bot.SendAsync(System.Text.Json.Nodes.JsonNode.Parse(
            """{"messaging_product":"whatsapp","type":"text","text":{"body":"Your pizza is on its way"}}""")!, "15550100002");
        var row = page.Page.Locator(".conversation", new() { HasText = "Mira" });
        await Assertions.Expect(row.Locator(".unread")).ToContainTextAsync("1");

        await row.ClickAsync();
        await Assertions.Expect(row.Locator(".unread")).ToHaveCountAsync(0);
        await Assertions.Expect(page.Answers.Last.Locator(".ticks")).ToContainTextAsync("Read");
    }

    private static Task<double> LightnessAsync(EmulatorPage page) => page.Page.EvaluateAsync<double>(
        "() => { const [r, g, b] = getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number); return (r + g + b) / 3; }");
}
