using System.Net;
using System.Text.Json;
using Wappa.Caching;

namespace Wappa.Emulator.Tests;

/// <summary>What the app remembers, as the inspector shows and changes it.</summary>
public class MemoryTests
{
    [Fact]
    public async Task Memory_AfterATurn_HasItsRecordsAndWhoWroteThem()
    {
        await using var bot = await MemoryBot.StartAsync();
        await bot.SayAsync("hi");

        var memory = await bot.MemoryAsync();

        memory.GetProperty("tenant").GetString().ShouldBe(MemoryBot.Tenant);
        memory.GetProperty("user").GetString().ShouldBe(bot.Sarah.Phone);
        memory.GetProperty("tables").EnumerateArray().Select(table => table.GetString()).ShouldBe(["words"]);
        var talk = Record(memory, "talk");
        talk.GetProperty("kind").GetString().ShouldBe("state");
        JsonElement.Parse(talk.GetProperty("json").GetString()!).GetProperty("count").GetInt32().ShouldBe(1);
        talk.GetProperty("expiresAt").GetDateTimeOffset().ShouldBeGreaterThan(memory.GetProperty("now").GetDateTimeOffset());
        var turn = memory.GetProperty("turns").EnumerateArray().Last(place => place.GetProperty("kind").GetString() == "message");
        talk.GetProperty("writer").GetProperty("by").GetString().ShouldBe("turn");
        talk.GetProperty("writer").GetProperty("turn").GetString().ShouldBe(turn.GetProperty("id").GetString());
        turn.GetProperty("changes").GetInt32().ShouldBe(3); // the row, which acts at once, belongs to it as well
        Records(memory).ShouldAllBe(record => !record.GetProperty("reserved").GetBoolean());
        Records(await bot.MemoryAsync("&reserved=true")).ShouldContain(record => record.GetProperty("reserved").GetBoolean());
    }

    [Fact]
    public async Task Changes_OfATurn_TellEachFieldBeforeAndAfter()
    {
        await using var bot = await MemoryBot.StartAsync();
        await bot.SayAsync("hi");
        await bot.SayAsync("again");
        var memory = await bot.MemoryAsync();

        var changes = await bot.GetAsync($"turns/{LastTurn(memory)}/changes");
        var talk = changes.EnumerateArray().Single(change => change.GetProperty("name").GetString() == "talk");
        var blame = Record(memory, "talk").GetProperty("blame");
        var history = await bot.GetAsync($"memory/changes?{bot.Who}&kind=state&name=talk");

        talk.GetProperty("what").GetString().ShouldBe("changed");
        Fields(talk).ShouldBe(["count: 1 > 2", "last: \"hi\" > \"again\""]);
        blame.GetProperty("count").GetProperty("turn").GetString().ShouldBe(LastTurn(memory));
        history.EnumerateArray().Select(change => change.GetProperty("what").GetString()).ShouldBe(["changed", "created"]);
    }

    [Fact]
    public async Task Blame_OfAFieldThatStayed_NamesTheTurnThatWroteIt()
    {
        await using var bot = await MemoryBot.StartAsync();
        await bot.SayAsync("same");
        var first = LastTurn(await bot.MemoryAsync());
        await bot.SayAsync("same");

        var blame = Record(await bot.MemoryAsync(), "talk").GetProperty("blame");

        blame.GetProperty("last").GetProperty("turn").GetString().ShouldBe(first);
        blame.GetProperty("count").GetProperty("turn").GetString().ShouldNotBe(first);
    }

    [Fact]
    public async Task Write_WithTheRevisionThatWasRead_TakesEffectAndKeepsTheTtl()
    {
        await using var bot = await MemoryBot.StartAsync();
        await bot.SayAsync("hi");
        var talk = Record(await bot.MemoryAsync(), "talk");

        var (status, record) = await bot.SendAsync(HttpMethod.Put, "memory/record", Address(bot, "talk", new
        {
            json = """{"count":41,"last":"edited","big":12345678901234567890}""",
            revision = talk.GetProperty("revision").GetString(),
        }));

        status.ShouldBe(HttpStatusCode.OK);
        record.GetProperty("json").GetString()!.ShouldContain("12345678901234567890");
        record.GetProperty("expiresAt").ValueKind.ShouldBe(JsonValueKind.String);
        record.GetProperty("writer").GetProperty("by").GetString().ShouldBe("page");
        await bot.SayAsync("next");
        JsonElement.Parse(Record(await bot.MemoryAsync(), "talk").GetProperty("json").GetString()!)
            .GetProperty("count").GetInt32().ShouldBe(42);
    }

    [Fact]
    public async Task Write_AfterATurnChangedTheRecord_IsAConflictWithWhatIsThere()
    {
        await using var bot = await MemoryBot.StartAsync();
        await bot.SayAsync("hi");
        var revision = Record(await bot.MemoryAsync(), "talk").GetProperty("revision").GetString();
        await bot.SayAsync("meanwhile");

        var (status, answer) = await bot.SendAsync(
            HttpMethod.Put, "memory/record", Address(bot, "talk", new { json = """{"count":9}""", revision }));

        status.ShouldBe(HttpStatusCode.Conflict);
        answer.GetProperty("error").GetString()!.ShouldContain("changed");
        answer.GetProperty("current").GetProperty("json").GetString()!.ShouldContain("meanwhile");
    }

    [Fact]
    public async Task Write_OfANewRecord_CreatesItOnce()
    {
        await using var bot = await MemoryBot.StartAsync();
        var body = Address(bot, "basket", new { json = "{}", revision = "0" });

        var (first, _) = await bot.SendAsync(HttpMethod.Put, "memory/record", body);
        var (second, _) = await bot.SendAsync(HttpMethod.Put, "memory/record", body);

        first.ShouldBe(HttpStatusCode.OK);
        second.ShouldBe(HttpStatusCode.Conflict);
    }

    [Theory]
    [InlineData("state", "talk", "[1]", "0", HttpStatusCode.BadRequest)]
    [InlineData("state", "talk", "{", "0", HttpStatusCode.BadRequest)]
    [InlineData("state", "talk", "{}", "x", HttpStatusCode.BadRequest)]
    [InlineData("state", "", "{}", "0", HttpStatusCode.BadRequest)]
    [InlineData("nothing", "talk", "{}", "0", HttpStatusCode.BadRequest)]
    [InlineData("user", "wappa.mailbox", "{}", "0", HttpStatusCode.BadRequest)]
    public async Task Write_OfWhatCannotBe_IsRefused(string kind, string name, string json, string revision, HttpStatusCode expected)
    {
        await using var bot = await MemoryBot.StartAsync();

        var (status, answer) = await bot.SendAsync(
            HttpMethod.Put, "memory/record", new { number = bot.Number.Id, customer = bot.Sarah.Id, kind, name, json, revision });

        status.ShouldBe(expected);
        answer.GetProperty("error").GetString().ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task Ttl_RenewedTakenAndPassed_IsSeen()
    {
        await using var bot = await MemoryBot.StartAsync();
        await bot.SayAsync("hi");

        var (_, longer) = await bot.SendAsync(HttpMethod.Post, "memory/record/ttl", Address(bot, "talk", new { seconds = 86_400 }));
        var (_, forever) = await bot.SendAsync(HttpMethod.Post, "memory/record/ttl", Address(bot, "talk", new { seconds = (int?)null }));
        await bot.SendAsync(HttpMethod.Post, "memory/record/ttl", Address(bot, "talk", new { seconds = 60 }));
        await bot.SendAsync(HttpMethod.Post, "clock/advance", new { seconds = 61 });
        await bot.SettleAsync();

        longer.GetProperty("expiresAt").GetDateTimeOffset().ShouldBeGreaterThan(DateTimeOffset.UnixEpoch);
        forever.GetProperty("expiresAt").ValueKind.ShouldBe(JsonValueKind.Null);
        Records(await bot.MemoryAsync()).ShouldNotContain(record => record.GetProperty("name").GetString() == "talk");
        var (gone, _) = await bot.SendAsync(HttpMethod.Post, "memory/record/ttl", Address(bot, "talk", new { seconds = 60 }));
        gone.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Delete_OfARow_TakesItOutAndSaysSo()
    {
        await using var bot = await MemoryBot.StartAsync();
        await bot.SayAsync("hi");
        var address = new { number = bot.Number.Id, kind = "table", table = "words", name = "hi" };

        var (first, _) = await bot.SendAsync(HttpMethod.Post, "memory/record/delete", address);
        var (second, _) = await bot.SendAsync(HttpMethod.Post, "memory/record/delete", address);

        (first, second).ShouldBe((HttpStatusCode.NoContent, HttpStatusCode.NotFound));
        (await bot.GetAsync($"memory/table?number={bot.Number.Id}&table=words")).GetProperty("rows").GetArrayLength().ShouldBe(0);
        var changes = await bot.GetAsync($"memory/changes?{bot.Who}&kind=table&table=words&name=hi");
        changes[0].GetProperty("what").GetString().ShouldBe("deleted");
        changes[0].GetProperty("by").GetString().ShouldBe("page");
    }

    [Fact]
    public async Task Erase_OfTheUser_LeavesNothingNotEvenTheHistory()
    {
        await using var bot = await MemoryBot.StartAsync();
        await bot.SayAsync("hi");

        var (status, _) = await bot.SendAsync(
            HttpMethod.Post, "memory/erase", new { number = bot.Number.Id, customer = bot.Sarah.Id });

        status.ShouldBe(HttpStatusCode.NoContent);
        var memory = await bot.MemoryAsync();
        Records(memory).ShouldBeEmpty();
        memory.GetProperty("turns").GetArrayLength().ShouldBe(0);
        (await bot.GetAsync($"memory/changes?{bot.Who}&kind=state&name=talk")).GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Stats_AfterTurns_CountTheAppsTrafficAndNotThePages()
    {
        await using var bot = await MemoryBot.StartAsync();
        await bot.SayAsync("hi");
        var before = State(await bot.GetAsync("memory/stats"));
        await bot.MemoryAsync();
        var after = State(await bot.GetAsync("memory/stats"));

        before.GetProperty("writes").GetInt64().ShouldBe(1);
        before.GetProperty("misses").GetInt64().ShouldBe(1);
        after.ToString().ShouldBe(before.ToString());
        (await bot.GetAsync("memory/stats")).GetProperty("entries").GetProperty("backend").GetString().ShouldBe("memory");
    }

    private static JsonElement State(JsonElement stats) =>
        stats.GetProperty("records").EnumerateArray().Single(kind => kind.GetProperty("kind").GetString() == "state");

    private static object Address(MemoryBot bot, string name, object more)
    {
        var fields = JsonSerializer.SerializeToNode(more)!.AsObject();
        (fields["number"], fields["customer"], fields["kind"], fields["name"]) = (bot.Number.Id, bot.Sarah.Id, "state", name);
        return fields;
    }

    internal static IEnumerable<JsonElement> Records(JsonElement memory) => memory.GetProperty("records").EnumerateArray();

    internal static JsonElement Record(JsonElement memory, string name) =>
        Records(memory).Single(record => record.GetProperty("name").GetString() == name);

    internal static string LastTurn(JsonElement memory) => memory.GetProperty("turns").EnumerateArray()
        .Last(turn => turn.GetProperty("kind").GetString() == "message").GetProperty("id").GetString()!;

    private static IEnumerable<string> Fields(JsonElement change) => change.GetProperty("fields").EnumerateArray().Select(field =>
        $"{field.GetProperty("name").GetString()}: {field.GetProperty("before").GetString()} > {field.GetProperty("after").GetString()}");
}
