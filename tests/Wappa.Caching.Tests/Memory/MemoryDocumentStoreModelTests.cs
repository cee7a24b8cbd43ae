using Wappa.Caching.Tests.Conformance;
using Wappa.Testing;

namespace Wappa.Caching.Tests.Memory;

/// <summary>The memory store and a dictionary with a lock are asked the same things, and the store is filled while it
/// is read.</summary>
public sealed class MemoryDocumentStoreModelTests
{
    private const int Users = 12;
    private const int Names = 30;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task AnyHistory_OneCaller_AnswersAsTheModelDoes(int seed)
    {
        var random = new Random(seed);
        var clock = new ManualTimeProvider();
        using var store = new MemoryDocumentStore(time: clock);
        var model = new SimpleDocumentStore(new CachingOptions(), clock);
        for (var i = 0; i < 6_000; i++)
        {
            var step = $"seed {seed}, step {i}";
            switch (random.Next(40))
            {
                case 0:
                    clock.Advance(TimeSpan.FromMilliseconds(random.Next(4_000)));
                    break;
                case 1:
                    var set = AnySet(random);
                    (await store.DeleteAllAsync(set)).ShouldBe(await model.DeleteAllAsync(set), step);
                    break;
                case 2:
                    var listed = AnySet(random);
                    (await ListAsync(store, listed)).ShouldBe(await ListAsync(model, listed), step);
                    break;
                case 3 or 4:
                    await CommitAsync(store, model, random, step);
                    break;
                default:
                    await ApplyAsync(store, model, AnyKey(random), random, step);
                    break;
            }
        }

        clock.Advance(TimeSpan.FromHours(2));
        await foreach (var _ in store.ListAsync(RecordSet.OfUser("t", "user0"))) break;
        store.TimerCount.ShouldBe(0);
        var alive = 0;
        foreach (var set in AllSets()) alive += (await ListAsync(model, set)).Count;
        store.Count.ShouldBe(alive + await LevelsAsync(model));
    }

    [Fact]
    public async Task Table_GrowingUnderReaders_LosesNobody()
    {
        using var store = new MemoryDocumentStore();
        var caches = CacheFactory.Over(store);
        const int Writers = 2;
        const int Each = 6_000;
        var written = new int[Writers];
        var done = false;
        var readers = Enumerable.Range(0, 2).Select(reader => Task.Run(
            async () =>
            {
                var random = new Random(reader);
                var reads = 0;
                while (!Volatile.Read(ref done) || reads < 1_000)
                {
                    var writer = random.Next(Writers);
                    var upTo = Volatile.Read(ref written[writer]);
                    if (upTo == 0) continue;
                    var i = random.Next(upTo);
                    (await caches.ForUser("t", $"w{writer}u{i % 997}").State.GetFieldAsync<int>($"s{i}", "n"))
                        .ShouldBe(i);
                    reads++;
                }
            },
            TestContext.Current.CancellationToken)).ToArray();

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(
            async () =>
            {
                for (var i = 0; i < Each; i++)
                {
                    await caches.ForUser("t", $"w{writer}u{i % 997}").State.SetAsync($"s{i}", new { n = i });
                    Volatile.Write(ref written[writer], i + 1);
                    if (i % 3 == 0) await caches.ForTenant("t").Table.SetAsync("t", $"w{writer}r{i}", new { n = i });
                    if (i % 6 == 0) await caches.ForTenant("t").Table.DeleteAsync("t", $"w{writer}r{i}");
                }
            },
            TestContext.Current.CancellationToken)));
        Volatile.Write(ref done, true);
        await Task.WhenAll(readers);

        store.Count.ShouldBe(Writers * (Each + (Each / 6)));
        (await caches.ForTenant("t").Table.DeleteAllAsync("t")).ShouldBe(Writers * Each / 6);
        store.Count.ShouldBe(Writers * Each);
    }

    private static async Task ApplyAsync(
        MemoryDocumentStore store, SimpleDocumentStore model, RecordKey key, Random random, string step)
    {
        // Revisions differ between the two stores, so each is asked by its own.
        var seed = random.Next();
        var actual = await AnswerAsync(store, key, seed);
        var expected = await AnswerAsync(model, key, seed);

        actual.ShouldBe(expected, step);
        Text(await store.GetAsync(key)).ShouldBe(Text(await model.GetAsync(key)), step);
    }

    private static async Task<string> AnswerAsync(IDocumentStore store, RecordKey key, int seed)
    {
        var random = new Random(seed);
        var current = await store.GetAsync(key);
        try
        {
            var result = await store.ApplyAsync(key, AnyChange(random, current.Revision));
            if (result.Applied && result.Record.IsHit)
                result.Record.Revision.ShouldBeGreaterThanOrEqualTo(current.Revision);
            return $"{result.Outcome} {Text(result.Record)} {result.Number}";
        }
        catch (CacheTypeException error)
        {
            return error.Message;
        }
    }

    private static async Task CommitAsync(MemoryDocumentStore store, SimpleDocumentStore model, Random random,
        string step)
    {
        var user = $"user{random.Next(Users)}";
        var keys = Enumerable.Range(0, random.Next(1, 6)).Select(_ => AnyKeyOf(user, random)).ToArray();
        var seed = random.Next();

        (await CommitAsync(store, keys, seed)).ShouldBe(await CommitAsync(model, keys, seed), step);
        (await ListAsync(store, RecordSet.OfUser("t", user)))
            .ShouldBe(await ListAsync(model, RecordSet.OfUser("t", user)), step);
    }

    private static async Task<string> CommitAsync(IDocumentStore store, RecordKey[] keys, int seed)
    {
        var random = new Random(seed);
        var writes = new List<RecordWrite>();
        foreach (var key in keys) writes.Add(new(key, AnyChange(random, (await store.GetAsync(key)).Revision)));
        try
        {
            var result = await store.CommitAsync(writes);
            return $"{result.Committed} {result.RefusedAt} " +
                string.Join(" | ", result.Results.Select(one => $"{one.Outcome} {Text(one.Record)} {one.Number}"));
        }
        catch (CacheTypeException error)
        {
            return error.Message;
        }
    }

    private static RecordChange AnyChange(Random random, long revision)
    {
        TimeSpan? ttl = random.Next(3) == 0 ? TimeSpan.FromMilliseconds(random.Next(1, 20_000)) : null;
        return random.Next(16) switch
        {
            0 or 1 => new RecordChange.Set(Document(random), ttl),
            2 => new RecordChange.Merge(Document(random), ttl, TimeSpan.FromSeconds(5)),
            3 => new RecordChange.SetField("text", "\"x\""u8.ToArray(), ttl),
            4 or 5 => new RecordChange.Increment("n", CacheNumber.From(random.Next(10)), ttl),
            6 => new RecordChange.Increment("text", CacheNumber.From(1)),
            7 => new RecordChange.Append("list", "1"u8.ToArray(), 3, ttl),
            8 => new RecordChange.RemoveField("text"),
            9 => new RecordChange.Delete(),
            10 => new RecordChange.Expire(TimeSpan.FromMilliseconds(random.Next(1, 5_000))),
            11 => new RecordChange.Persist(),
            12 or 13 => new RecordChange.CreateIfAbsent(Document(random), ttl),
            14 => new RecordChange.ReplaceIf(Document(random), random.Next(2) == 0 ? revision : revision + 1, ttl),
            _ => new RecordChange.Require(random.Next(3) == 0 ? revision + 1 : revision),
        };
    }

    private static CacheDocument Document(Random random) =>
        CacheDocument.Parse($$"""{"n":{{random.Next(100)}},"text":"y"}""");

    private static RecordKey AnyKey(Random random) => random.Next(3) == 0
        ? RecordKey.Table("t", random.Next(8) == 0 ? TableKey.Table("table")
            : TableKey.Row("table", $"name{random.Next(Names)}"))
        : AnyKeyOf($"user{random.Next(Users)}", random);

    private static RecordKey AnyKeyOf(string user, Random random) => random.Next(2) == 0
        ? RecordKey.State("t", user, $"name{random.Next(Names)}")
        : RecordKey.User("t", user, $"name{random.Next(Names / 3)}");

    private static RecordSet AnySet(Random random) => random.Next(5) switch
    {
        0 => RecordSet.OfUser("t", $"user{random.Next(Users)}"),
        1 => RecordSet.States("t", $"user{random.Next(Users)}", $"name{random.Next(3)}"),
        2 => RecordSet.UserRecords("t", $"user{random.Next(Users)}"),
        3 => RecordSet.Rows("t", "table", $"name{random.Next(3)}"),
        _ => RecordSet.Rows("t", "none"),
    };

    private static IEnumerable<RecordSet> AllSets() =>
        Enumerable.Range(0, Users).Select(user => RecordSet.OfUser("t", $"user{user}"))
            .Append(RecordSet.Rows("t", "table"));

    private static async Task<int> LevelsAsync(IDocumentStore store) =>
        (await store.GetAsync(RecordKey.Table("t", TableKey.Table("table")))).IsHit ? 1 : 0;

    private static async Task<List<string>> ListAsync(IDocumentStore store, RecordSet set)
    {
        var found = new List<string>();
        await foreach (var (key, record) in store.ListAsync(set)) found.Add($"{key} {Text(record)}");
        found.Sort(StringComparer.Ordinal);
        return found;
    }

    private static string Text(DocumentRecord record) => $"{record.Document} {record.Ttl}";
}
