using Wappa.Caching.Memory;
using Record = Wappa.Caching.Memory.Record;

namespace Wappa.Caching.Tests.Memory;

/// <summary>The table while it grows: nothing that is there may be missed by a reader who takes no lock.</summary>
public class RecordTableTests
{
    [Fact]
    public async Task Find_WhileTheTableGrowsAndShrinks_NeverMissesWhatStays()
    {
        var table = new RecordTable(1);
        var staying = Enumerable.Range(0, 2000).Select(i => Key($"stays{i}")).ToArray();
        foreach (var key in staying) Add(table, key);
        using var stop = new CancellationTokenSource();

        var misses = Task.Run(() => CountMisses(table, staying, stop.Token));
        for (var i = 0; i < 60_000; i++)
        {
            var key = Key($"comes{i}");
            var record = Add(table, key);
            if (i % 3 == 0) Remove(table, key, record);
        }

        await stop.CancelAsync();
        (await misses).ShouldBe(0);
        table.Count.ShouldBe(2000 + 40_000);
    }

    [Fact]
    public void OfUser_AfterGrowing_HoldsExactlyTheUsersRecords()
    {
        var table = new RecordTable(1);
        for (var user = 0; user < 3000; user++)
        {
            for (var name = 0; name < 5; name++) Add(table, RecordKey.State("t", $"u{user}", $"n{name}"));
        }

        for (var user = 0; user < 3000; user += 100)
        {
            var set = RecordSet.OfUser("t", $"u{user}");
            lock (table.StripeOf(set).Lock)
            {
                var names = table.OfUserLocked(set).Select(record => record.Key.Name);
                names.ShouldBe(["n0", "n1", "n2", "n3", "n4"], ignoreOrder: true);
            }
        }
    }

    [Theory]
    [InlineData("conv-{0:D6}-state")]
    [InlineData("{0}")]
    [InlineData("a-rather-long-prefix-of-the-name-{0:D4}-and-a-tail")]
    public void Find_ManyRecordsOfOneUser_AreSpreadOverItsBuckets(string pattern)
    {
        var table = new RecordTable(1);
        var keys = Enumerable.Range(0, 4000)
            .Select(i => RecordKey.State("t", "u", string.Format(null, pattern, i))).ToArray();
        foreach (var key in keys) Add(table, key);

        var longest = table.ChainLengths().Max();

        keys.ShouldAllBe(key => table.Find(key) != null);
        longest.ShouldBeLessThan(2 * 4000 / 8);
    }

    private static int CountMisses(RecordTable table, RecordKey[] keys, CancellationToken stop)
    {
        var misses = 0;
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            if (table.Find(keys[i % keys.Length]) is null) misses++;
        }

        return misses;
    }

    private static RecordKey Key(string user) => RecordKey.State("t", user, "pizza_order");

    private static Record Add(RecordTable table, RecordKey key)
    {
        var record = new Record(key);
        var stripe = table.StripeOf(key);
        bool crowded;
        lock (stripe.Lock) crowded = table.AddLocked(record, stripe);
        if (crowded) table.Grow(stripe);
        return record;
    }

    private static void Remove(RecordTable table, RecordKey key, Record record)
    {
        var stripe = table.StripeOf(key);
        lock (stripe.Lock) table.RemoveLocked(record, stripe);
    }
}
