using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace Wappa.Browser.Tests;

/// <summary>What becomes of a message: typing, ticks, failures, replies and reactions of the bot.</summary>
public class StatusTests(Chromium chromium)
{
    [Fact]
    public async Task Typing_Indicated_IsShownUntilTheAnswer()
    {
        await using var bot = await RunningBot.StartAsync();
        await using var page = await EmulatorPage.OpenAsync(chromium, bot);
        await page.AskAsync("hi");

        await bot.CallAsync(JsonNode.Parse($$$"""
            {"messaging_product":"whatsapp","status":"read","message_id":"{{{await page.IdOfAsync(page.Said.First)}}}",
             "typing_indicator":{"type":"text"}}
            """)!);
        await Assertions.Expect(page.Chat.GetByRole(AriaRole.Img, new() { Name = "is typing" })).ToBeVisibleAsync();
        await Assertions.Expect(page.Page.Locator(".conversation .last")).ToHaveTextAsync("typing…");
        await Assertions.Expect(page.Said.First.Locator(".ticks")).ToContainTextAsync("Read");

        await bot.SendTextAsync("done");
        await Assertions.Expect(page.Answers.Last).ToContainTextAsync("done");
        await Assertions.Expect(page.Chat.Locator(".typing")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Message_OutsideTheWindow_FailsWithItsCode()
    {
        await using var bot = await RunningBot.StartAsync();
        await using var page = await EmulatorPage.OpenAsync(chromium, bot);
        await Assertions.Expect(page.Chat.Locator(".window")).ToContainTextAsync("Write first");

        var id = await bot.SendTextAsync("an offer nobody asked for");

        await Assertions.Expect(page.Bubble(id).Locator(".failure")).ToContainTextAsync("131047");
        await Assertions.Expect(page.Bubble(id).Locator(".ticks")).ToContainTextAsync("Failed");
    }

    [Fact]
    public async Task Bot_RepliesAndReacts_ToTheMessageItNames()
    {
        await using var bot = await RunningBot.StartAsync();
        await using var page = await EmulatorPage.OpenAsync(chromium, bot);
        await page.AskAsync("hi");
        var asked = await page.IdOfAsync(page.Said.First);

        await bot.CallAsync(JsonNode.Parse($$$"""
            {"messaging_product":"whatsapp","to":"{{{RunningBot.Phone}}}","type":"reaction","reaction":{"message_id":"{{{asked}}}","emoji":"🎉"}}
            """)!);
        await Assertions.Expect(page.Said.First.Locator(".reactions")).ToContainTextAsync("🎉");

        var id = await bot.SendAsync(JsonNode.Parse($$$"""
            {"messaging_product":"whatsapp","type":"text","text":{"body":"about that"},"context":{"message_id":"{{{asked}}}"}}
            """)!);
        await page.Bubble(id).Locator(".quote").ClickAsync();
        await Assertions.Expect(page.Said.First).ToBeFocusedAsync();
    }
}
