using Shouldly;
using Wappa.Testing;
using Wappa.Testing.Tests;
using Xunit;

namespace Recorded;

/// <summary>Recorded with the emulator.</summary>
public class KimKOhConversationTests
{
    [Fact]
    public async Task Conversation_BeginningWithHello_GoesAsRecorded()
    {
        await using var bot = await WappaTest.StartAsync<TalkativeHandler>(
            app => app.WithTenant("pizzeria"),
            options: new() { Start = new(2025, 1, 15, 10, 30, 0, TimeSpan.Zero) });
        var kim = bot.Customer("Kim \"K\" Oh", phone: "15550100001");

        var sent1 = await kim.SendAsync("hello");
        kim.Last.ShouldBe("text hello, quoting nothing");

        await kim.ReplyToAsync(kim.Messages[0], "again");
        kim.Last.ShouldBe("text again, quoting something");

        await kim.SendAsync("buttons");
        kim.Last.ShouldBe("Which?");
        kim.LastMessage!.Buttons.ShouldBe(["Tea", "\"Coffee\""]);

        await kim.TapAsync("\"Coffee\"");
        kim.Last.ShouldBe("choice b");

        await kim.SendAsync("list");
        kim.Last.ShouldBe("Which one?");
        kim.LastMessage!.Rows.ShouldBe(["First", "Second"]);

        await kim.ChooseAsync("Second");
        kim.Last.ShouldBe("choice r2");

        await kim.SendAsync("two");
        kim.Messages.Count.ShouldBe(8);
        kim.Messages[6].Text!.ShouldBe("one");
        kim.Last.ShouldBe("two");

        await kim.SendLocationAsync(1.5, -2, name: "Here");
        kim.Last.ShouldBe("location");

        await kim.SendFileAsync("document", Convert.FromBase64String("AQID"), "application/pdf", caption: "look", fileName: "a \"b\".pdf");
        kim.Last.ShouldBe("document");

        await kim.ReactAsync("👍", kim.Messages[0]);
        kim.Last.ShouldBe("reaction");

        await kim.EditAsync(sent1, "hi");
        kim.Last.ShouldBe("edit");

        await kim.SendRawAsync("""{"type":"order","order":{"catalog_id":"1","text":"\u2028\u00E9\u0022\u0022\u0022","product_items":[]}}""");
        kim.Last.ShouldBe("order");

        await kim.SendAsync("later");
        kim.Messages.Count.ShouldBe(13);
        await bot.Clock.AdvanceAsync(TimeSpan.FromMinutes(2));
        kim.Messages.Count.ShouldBe(14);
        kim.Last.ShouldBe("you asked for it");
    }
}
