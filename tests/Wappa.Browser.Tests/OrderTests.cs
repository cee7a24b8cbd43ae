using Microsoft.Playwright;
using Wappa.Caching;

namespace Wappa.Browser.Tests;

/// <summary>A whole conversation with the pizza bot, clicked together.</summary>
public class OrderTests(Chromium chromium)
{
    [Fact]
    public async Task Chat_ClickingThroughAnOrder_PlacesIt()
    {
        await using var bot = await RunningBot.StartAsync();
        await using var page = await EmulatorPage.OpenAsync(chromium, bot);

        (await page.AskAsync("hi")).ShouldContain("What size pizza?");
        (await page.AskAsync("large")).ShouldContain("What toppings?");
        (await page.AskAsync("pepperoni, cheese")).ShouldContain("Total: $15.99");
        (await page.AskAsync("yes")).ShouldContain("Order confirmed!");
        (await page.AskAsync("menu")).ShouldContain("Large Pizza: $15.99");

        await Assertions.Expect(page.Answers.Last.Locator("strong")).ToHaveTextAsync("Menu");
        await Assertions.Expect(page.Said.First.Locator(".ticks")).ToContainTextAsync("Delivered");
        await Assertions.Expect(page.Answers.First.Locator(".ticks")).ToContainTextAsync("Read");
        await page.ShootAsync("order");
        page.Errors.ShouldBeEmpty();

        var orders = 0;
        await foreach (var _ in bot.Caches.ForTenant("pizzeria").Table.ListAsync<object>("orders")) orders++;
        orders.ShouldBe(1);
    }

    [Fact]
    public async Task Chat_AfterAReload_IsTheSame()
    {
        await using var bot = await RunningBot.StartAsync();
        await using var page = await EmulatorPage.OpenAsync(chromium, bot);
        await page.AskAsync("hi");

        await page.Page.ReloadAsync();

        await Assertions.Expect(page.Answers).ToHaveCountAsync(1);
        await Assertions.Expect(page.Said).ToHaveCountAsync(1);
        await Assertions.Expect(page.Page.Locator(".conversation .last")).ToContainTextAsync("What size pizza?");
    }

    [Fact]
    public async Task Page_WhenTheAppStartsAnew_GoesOn()
    {
        await using var before = await RunningBot.StartAsync();
        await using var page = await EmulatorPage.OpenAsync(chromium, before);
        await page.AskAsync("hi");

        await before.DisposeAsync();
        await Assertions.Expect(page.Page.Locator("#connection")).ToContainTextAsync("the app does not answer");
        await using var after = await RunningBot.StartAsync("--urls", before.Address.ToString());

        await Assertions.Expect(page.Page.Locator("#connection")).ToHaveTextAsync("live");
        await Assertions.Expect(page.Said).ToHaveCountAsync(0); // nothing is kept: another world
        (await page.AskAsync("menu")).ShouldContain("Large Pizza");
        page.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Chat_ANewAnswer_IsAnnounced()
    {
        await using var bot = await RunningBot.StartAsync();
        await using var page = await EmulatorPage.OpenAsync(chromium, bot);

        await page.AskAsync("hi");

        await Assertions.Expect(page.Page.Locator("#announcer")).ToContainTextAsync("What size pizza?");
        await Assertions.Expect(page.Page.Locator("#announcer")).ToHaveAttributeAsync("aria-live", "polite");
    }
}
