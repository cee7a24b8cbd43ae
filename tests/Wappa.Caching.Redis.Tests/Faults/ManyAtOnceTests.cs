using Wappa.Caching.Redis.Tests.Servers;

namespace Wappa.Caching.Redis.Tests.Faults;

/// <summary>A thousand operations at the same time, all over one connection.</summary>
public sealed class ManyAtOnceTests
{
    private const int Operations = 1_000;
    private const string Tenant = "hotel123";

    private static readonly RecordKey Counter = RecordKey.User(Tenant, "1", "stats");

    [Fact]
    public async Task Operations_AThousandAtOnce_AreAllAnsweredOverOneConnection()
    {
        await using var server = await RedisServer.StartAsync();
        await using var open = new OpenStore(server.Url);
        await open.Store.ApplyAsync(Counter, new RecordChange.Set(CacheDocument.Empty));

        var numbers = await Task.WhenAll(Enumerable.Range(0, Operations).Select(i => Task.Run(() => OneAsync(open.Store, i))));

        numbers.Where(number => number > 0).Order().ShouldBe(Enumerable.Range(1, Operations / 2).Select(i => (long)i));
        var list = (await open.Store.GetAsync(KeyOf(0))).Document!.GetField<int[]>("list")!;
        list.Order().ShouldBe(Enumerable.Range(0, Operations).Where(i => i % 4 == 1));
        var names = (string)(await server.CallAsync("CLIENT", "LIST"))!;
        names.Split("name=wappa").Length.ShouldBe(2, "one connection of the client");
    }

    [Fact]
    public async Task Operations_AThousandAtOnceCutInTheMiddle_AreMadeOnceOrUnknown()
    {
        await using var server = await RedisServer.StartAsync();
        await using var proxy = FaultProxy.To(server);
        await using var open = new OpenStore(proxy.Url);
        await open.Store.ApplyAsync(Counter, new RecordChange.Set(CacheDocument.Empty));
        var tally = new Tally();
        proxy.CutRepliesAfter(20_000); // in the midst of a reply, with some hundred of them behind it

        var told = await Task.WhenAll(Enumerable.Range(0, Operations).Select(
            i => Task.Run(() => tally.AskAsync(async () => await OneAsync(open.Store, i)))));

        tally.NotMade.ShouldBe(0);
        var (least, unknown) = (told.Index().Count(IsMadeSum), told.Index().Count(entry => entry.Index % 2 == 0 && entry.Item == Told.Unknown));
        (await open.Store.GetAsync(Counter)).Document!.GetField<long>("n").ShouldBeInRange(least, least + unknown);
        proxy.Accepted.ShouldBe(2);

        static bool IsMadeSum((int Index, Told Item) entry) => entry.Index % 2 == 0 && entry.Item == Told.Made;
    }

    // By turns: a sum, an append, a sum, a set that is read again.
    private static async Task<long> OneAsync(IDocumentStore store, int number)
    {
        switch (number % 4)
        {
            case 0 or 2:
                return (await store.ApplyAsync(Counter, new RecordChange.Increment("n", CacheNumber.From(1)))).Number.ToInt64();
            case 1:
                await store.ApplyAsync(KeyOf(0), new RecordChange.Append("list", System.Text.Encoding.ASCII.GetBytes($"{number}")));
                return 0;
            default:
                await store.ApplyAsync(KeyOf(number), new RecordChange.Set(CacheDocument.Parse($$"""{"n":{{number}}}""")));
                (await store.GetAsync(KeyOf(number))).Document!.GetField<int>("n").ShouldBe(number);
                return 0;
        }
    }

    private static RecordKey KeyOf(int number) => RecordKey.User(Tenant, $"user{number}");
}
