using System.Net;
using System.Net.Http.Json;

namespace Wappa.Emulator.Tests;

public class ConversationTests
{
    private const string Phone = "15550100001";

    [Theory]
    [InlineData("hello")]
    [InlineData("¡Hola! 🍕 / \"quoted\" \\ back\nline <b>&amp;</b>")]
    [InlineData("العربية עברית 日本語")]
    public async Task Typed_AnyText_ReachesTheBotAndComesBackUnchanged(string text)
    {
        await using var bot = await EchoBot.StartAsync();

        var answer = await bot.AnswerToAsync(() => TypeAsync(bot, text));

        answer.Text.ShouldBe($"Sarah: {text}");
        answer.Phone.ShouldBe(Phone);
        answer.Id.ShouldStartWith("wamid.");
    }

    [Fact]
    public async Task Typed_WithASecretConfigured_IsSignedWithIt()
    {
        await using var bot = await EchoBot.StartAsync("--WHATSAPP_WEBHOOK_SECRET", "the-app-secret");

        (await bot.AnswerToAsync(() => TypeAsync(bot, "signed"))).Text.ShouldBe("Sarah: signed");
        using var unsigned = await bot.Http.PostAsJsonAsync("/webhook/whatsapp", new { });
        unsigned.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("", Phone, "Sarah", "text")]
    [InlineData("hi", "+15550100001", "Sarah", "digits only")]
    [InlineData("hi", "123", "Sarah", "5 to 15")]
    public async Task Typed_WhatCannotBe_IsRefusedWithAReason(string text, string phone, string name, string reason)
    {
        await using var bot = await EchoBot.StartAsync();

        using var answer = await bot.Http.PostAsJsonAsync("/emulator/messages", new { text, phone, name });

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync()).ShouldContain(reason);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("""{"text":1}""")]
    public async Task Typed_NotAMessage_IsRefusedWithAReason(string json)
    {
        await using var bot = await EchoBot.StartAsync();
        using var content = new StringContent(json, System.Text.Encoding.UTF8, "application/json");

        using var answer = await bot.Http.PostAsync("/emulator/messages", content);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("error");
    }

    [Fact]
    public async Task Typed_AsAForm_IsRefused()
    {
        await using var bot = await EchoBot.StartAsync();
        using var form = new FormUrlEncodedContent([new("text", "hi"), new("phone", Phone), new("name", "")]);

        using var answer = await bot.Http.PostAsync("/emulator/messages", form);

        answer.StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
    }

    [Fact]
    public async Task Listen_AfterMoreThanItsCapacity_BeginsWithTheOldestKept()
    {
        var conversation = new Conversation();
        for (var i = 0; i < Conversation.Capacity + 3; i++)
            conversation.Add(new($"{i}", Conversation.User, Phone, "hi", DateTimeOffset.UnixEpoch));

        await using var lines = conversation.ListenAsync(CancellationToken.None).GetAsyncEnumerator();
        await lines.MoveNextAsync();

        lines.Current.Id.ShouldBe("3");
    }

    private static async Task TypeAsync(EchoBot bot, string text)
    {
        using var answer = await bot.Http.PostAsJsonAsync("/emulator/messages", new { text, phone = Phone, name = "Sarah" });
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
    }
}
