using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Wappa.Caching;

namespace Wappa.Emulator.Tests;

public class ChaosTests
{
    [Fact]
    public async Task Duplicate_SwitchedOn_DeliversTwice()
    {
        using var rig = new Rig();
        rig.Chaos("""{"duplicate":true}""");

        await rig.SayAsync();

        rig.App.Messages.Count.ShouldBe(2);
        rig.App.Messages.Select(message => message.GetProperty("id").GetString()).Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task Share_WithOneSeed_BefallsTheSameOnes()
    {
        static async Task<string> RunAsync()
        {
            using var rig = new Rig();
            rig.Chaos("""{"drop":0.5,"seed":7}""");
            for (var i = 0; i < 20; i++) await rig.SayAsync($$$"""{"type":"text","text":{"body":"{{{i}}}"}}""");
            return string.Join(' ', rig.App.Messages.Select(message => message.GetProperty("text").GetProperty("body").GetString()));
        }

        var first = await RunAsync();

        (await RunAsync()).ShouldBe(first);
        first.Split(' ').Length.ShouldBeInRange(3, 17);
    }

    [Fact]
    public async Task Drop_SwitchedOn_LosesTheWebhookForGood()
    {
        using var rig = new Rig();
        rig.Chaos("""{"drop":1}""");

        var sent = await rig.SayAsync();

        rig.App.Posts.ShouldBeEmpty();
        (await sent.Update.Delivered).ShouldBeFalse();
        rig.Local.Exchanges.List(0, 1)[0].Note.ShouldBe("dropped on purpose");
    }

    [Fact]
    public async Task Reorder_SwitchedOn_SwapsNeighboursAndReleasesTheLast()
    {
        using var rig = new Rig();
        rig.Chaos("""{"reorder":true}""");

        foreach (var text in new[] { "1", "2", "3" }) await rig.SayAsync($$$"""{"type":"text","text":{"body":"{{{text}}}"}}""");
        rig.Clock.Advance(TimeSpan.FromSeconds(2));
        await rig.Local.WhenQuietAsync();

        rig.App.Messages.Select(message => message.GetProperty("text").GetProperty("body").GetString()).ShouldBe(["2", "1", "3"]);
    }

    [Fact]
    public async Task Delay_SwitchedOn_WaitsOnTheClock()
    {
        using var rig = new Rig();
        rig.Chaos("""{"delayMs":5000}""");

        await rig.SayAsync();
        rig.App.Posts.ShouldBeEmpty();
        rig.Clock.Advance(TimeSpan.FromSeconds(5));
        await rig.Local.WhenQuietAsync();

        rig.App.Posts.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Batch_SwitchedOn_PutsUpdatesIntoOnePost()
    {
        using var rig = new Rig();
        rig.Chaos("""{"batch":3}""");

        for (var i = 0; i < 4; i++) await rig.SayAsync();
        rig.App.Posts.Count.ShouldBe(1);
        rig.Clock.Advance(TimeSpan.FromSeconds(1));
        await rig.Local.WhenQuietAsync();

        rig.App.Posts.Count.ShouldBe(2);
        rig.App.Messages.Count.ShouldBe(4);
    }

    [Fact]
    public async Task BadSignature_SwitchedOn_IsRefusedByTheAppUntilItIsOff()
    {
        await using var bot = await EchoBot.StartAsync("--WHATSAPP_WEBHOOK_SECRET", "the-app-secret");
        await PutAsync(bot, """{"badSignature":true}""");

        var message = await bot.SendAsync(new { type = "text", text = new { body = "hi" } });
        message.GetProperty("status").GetString().ShouldBe("pending");
        await PutAsync(bot, """{"badSignature":false}""");
        await bot.Http.PostAsync("/emulator/api/clock/advance", Json("""{"seconds":60}"""));

        (await bot.Heard.NextMessageAsync()).Message.Id.ShouldBe(message.GetProperty("id").GetString());
        bot.Local.Exchanges.List(0, 100)[0].SignatureValid.ShouldBe(false);
    }

    [Fact]
    public async Task AppError_SwitchedOn_KeepsThePostBackAndRepeatsIt()
    {
        using var rig = new Rig();
        rig.Chaos("""{"appError":true}""");
        await rig.SayAsync();
        rig.App.Posts.ShouldBeEmpty();

        rig.Chaos("""{"appError":false}""");
        rig.Clock.Advance(TimeSpan.FromSeconds(1));
        await rig.Local.WhenQuietAsync();

        rig.App.Posts.Count.ShouldBe(1);
    }

    [Fact]
    public async Task GraphErrors_WithCounts_AreAnsweredInOrderAndRunOut()
    {
        using var rig = new Rig();
        await rig.SayAsync();
        rig.Chaos("""{"graphErrors":[{"code":131056,"count":1},{"code":131016,"count":1}]}""");

        var codes = new List<int>();
        for (var i = 0; i < 3; i++)
        {
            var (_, answer) = await rig.AnswerAsync();
            codes.Add(answer.TryGetProperty("error", out var error) ? error.GetProperty("code").GetInt32() : 0);
        }

        codes.ShouldBe([131056, 131016, 0]);
    }

    [Fact]
    public async Task GraphErrors_504_LosesTheAnswerButSendsTheMessage()
    {
        using var rig = new Rig();
        await rig.SayAsync();
        rig.Chaos("""{"graphErrors":[{"code":504,"count":1}]}""");

        var (status, _) = await rig.AnswerAsync();

        status.ShouldBe(HttpStatusCode.GatewayTimeout);
        rig.App.States.ShouldBe(["sent", "delivered"]);
    }

    [Fact]
    public async Task GraphRate_ToOneCustomer_TakesABurstOf45ThenOneEverySixSeconds()
    {
        using var rig = new Rig();
        await rig.SayAsync();
        rig.Chaos("""{"graphRate":true}""");

        for (var i = 0; i < GraphRates.Burst; i++) (await rig.AnswerAsync()).Status.ShouldBe(HttpStatusCode.OK);
        (await rig.AnswerAsync()).Answer.GetProperty("error").GetProperty("code").GetInt32().ShouldBe(131056);
        rig.Clock.Advance(TimeSpan.FromSeconds(6));
        (await rig.AnswerAsync()).Status.ShouldBe(HttpStatusCode.OK);
        (await rig.AnswerAsync()).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task StatusFlood_SwitchedOn_RepeatsEachStatus()
    {
        using var rig = new Rig();
        await rig.SayAsync();
        rig.Chaos("""{"statusFlood":2,"autoDeliver":false}""");

        await rig.AnswerAsync();

        rig.App.States.ShouldBe(["sent", "sent", "sent"]);
    }

    [Fact]
    public async Task AutoRead_SwitchedOn_ReadsByItself()
    {
        using var rig = new Rig();
        await rig.SayAsync();
        rig.Chaos("""{"autoRead":true,"unescapedJson":true}""");

        await rig.AnswerAsync("é");

        rig.App.States.ShouldBe(["sent", "delivered", "read"]);
    }

    [Fact]
    public async Task UnescapedJson_SwitchedOn_IsUtf8()
    {
        using var rig = new Rig();
        rig.Chaos("""{"unescapedJson":true}""");

        await rig.SayAsync("""{"type":"text","text":{"body":"é/"}}""");

        Encoding.UTF8.GetString(rig.App.Posts.Single().Body).ShouldContain("\"é/\"");
    }

    [Fact]
    public async Task StoreOutage_SwitchedOn_FailsTheStoresUntilItIsOff()
    {
        await using var bot = await EchoBot.StartAsync();
        var documents = bot.Services.GetRequiredService<IDocumentStore>();
        var entries = bot.Services.GetRequiredService<ICacheStore>();
        await PutAsync(bot, """{"storeOutage":true}""");

        await Should.ThrowAsync<CacheStoreUnavailableException>(async () => await documents.GetAsync(RecordKey.User("t", "u")));
        await Should.ThrowAsync<CacheStoreUnavailableException>(async () => await entries.GetAsync("app:key"));
        await PutAsync(bot, """{"storeOutage":false}""");

        (await documents.GetAsync(RecordKey.User("t", "u"))).IsHit.ShouldBeFalse();
        (await entries.GetAsync("app:key")).ShouldBeNull();
    }

    [Fact]
    public async Task Stores_OutsideDevelopment_AreNotWrapped()
    {
        await using var bot = await EchoBot.StartAsync("--environment", "Staging", "--WHATSAPP_ACCESS_TOKEN", "t",
            "--WHATSAPP_PHONE_NUMBER_ID", "1", "--WHATSAPP_WEBHOOK_VERIFY_TOKEN", "v", "--WHATSAPP_WEBHOOK_SECRET", "s");

        bot.Services.GetRequiredService<IDocumentStore>().ShouldNotBeOfType<FailingDocumentStore>();
        bot.Services.GetRequiredService<TimeProvider>().ShouldBeSameAs(TimeProvider.System);
    }

    [Fact]
    public void Store_WithTheEmulator_IsRegisteredOnce()
    {
        var builder = new WappaBuilder().WithMemoryCache().WithEmulator();

        // Apps put decorators of their own over it, and find it by its type.
        builder.Services.Count(service => service.ServiceType == typeof(IDocumentStore)).ShouldBe(1);
        builder.Services.Count(service => service.ServiceType == typeof(TimeProvider)).ShouldBe(1);
    }

    [Theory]
    [InlineData("""{"duplicate":2}""")]
    [InlineData("""{"batch":0}""")]
    [InlineData("""{"nonsense":true}""")]
    [InlineData("""{"reorder":"yes"}""")]
    [InlineData("""{"graphErrors":null}""")]
    [InlineData("""{"graphErrors":[{"count":1,"code":"x"}]}""")]
    public async Task Put_WhatCannotBe_IsRefusedAndChangesNothing(string json)
    {
        await using var bot = await EchoBot.StartAsync();

        using var answer = await bot.Http.PutAsync("/emulator/api/chaos", Json(json));

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        bot.Local.Chaos.Settings.ShouldBe(new());
    }

    private static async Task PutAsync(EchoBot bot, string json)
    {
        using var answer = await bot.Http.PutAsync("/emulator/api/chaos", Json(json));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
    }

    private static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");
}
