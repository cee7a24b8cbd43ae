using System.Net;
using System.Text.Json;
using Wappa.Caching;
using static Wappa.Emulator.Tests.MemoryTests;

namespace Wappa.Emulator.Tests;

/// <summary>The memory as it was after a turn, and going on from there as somebody else.</summary>
public class TimeTravelTests
{
    [Fact]
    public async Task Memory_AsOfEachTurn_IsWhatItWas()
    {
        await using var bot = await MemoryBot.StartAsync();
        var turns = new List<string>();
        foreach (var text in new[] { "one", "two", "three" })
        {
            await bot.SayAsync(text);
            turns.Add(LastTurn(await bot.MemoryAsync()));
        }

        for (var i = 0; i < turns.Count; i++)
        {
            var then = await bot.GetAsync($"turns/{turns[i]}/memory");
            JsonElement.Parse(Record(then, "talk").GetProperty("json").GetString()!).GetProperty("count").GetInt32().ShouldBe(i + 1);
            Record(then, "talk").GetProperty("writer").GetProperty("turn").GetString().ShouldBe(turns[i]);
        }
    }

    [Fact]
    public async Task Memory_OfATurnAfterTheRecordExpired_DoesNotHaveIt()
    {
        await using var bot = await MemoryBot.StartAsync();
        await bot.SayAsync("one");
        var first = LastTurn(await bot.MemoryAsync());
        await bot.SendAsync(HttpMethod.Post, "clock/advance", new { seconds = 3600 });
        await bot.SettleAsync();

        Records(await bot.MemoryAsync()).Select(record => record.GetProperty("name").GetString()).ShouldBe(["profile"]);
        Records(await bot.GetAsync($"turns/{first}/memory")).Count().ShouldBe(2);
    }

    [Fact]
    public async Task Fork_OfAnEarlierTurn_GoesOnFromThereAndSendsNothing()
    {
        await using var bot = await MemoryBot.StartAsync();
        await bot.SayAsync("one");
        var first = LastTurn(await bot.MemoryAsync());
        await bot.SayAsync("two");
        var calls = GraphCalls(bot);

        var (status, fork) = await bot.SendAsync(HttpMethod.Post, $"turns/{first}/fork", new { customerName = "Sarah, before" });
        await bot.SettleAsync();

        status.ShouldBe(HttpStatusCode.Created);
        var id = fork.GetProperty("customer").GetProperty("id").GetString()!;
        fork.GetProperty("customer").GetProperty("name").GetString().ShouldBe("Sarah, before");
        bot.Local.World.MessagesOf(bot.Number.Id, id).Select(BodyOf).ShouldBe(["one", "1: one"]);
        bot.Local.World.MessagesOf(bot.Number.Id, id).Select(message => message.Id)
            .ShouldNotContain(message => bot.Local.World.MessagesOf(bot.Number.Id, bot.Sarah.Id).Any(known => known.Id == message));
        GraphCalls(bot).ShouldBe(calls);

        await bot.SayAsync("otherwise", id);

        bot.Local.World.MessagesOf(bot.Number.Id, id).Select(BodyOf).ShouldBe(["one", "1: one", "otherwise", "2: otherwise"]);
        JsonElement.Parse(Record(await bot.MemoryAsync(), "talk").GetProperty("json").GetString()!)
            .GetProperty("last").GetString().ShouldBe("two");
    }

    [Fact]
    public async Task Fork_OfARecordWithATtl_GetsWhatItHadLeft()
    {
        await using var bot = await MemoryBot.StartAsync();
        await bot.SayAsync("one");
        var first = LastTurn(await bot.MemoryAsync());
        await bot.SendAsync(HttpMethod.Post, "clock/advance", new { seconds = 3600 });
        await bot.SettleAsync();

        var (_, fork) = await bot.SendAsync(HttpMethod.Post, $"turns/{first}/fork", new { });

        var user = fork.GetProperty("customer").GetProperty("phone").GetString()!;
        var talk = await bot.Store.GetAsync(RecordKey.State(MemoryBot.Tenant, user, "talk"));
        talk.Ttl.Remaining!.Value.ShouldBeInRange(TimeSpan.FromMinutes(9), TimeSpan.FromMinutes(10));
    }

    [Fact]
    public async Task Turn_NobodyKnows_IsNotFound()
    {
        await using var bot = await MemoryBot.StartAsync();

        using var answer = await bot.Http.GetAsync("turns/00000000000000000000000000000000/memory");
        var (status, _) = await bot.SendAsync(HttpMethod.Post, "turns/nobody/fork", new { });

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        status.ShouldBe(HttpStatusCode.NotFound);
    }

    private static int GraphCalls(MemoryBot bot) =>
        bot.Local.Exchanges.List(0, 1000).Count(exchange => exchange.Kind is ExchangeKind.Graph);

    private static string BodyOf(LocalMessage message) => message.Content.GetProperty("text").GetProperty("body").GetString()!;
}
