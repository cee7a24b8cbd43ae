using Wappa.Caching.Redis.Tests.Servers;

namespace Wappa.Caching.Redis.Tests.Faults;

/// <summary>A network that delivers late: the first sending of an operation reaches the server after its repetition.</summary>
public sealed class LateArrivalTests
{
    private static readonly RecordKey Key = RecordKey.User("hotel123", "1234567890", "stats");

    public static TheoryData<string> Operations => ["long", "decimal", "append"];

    [Theory, MemberData(nameof(Operations))]
    public async Task FirstSending_ThatArrivesAfterItsRepetition_IsNotMadeAgain(string operation)
    {
        await using var server = await RedisServer.StartAsync();
        await using var proxy = FaultProxy.To(server);
        await using var open = new OpenStore(proxy.Url + OpenStore.Impatient);
        await open.Store.ApplyAsync(Key, new RecordChange.Set(CacheDocument.Empty));
        RecordChange change = operation switch
        {
            "long" => new RecordChange.Increment("n", CacheNumber.From(1)),
            "decimal" => new RecordChange.Increment("n", CacheNumber.From(1m)),
            _ => new RecordChange.Append("list", "1"u8.ToArray()),
        };

        proxy.Strand();
        (await open.Store.ApplyAsync(Key, change)).Number.ToString().ShouldBe("1");
        await proxy.DeliverAsync();

        var document = (await open.Store.GetAsync(Key)).Document!;
        if (operation == "append") document.GetField<int[]>("list").ShouldBe([1]);
        else document.GetField<decimal>("n").ShouldBe(1);
    }

    [Fact]
    public async Task FirstSendings_OfManyRecords_ArriveLateAndAreNotMadeAgain()
    {
        const int Records = 200;
        await using var server = await RedisServer.StartAsync();
        await using var proxy = FaultProxy.To(server);
        await using var open = new OpenStore(proxy.Url + OpenStore.Impatient);
        await open.Store.ApplyAsync(Key, new RecordChange.Set(CacheDocument.Empty));

        proxy.Strand();
        var made = await Task.WhenAll(Enumerable.Range(0, Records).Select(async i =>
            await open.Store.ApplyAsync(KeyOf(i), new RecordChange.Increment("n", CacheNumber.From(1)))));
        await proxy.DeliverAsync();

        made.ShouldAllBe(result => result.Number.ToInt64() == 1);
        var there = await open.Store.GetManyAsync([.. Enumerable.Range(0, Records).Select(KeyOf)]);
        there.ShouldAllBe(record => record.Document!.GetField<long>("n") == 1);
    }

    private static RecordKey KeyOf(int number) => RecordKey.User("hotel123", $"user{number}", "stats");
}
