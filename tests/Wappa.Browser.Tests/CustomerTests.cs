using Microsoft.Playwright;

namespace Wappa.Browser.Tests;

/// <summary>Customers are made, renamed, given another number, and taken away.</summary>
public class CustomerTests(Chromium chromium)
{
    [Fact]
    public async Task Customer_CreatedRenamedAndDeleted_IsInTheListMeanwhile()
    {
        await using var bot = await RunningBot.StartAsync();
        await using var page = await EmulatorPage.OpenAsync(chromium, bot);

        await page.Page.GetByRole(AriaRole.Button, new() { Name = "New customer" }).ClickAsync();
        await FieldAsync(page, "Name", "Jonas Berg");
        await page.Dialog.GetByRole(AriaRole.Button, new() { Name = "Create" }).ClickAsync();
        await Assertions.Expect(page.Chat.Locator(".chat-title p")).ToContainTextAsync("You are Jonas Berg");
        (await page.AskAsync("menu")).ShouldContain("Menu");

        await page.Chat.GetByRole(AriaRole.Button, new() { Name = "Change the customer" }).ClickAsync();
        await FieldAsync(page, "Name", "Jonas Björk");
        await page.Dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        var row = page.Page.Locator(".conversation", new() { HasText = "Jonas Björk" });
        await Assertions.Expect(row).ToBeVisibleAsync();

        await page.Chat.GetByRole(AriaRole.Button, new() { Name = "Change the customer" }).ClickAsync();
        await page.Dialog.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await page.Dialog.Last.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await Assertions.Expect(row).ToHaveCountAsync(0);
        page.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Customer_GivenAnotherNumber_IsToldToTheBot()
    {
        await using var bot = await RunningBot.StartAsync();
        await using var page = await EmulatorPage.OpenAsync(chromium, bot);
        await page.AskAsync("hi");

        await page.Chat.GetByRole(AriaRole.Button, new() { Name = "Change the customer" }).ClickAsync();
        await FieldAsync(page, "Phone, digits only", "15550100099");
        await page.Dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();

        await Assertions.Expect(page.Chat.Locator(".row.pill")).ToBeVisibleAsync();
        await Assertions.Expect(page.Chat.Locator(".chat-title p")).ToContainTextAsync("+15550100099");
    }

    [Fact]
    public async Task Customer_WithAUsernameOnly_WritesWithoutANumber()
    {
        await using var bot = await RunningBot.StartAsync();
        await using var page = await EmulatorPage.OpenAsync(chromium, bot);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "New customer" }).ClickAsync();
        await FieldAsync(page, "Name", "Nameless");
        await FieldAsync(page, "Username", "name.less");
        await page.Dialog.GetByLabel("What the bot learns").SelectOptionAsync("username");
        await page.Dialog.GetByRole(AriaRole.Button, new() { Name = "Create" }).ClickAsync();

        (await page.AskAsync("hi")).ShouldContain("What size pizza?");

        await page.OpenTabAsync("Wire");
        await page.Page.Locator(".exchange", new() { HasText = "message text" }).First.ClickAsync();
        var body = page.Page.Locator(".wire-detail details[data-name=request]");
        await Assertions.Expect(body).ToContainTextAsync("from_user_id");
        await Assertions.Expect(body).Not.ToContainTextAsync("\"from\"");
    }

    private static Task FieldAsync(EmulatorPage page, string label, string value) =>
        page.Dialog.GetByLabel(label, new() { Exact = label is "Name" or "Username" }).FillAsync(value);
}
