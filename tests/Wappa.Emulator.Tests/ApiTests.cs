using System.Net;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;

namespace Wappa.Emulator.Tests;

/// <summary>The HTTP API the pages are written against.</summary>
public class ApiTests
{
    [Fact]
    public async Task World_AtTheStart_HasANumberAndACustomer()
    {
        await using var bot = await EchoBot.StartAsync();

        var world = await bot.GetAsync("/emulator/api/world");

        world.GetProperty("mode").GetString().ShouldBe("embedded");
        world.GetProperty("backend").GetString().ShouldBe("memory");
        world.GetProperty("numbers")[0].GetProperty("id").GetString().ShouldBe("100000000000002");
        world.GetProperty("customers")[0].GetProperty("identity").GetString().ShouldBe("phone");
        world.GetProperty("settings").GetProperty("window").GetString().ShouldBe("async");
    }

    [Fact]
    public async Task World_WithTenants_HasANumberForEach()
    {
        await using var bot = await EchoBot.StartAsync("--Wappa:Tenants:200", "hotel", "--Wappa:Tenants:300", "spa");

        var numbers = (await bot.GetAsync("/emulator/api/world")).GetProperty("numbers").EnumerateArray().ToArray();

        numbers.Select(number => number.GetProperty("tenant").GetString()).ShouldBe(["100000000000002", "hotel", "spa"]);
        numbers.Select(number => number.GetProperty("display").GetString()).Distinct().Count().ShouldBe(3);
    }

    [Fact]
    public async Task Conversation_AfterAnAnswer_HasBothMessagesAndTheWindow()
    {
        await using var bot = await EchoBot.StartAsync();
        await bot.SendAsync(new { type = "text", text = new { body = "hi" } });
        await bot.Heard.NextStatusAsync();

        var messages = await bot.GetAsync(bot.Chat + "/messages");
        var conversation = (await bot.GetAsync("/emulator/api/world")).GetProperty("conversations")[0];

        messages.EnumerateArray().Select(message => message.GetProperty("direction").GetString()).ShouldBe(["in", "out"]);
        messages[0].GetProperty("content").GetProperty("text").GetProperty("body").GetString().ShouldBe("hi");
        messages[1].GetProperty("content").GetProperty("text").GetProperty("body").GetString().ShouldBe("Sarah: hi");
        conversation.GetProperty("unread").GetInt32().ShouldBe(1);
        conversation.GetProperty("windowEndsAt").GetDateTimeOffset().ShouldBeGreaterThan(messages[0].GetProperty("at").GetDateTimeOffset());
        using var read = await bot.Http.PostAsync(bot.Chat + "/read", Json("{}"));
        read.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await bot.UntilAsync(() => bot.Local.World.Conversations[0].Last!.Status is "read");
    }

    [Fact]
    public async Task Changes_OfAMessage_ShowOnIt()
    {
        await using var bot = await EchoBot.StartAsync();
        var sent = await bot.SendAsync(new { type = "text", text = new { body = "first" } });
        var id = sent.GetProperty("id").GetString()!;

        await bot.SendAsync(new { type = "edit", edit = new { original_message_id = id, message = new { type = "text", text = new { body = "second" } } } });
        await bot.SendAsync(new { type = "reaction", reaction = new { message_id = id, emoji = "👍" } });
        await bot.SendAsync(new { type = "revoke", revoke = new { original_message_id = id } });

        var message = bot.Local.World.FindMessage(id)!;
        message.Content.GetProperty("text").GetProperty("body").GetString().ShouldBe("second");
        (message.Edited, message.Revoked).ShouldBe((true, true));
        message.Reactions.ShouldBe([new("customer", "👍")]);
    }

    [Fact]
    public async Task Customers_Made_ChangedAndRemoved_AreTold()
    {
        await using var bot = await EchoBot.StartAsync();
        using var made = await bot.Http.PostAsJsonAsync("/emulator/api/customers", new { name = "Tom", phone = "15550100009" });
        made.StatusCode.ShouldBe(HttpStatusCode.Created);
        using var again = await bot.Http.PostAsJsonAsync("/emulator/api/customers", new { name = "Tim", phone = "15550100009" });
        again.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        using var changed = await bot.Http.PatchAsJsonAsync("/emulator/api/customers/c2", new { username = "tom.t", identity = "username" });
        var tom = await changed.Content.ReadFromJsonAsync<JsonElement>();
        (tom.GetProperty("name").GetString(), tom.GetProperty("username").GetString()).ShouldBe(("Tom", "tom.t"));
        using var wrong = await bot.Http.PatchAsJsonAsync("/emulator/api/customers/c2", new { phone = "+1" });
        wrong.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await bot.Http.DeleteAsync("/emulator/api/customers/c2")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await bot.Http.DeleteAsync("/emulator/api/customers/c2")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Exchanges_OfATurn_ShowBothWaysAndCanBeRepeated()
    {
        await using var bot = await EchoBot.StartAsync("--WHATSAPP_WEBHOOK_SECRET", "the-app-secret");
        await bot.SendAsync(new { type = "text", text = new { body = "it's" } });
        await bot.Heard.NextStatusAsync();

        var exchanges = (await bot.GetAsync("/emulator/api/exchanges?limit=50")).EnumerateArray().ToArray();
        var webhook = exchanges.First(exchange => exchange.GetProperty("kind").GetString() is "webhook");
        var graph = exchanges.First(exchange => exchange.GetProperty("kind").GetString() is "graph");
        webhook.GetProperty("status").GetInt32().ShouldBe(200);
        webhook.GetProperty("signatureValid").GetBoolean().ShouldBeTrue();
        graph.GetProperty("requestHeaders").GetProperty("Authorization").GetString().ShouldBe("Bearer ***");
        graph.GetProperty("responseBody").GetString()!.ShouldContain("wamid.");
        var curl = await bot.Http.GetStringAsync($"/emulator/api/exchanges/{webhook.GetProperty("id")}/curl");
        curl.ShouldContain("it'\\''s");
        curl.ShouldContain("X-Hub-Signature-256: sha256=");

        using var resent = await bot.Http.PostAsync($"/emulator/api/exchanges/{webhook.GetProperty("id")}/resend", Json("{}"));
        using var repeated = await bot.Http.PostAsync($"/emulator/api/exchanges/{graph.GetProperty("id")}/resend", Json("{}"));
        resent.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var id = (await repeated.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("exchange").GetInt64();
        bot.Local.Exchanges.Find(id)!.Status.ShouldBe(200);
    }

    [Fact]
    public async Task Events_AfterAnId_GoOnWhereTheyStopped()
    {
        await using var bot = await EchoBot.StartAsync();
        await bot.SendAsync(new { type = "text", text = new { body = "hi" } });

        using var patience = new CancellationTokenSource(EchoBot.Patience);
        await using var stream = await bot.Http.GetStreamAsync("/emulator/events?after=0", patience.Token);
        var seen = new List<SseItem<string>>();
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(patience.Token))
        {
            seen.Add(item);
            if (item.EventType is "exchange") break;
        }

        seen.Select(item => item.EventType).ShouldContain("message");
        seen.Select(item => item.EventId).ShouldBe(Enumerable.Range(1, seen.Count).Select(id => $"{id}"));
    }

    [Fact]
    public async Task Events_AfterMoreThanAreHeld_BeginWithReload()
    {
        var feed = new EventFeed();
        for (var i = 0; i < EventFeed.Capacity + 10; i++) feed.Publish("x", new { i });

        (await FirstAsync(feed, 5)).Name.ShouldBe("reload");
        (await FirstAsync(feed, 20)).Id.ShouldBe(21);
        (await FirstAsync(feed, 1_000_000)).Name.ShouldBe("reload"); // from before a restart
    }

    [Fact]
    public async Task Clock_PutForward_FiresTimersAndExpiresTheApp()
    {
        await using var bot = await EchoBot.StartAsync();
        var time = (TimeProvider)bot.Services.GetService(typeof(TimeProvider))!;
        var before = time.GetUtcNow();
        var hour = Task.Delay(TimeSpan.FromHours(1), time);

        using var answer = await bot.Http.PostAsync("/emulator/api/clock/advance", Json("""{"seconds":3600}"""));

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        await hour.WaitAsync(EchoBot.Patience);
        time.GetUtcNow().ShouldBeGreaterThanOrEqualTo(before + TimeSpan.FromHours(1));
    }

    [Theory]
    [InlineData("""{"seconds":0}""")]
    [InlineData("""{"seconds":"1"}""")]
    [InlineData("""{"seconds":1e12}""")]
    [InlineData("{}")]
    [InlineData("[]")]
    public async Task Clock_AskedForWhatCannotBe_StaysWhereItIs(string json)
    {
        await using var bot = await EchoBot.StartAsync();

        using var answer = await bot.Http.PostAsync("/emulator/api/clock/advance", Json(json));

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Reset_AfterATalk_IsTheStart()
    {
        await using var bot = await EchoBot.StartAsync();
        await bot.SendAsync(new { type = "text", text = new { body = "hi" } });
        await bot.Heard.NextStatusAsync();

        using var answer = await bot.Http.PostAsync("/emulator/api/reset", Json("{}"));

        answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await bot.GetAsync("/emulator/api/world")).GetProperty("customers").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Media_OfACustomer_CannotRunInThePage()
    {
        await using var bot = await EchoBot.StartAsync();
        using var content = new StringContent("<script>alert(1)</script>");
        content.Headers.ContentType = new("text/html");
        using var uploaded = await bot.Http.PostAsync("/emulator/api/media?filename=a.html", content);
        var file = await uploaded.Content.ReadFromJsonAsync<JsonElement>();

        using var answer = await bot.Http.GetAsync($"/emulator/api/media/{file.GetProperty("id").GetString()}");

        answer.Headers.GetValues("Content-Security-Policy").Single().ShouldStartWith("sandbox");
        answer.Headers.GetValues("X-Content-Type-Options").Single().ShouldBe("nosniff");
    }

    [Fact]
    public async Task Window_AfterARestart_IsOpenForWhatTheAppStillHasToSay()
    {
        await using var bot = await EchoBot.StartAsync();

        await bot.Services.GetRequiredService<IMessenger>().SendTextAsync("as I was saying", bot.Sarah.Phone);

        (await bot.Heard.NextStatusAsync()).Status.State.ShouldBe("sent");
    }

    private static async Task<LocalEvent> FirstAsync(EventFeed feed, long after)
    {
        await foreach (var happened in feed.ListenAsync(after, CancellationToken.None)) return happened;
        throw new InvalidOperationException("It ended.");
    }

    private static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");
}
