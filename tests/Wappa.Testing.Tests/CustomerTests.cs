using Microsoft.Extensions.DependencyInjection;

namespace Wappa.Testing.Tests;

/// <summary>Whatever customers can send arrives as the typed message it is in earnest, and what the bot sends can be asked for.</summary>
public class CustomerTests
{
    private readonly Diary _diary = new();

    [Fact]
    public async Task Customer_WithEachKindOfMessage_IsHeard()
    {
        await using var bot = await StartAsync();
        _diary.Act = static async (webhook, messenger) =>
        {
            if (webhook.GetMessageText() == "hi") await messenger.SendTextAsync("hello", webhook.User.UserId);
        };
        var ana = bot.Customer("Ana");

        var hi = await ana.SendAsync("hi");
        await ana.ReplyToAsync(ana.LastMessage!, "a reply");
        await ana.SendLocationAsync(1.5, 2, "Home", "Street 1");
        await ana.SendImageAsync(caption: "look");
        await ana.SendFileAsync("document", [1, 2, 3], "application/pdf", fileName: "a.pdf");
        await ana.SendContactAsync("Ben", "15550199");
        await ana.ReactAsync("👍");
        await ana.EditAsync(hi, "hi!");
        await ana.RevokeAsync(hi);
        await ana.SendRawAsync("""
            {"type":"order","order":{"catalog_id":"c",
            "product_items":[{"product_retailer_id":"p","quantity":1,"item_price":2,"currency":"EUR"}]}}
            """);

        _diary.Messages.Select(message => message.GetType().Name).ShouldBe(
        [
            "TextMessage", "TextMessage", "LocationMessage", "ImageMessage", "DocumentMessage", "ContactsMessage", "ReactionMessage",
            "EditMessage", "RevokeMessage", "OrderMessage",
        ]);
        _diary.Messages.OfType<LocationMessage>().Single().Name.ShouldBe("Home");
        _diary.Messages.OfType<ReactionMessage>().Single().Emoji.ShouldBe("👍");
        ana.LastMessage!.Reactions.ShouldBe(["👍"]);
        _diary.Messages.ElementAt(1).Context!.MessageId.ShouldBe(ana.LastMessage!.Id);
    }

    [Fact]
    public async Task Tap_AndChoose_AnswerTheLatestMessageThatHasSuchATitle()
    {
        await using var bot = await StartAsync();
        _diary.Act = static async (webhook, messenger) =>
        {
            var to = webhook.User.UserId;
            if (webhook.Message is not TextMessage) return;
            await messenger.SendAsync(new OutgoingButtons { Body = "Which?", Buttons = [new("b1", "One"), new("b2", "Two")] }, to);
            ListSection[] sections = [new(null, [new("r1", "Row one"), new("r2", "Row two")])];
            await messenger.SendAsync(new OutgoingList { Body = "Pick", ButtonText = "Open", Sections = sections }, to);
        };
        var ana = bot.Customer("Ana");
        await ana.SendAsync("hi");

        ana.Messages[0].Buttons.ShouldBe(["One", "Two"]);
        ana.LastMessage!.Rows.ShouldBe(["Row one", "Row two"]);
        await ana.TapAsync("Two");
        await ana.ChooseAsync("Row one");

        _diary.Messages.OfType<ChoiceMessage>().Select(choice => choice.ChoiceId).ShouldBe(["b2", "r1"]);
        (await Should.ThrowAsync<BotTestException>(() => ana.TapAsync("Three"))).Message
            .ShouldBe("There is no button \"Three\". The latest message with any has: One, Two.");
    }

    [Fact]
    public async Task Statuses_AskedFor_ComeToTheHandlerAndTheMessage()
    {
        await using var bot = await StartAsync();
        _diary.Act = static async (webhook, messenger) => await messenger.SendTextAsync("hello", webhook.User.UserId);
        var ana = bot.Customer("Ana");
        await ana.SendAsync("hi");
        ana.LastMessage!.Status.ShouldBe("sent");

        await ana.DeliveredAsync();
        await ana.ReadAsync();
        await ana.SendAsync("again");
        await ana.FailAsync(131047);

        _diary.All.OfType<StatusWebhook>().Select(status => status.Status.State)
            .ShouldBe(["sent", "delivered", "read", "sent", "failed"]);
        _diary.All.OfType<StatusWebhook>().Last().Status.Errors.Single().Code.ShouldBe(131047);
        ana.Messages.Select(message => message.Status).ShouldBe(["read", "failed"]);
    }

    [Fact]
    public async Task Customer_WhoHidesTheNumber_IsKnownByTheirId()
    {
        await using var bot = await StartAsync();
        var ana = bot.Customer("Ana", hidesNumber: true);

        await ana.SendAsync("hi");

        ana.UserId.ShouldNotBe(ana.Phone);
        (await ana.Caches.User.GetFieldAsync<int>("stats", "messages")).ShouldBe(1);
    }

    private Task<BotTest> StartAsync() =>
        WappaTest.StartAsync<DiaryBot>(bot => bot.Services.AddSingleton(_diary));
}
