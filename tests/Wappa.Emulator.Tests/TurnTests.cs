using System.Net;
using System.Text.Json;

namespace Wappa.Emulator.Tests;

/// <summary>The timeline: what each message set off in the app.</summary>
public class TurnTests
{
    private static readonly object Hi = new { type = "text", text = new { body = "hi" } };

    [Fact]
    public async Task Turn_OfAnAnsweredMessage_HasEachStepInOrder()
    {
        await using var bot = await EchoBot.StartAsync();
        var sent = await bot.SendAsync(Hi);

        var turn = await EndedAsync(bot, turn => Names(turn).Contains("status"));

        turn.GetProperty("state").GetString().ShouldBe("done");
        turn.GetProperty("title").GetString().ShouldBe("hi");
        turn.GetProperty("customer").GetString().ShouldBe(bot.Sarah.Id);
        turn.GetProperty("number").GetString().ShouldBe(bot.Number.Id);
        turn.GetProperty("message").GetString().ShouldBe(sent.GetProperty("id").GetString());
        turn.GetProperty("exchange").GetInt64().ShouldBeGreaterThan(0);
        Names(turn).Distinct().ShouldBe(["received", "stored", "queue", "handler", "commit", "send", "status"], ignoreOrder: true);
        var steps = turn.GetProperty("steps").EnumerateArray().ToArray();
        steps.Select(step => step.GetProperty("offsetMs").GetDouble()).ShouldBeInOrder();
        var send = steps.Single(step => step.GetProperty("name").GetString() is "send");
        send.GetProperty("outcome").GetString().ShouldBe("accepted");
        bot.Local.World.FindMessage(send.GetProperty("message").GetString()!).ShouldNotBeNull();
        bot.Local.Exchanges.Find(send.GetProperty("exchange").GetInt64())!.Kind.ShouldBe(ExchangeKind.Graph);
        steps.First(step => step.GetProperty("name").GetString() is "received").GetProperty("outcome").GetString().ShouldBe("200");
    }

    [Fact]
    public async Task Turn_OfAHandlerThatThrows_HasItsStackAndItsLogs()
    {
        await using var bot = await EchoBot.StartAsync();
        await bot.SendAsync(new { type = "text", text = new { body = "throw" } });

        var turn = await EndedAsync(bot, turn => Names(turn).Contains("retry") || turn.GetProperty("state").GetString() is "failed");

        var handler = turn.GetProperty("steps").EnumerateArray().First(step => step.GetProperty("name").GetString() is "handler");
        handler.GetProperty("outcome").GetString().ShouldBe("failed");
        handler.GetProperty("error").GetProperty("message").GetString().ShouldBe("as asked");
        handler.GetProperty("error").GetProperty("stack").GetString()!.ShouldContain(nameof(EchoBot));
        turn.GetProperty("logs").EnumerateArray().Select(log => log.GetProperty("text").GetString()).ShouldContain("about to throw");
        var listed = (await bot.GetAsync("/emulator/api/turns"))[0];
        listed.GetProperty("logs").GetArrayLength().ShouldBe(0);
        listed.GetRawText().ShouldNotContain("   at ");
    }

    [Fact]
    public async Task Turn_OfAMessageDeliveredTwice_IsOneWithADuplicate()
    {
        await using var bot = await EchoBot.StartAsync();
        bot.Local.Chaos.Change(settings => settings.With(JsonElement.Parse("""{"duplicate":true}""")));
        await bot.SendAsync(Hi);

        var turn = await EndedAsync(bot, turn => Names(turn).Contains("duplicate"));

        Names(turn).Count(name => name is "received").ShouldBe(2);
        Names(turn).Count(name => name is "handler").ShouldBe(1);
    }

    [Fact]
    public async Task Turns_OfAnotherCustomerOrBefore_AreLeftOut()
    {
        await using var bot = await EchoBot.StartAsync();
        await bot.SendAsync(Hi);
        var turn = await EndedAsync(bot, turn => turn.GetProperty("state").GetString() is "done");

        (await bot.GetAsync("/emulator/api/turns?customer=nobody")).GetArrayLength().ShouldBe(0);
        (await bot.GetAsync("/emulator/api/turns?number=1")).GetArrayLength().ShouldBe(0);
        (await bot.GetAsync($"/emulator/api/turns?customer={bot.Sarah.Id}&number={bot.Number.Id}&limit=1")).GetArrayLength().ShouldBe(1);
        var after = await bot.GetAsync($"/emulator/api/turns?after={turn.GetProperty("no").GetInt64()}");
        after.EnumerateArray().ShouldAllBe(other => other.GetProperty("id").GetString() != turn.GetProperty("id").GetString());
        using var unknown = await bot.Http.GetAsync("/emulator/api/turns/none");
        unknown.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Turn_WithTheTokenInALog_DoesNotShowIt()
    {
        await using var bot = await EchoBot.StartAsync();
        await bot.SendAsync(new { type = "text", text = new { body = "token" } });

        var turn = await EndedAsync(bot, turn => turn.GetProperty("state").GetString() is "done");

        turn.GetProperty("logs").GetRawText().ShouldContain("the token is ***");
    }

    /// <summary>The first turn once it is so far.</summary>
    private static async Task<JsonElement> EndedAsync(EchoBot bot, Func<JsonElement, bool> isSoFar)
    {
        using var patience = new CancellationTokenSource(EchoBot.Patience);
        await foreach (var happened in bot.Local.Events.ListenAsync(0, patience.Token))
        {
            if (happened.Name is not "turn") continue;
            var turn = JsonElement.Parse(happened.Data);
            if (turn.GetProperty("kind").GetString() is "message" && isSoFar(turn))
                return await bot.GetAsync($"/emulator/api/turns/{turn.GetProperty("id").GetString()}");
        }

        throw new InvalidOperationException("The events ended.");
    }

    private static string[] Names(JsonElement turn) =>
        [.. turn.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("name").GetString()!)];
}
