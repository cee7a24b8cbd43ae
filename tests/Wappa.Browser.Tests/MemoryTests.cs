using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace Wappa.Browser.Tests;

/// <summary>The bot's memory in the page: live, changed by hand, and turned back.</summary>
public class MemoryTests(Chromium chromium)
{
    [Fact]
    public async Task State_AppearsChangesAndVanishes_AtItsEnd()
    {
        await using var bot = await RunningBot.StartAsync();
        await using var page = await EmulatorPage.OpenAsync(chromium, bot);
        await page.OpenTabAsync("Memory");
        await page.AskAsync("hi");

        await Order(page).ClickAsync();
        await Assertions.Expect(Detail(page)).ToContainTextAsync("\"size\": null");
        await Assertions.Expect(Order(page).Locator(".ttl")).ToContainTextAsync("29 min");
        await page.AskAsync("large");
        await Assertions.Expect(Detail(page)).ToContainTextAsync("\"size\": \"large\"");
        await Detail(page).Locator("summary", new() { HasText = "History" }).ClickAsync();
        await Assertions.Expect(Detail(page).Locator(".diff ins").First).ToHaveTextAsync("\"toppings\"");
        await page.ShootAsync("memory");

        using var answer = await bot.Api.PostAsJsonAsync("clock/advance", new { seconds = 1801 });
        answer.EnsureSuccessStatusCode();

        await Assertions.Expect(Order(page)).ToHaveCountAsync(0);
        await Assertions.Expect(page.Page.Locator(".record", new() { HasText = "profile" })).ToHaveCountAsync(1);
        page.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Fork_OfAnEarlierTurn_GoesOnFromThere()
    {
        await using var bot = await RunningBot.StartAsync();
        await using var page = await EmulatorPage.OpenAsync(chromium, bot);
        await page.AskAsync("hi");
        await page.AskAsync("large");
        await page.OpenTabAsync("Memory");
        await Order(page).ClickAsync();
        await Detail(page).Locator("summary", new() { HasText = "History" }).ClickAsync();

        await Detail(page).Locator(".change .plain").Last.ClickAsync();
        await Assertions.Expect(page.Page.Locator(".panel-memory h3").First).ToHaveTextAsync("Memory as it was");
        await Assertions.Expect(Detail(page)).ToContainTextAsync("\"size\": null");
        await page.ShootAsync("memory-as-it-was");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Continue from here" }).ClickAsync();
        await page.Dialog.GetByLabel("Name of the new customer").FillAsync("Sarah in a parallel world");
        await page.Dialog.GetByRole(AriaRole.Button, new() { Name = "Create" }).ClickAsync();

        await Assertions.Expect(page.Chat).ToContainTextAsync("Sarah in a parallel world");
        await Assertions.Expect(page.Answers).ToHaveCountAsync(1);
        (await page.AskAsync("small")).ShouldContain("What toppings?");
        page.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Memory_OfAHostileRecord_IsText()
    {
        await using var bot = await RunningBot.StartAsync();
        await using var page = await EmulatorPage.OpenAsync(chromium, bot);
        await page.AskAsync("hi");
        var world = (await bot.Api.GetFromJsonAsync<JsonNode>("world"))!;
        using var answer = await bot.Api.PutAsJsonAsync("memory/record", new
        {
            number = (string)world["numbers"]![0]!["id"]!,
            customer = (string)world["customers"]![0]!["id"]!,
            kind = "state",
            name = "<img src=x onerror=alert(1)>",
            json = """{"<script>alert(2)</script>":"<img src=x onerror=alert(3)>"}""",
            revision = "0",
        });
        answer.EnsureSuccessStatusCode();
        await page.OpenTabAsync("Memory");

        await page.Page.Locator(".record", new() { HasText = "onerror" }).ClickAsync();

        await Assertions.Expect(Detail(page)).ToContainTextAsync("<script>alert(2)</script>");
        (await page.Page.Locator(".panel-memory img, .panel-memory script").CountAsync()).ShouldBe(0);
        page.Errors.ShouldBeEmpty();
    }

    private static ILocator Order(EmulatorPage page) => page.Page.Locator(".record", new() { HasText = "pizza_order" });

    private static ILocator Detail(EmulatorPage page) => page.Page.Locator(".memory-detail");
}
