using Wappa.Caching.Json.Files;
using Wappa.Caching.Json.Tests.Simulation;
using Wappa.Testing;

namespace Wappa.Caching.Json.Tests.Entries;

/// <summary>The journal is kept small while writers write, and a disk that fails or is damaged serves nothing wrong.</summary>
public sealed class EntryStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Set_ManyTimesWhatMayBeKept_StaysBoundedOnDisk()
    {
        var options = new JsonStoreOptions { Path = _folder.Root, MaxEntryBytes = 1 << 20, MaxJournalBytes = 1 << 20, Durability = Durability.Interval };
        var largest = 0L;
        using (var store = JsonCacheStore.Open(options))
        {
            var value = new string('x', 1000);
            for (var round = 0; round < 40; round++)
            {
                await store.SetManyAsync([.. Enumerable.Range(0, 500).Select(i =>
                    KeyValuePair.Create($"k{(round * 500) + i}", EntryView.Entry(value)))]);
                largest = Math.Max(largest, SizeOfFolder());
            }

            store.Status.State.ShouldBe(JsonStoreState.Healthy);
        }

        // 20 MB were written. Base and its successor, the journal, and segments that are made ready.
        largest.ShouldBeLessThan(14L << 20);
        SizeOfFolder().ShouldBeLessThan(3L << 19);
        using var again = JsonCacheStore.Open(options);
        EntryView.Text(await again.GetAsync("k19999")).ShouldNotBeNull();
    }

    [Fact]
    public async Task Compact_WhileManyWrite_LosesAndRevivesNothing()
    {
        var options = new JsonStoreOptions { Path = _folder.Root, Durability = Durability.Interval };
        var store = JsonCacheStore.Open(options);
        using var end = new CancellationTokenSource();
        var compactor = Task.Factory.StartNew(
            () =>
            {
                while (!end.IsCancellationRequested) store.Compact();
            },
            TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(() => WriteAsync(store, writer))));
        await end.CancelAsync();
        await compactor;
        var before = EntryView.Of(store, TimeProvider.System).Keys.ToList();
        before.Count.ShouldBeGreaterThan(100);
        store.Abandon();
        using var again = JsonCacheStore.Open(options);
        EntryView.Of(again, TimeProvider.System).Keys.ShouldBe(before);
        foreach (var key in before) EntryView.Text(await again.GetAsync(key))!.ShouldStartWith("last");
    }

    [Fact]
    public async Task Open_ABatchInTheMiddleIsDamaged_ForgetsWhatWasBeforeIt()
    {
        var disk = new SimDisk();
        var store = Open(disk);
        await store.SetAsync("a", EntryView.Entry("1"));
        await store.SetAsync("b", EntryView.Entry("1"));
        await store.RemoveAsync("a");
        await store.SetAsync("c", EntryView.Entry("1"));
        store.Abandon();
        Change(disk, disk.Paths.Single(path => path.EndsWith(".jsonl", StringComparison.Ordinal)), "{\"remove\":\"a\"}", "{\"remove\":\"x\"}");
        using var again = Open(disk.AfterKill());
        again.Status.State.ShouldBe(JsonStoreState.Degraded);
        (await again.GetAsync("a")).ShouldBeNull();
        (await again.GetAsync("b")).ShouldBeNull();
        (await again.GetAsync("c")).ShouldNotBeNull();
        again.Status.Quarantined.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Open_APieceOfTheBaseIsDamaged_ForgetsThatPieceAndSaysSo()
    {
        var disk = new SimDisk();
        var store = Open(disk);
        var large = new string('x', 200_000);
        foreach (var key in (string[])["a", "b", "c", "d"]) await store.SetAsync(key, EntryView.Entry(key + large));
        store.Dispose();
        Change(disk, "/cache/entries/base.jsonl", "\"v\":\"ax", "\"v\":\"bx");
        using (var again = Open(disk.AfterKill()))
        {
            again.Status.State.ShouldBe(JsonStoreState.Degraded);
            EntryView.Of(again, TimeProvider.System).Keys.ShouldBe(["c", "d"]);
            disk = disk.AfterKill();
            again.Abandon();
        }
    }

    [Fact]
    public async Task Open_AnOlderBaseStandsInItsPlace_IsNotBelieved()
    {
        var disk = new SimDisk();
        var store = Open(disk);
        await store.SetAsync("a", EntryView.Entry("1"));
        store.Compact();
        var older = disk.BytesOf("/cache/entries/base.jsonl");
        await store.RemoveAsync("a");
        store.Compact();
        await store.SetAsync("b", EntryView.Entry("1"));
        store.Abandon();
        disk.Damage("/cache/entries/base.jsonl", older);
        using var again = Open(disk.AfterKill());
        again.Status.State.ShouldBe(JsonStoreState.Degraded);
        EntryView.Of(again, TimeProvider.System).Keys.ShouldBe(["b"]);
    }

    [Fact]
    public async Task Set_TheDiskIsFull_ThrowsKeepsReadingAndHeals()
    {
        var disk = new SimDisk();
        var script = new Script();
        var time = new ManualTimeProvider();
        disk.Script = script;
        using var store = JsonCacheStore.Open(new JsonStoreOptions { Path = "/cache" }, new JsonStoreSeams { Files = disk, Time = time, Inline = true });
        await store.SetAsync("a", EntryView.Entry("1"));
        script.Fails = true;
        (await Should.ThrowAsync<CacheStoreUnavailableException>(async () => await store.SetAsync("a", EntryView.Entry("2")))).OutcomeUnknown.ShouldBeTrue();
        store.Status.State.ShouldBe(JsonStoreState.Failed);
        (await Should.ThrowAsync<CacheStoreUnavailableException>(async () => await store.RemoveAsync("a"))).OutcomeUnknown.ShouldBeFalse();
        EntryView.Text(await store.GetAsync("a")).ShouldBe("2");
        script.Fails = false;
        store.Repair();
        store.Status.State.ShouldBe(JsonStoreState.Healthy);
        await store.SetAsync("b", EntryView.Entry("1"));
        store.Abandon();
        using var again = Open(disk.AfterPowerCut(Choices.Oldest));
        EntryView.Text(await again.GetAsync("a")).ShouldBe("2");
        EntryView.Text(await again.GetAsync("b")).ShouldBe("1");
    }

    [Fact]
    public async Task Compact_SomebodyElseHasTakenTheFolder_StopsWriting()
    {
        var store = JsonCacheStore.Open(new JsonStoreOptions { Path = _folder.Root });
        await store.SetAsync("a", EntryView.Entry("1"));
        await File.WriteAllTextAsync(_folder.Sub("entries/owner.json"), "{}");
        store.Engine.CompactOrNote().ShouldBeFalse();
        await Should.ThrowAsync<CacheStoreUnavailableException>(async () => await store.SetAsync("a", EntryView.Entry("2")));
        store.Dispose();
    }

    private static async Task WriteAsync(JsonCacheStore store, int writer)
    {
        var random = new Random(writer);
        for (var i = 0; i < 400; i++)
        {
            var key = $"w{writer}:{random.Next(100)}";
            switch (random.Next(8))
            {
                case 0: await store.RemoveAsync(key); break;
                case 1: await store.RemoveByTagAsync($"t{writer}{random.Next(20)}"); break;
                case 2 when i % 50 == 0: await store.RemoveByPrefixAsync($"w{writer}:"); break;
                case 3: await store.RenewAsync(key, TimeSpan.FromHours(random.Next(1, 9))); break;
                default: await store.SetAsync(key, EntryView.Entry($"{i}", $"t{writer}{random.Next(20)}")); break;
            }
        }

        for (var i = 0; i < 50; i++) await store.SetAsync($"w{writer}:{i}", EntryView.Entry($"last {i}", $"t{writer}"));
        for (var i = 50; i < 100; i++) await store.RemoveAsync($"w{writer}:{i}");
        await store.SetAsync($"w{writer}:gone", EntryView.Entry("gone", $"gone{writer}"));
        await store.RemoveByTagAsync($"gone{writer}");
    }

    private static JsonCacheStore Open(SimDisk disk) =>
        JsonCacheStore.Open(new JsonStoreOptions { Path = "/cache" }, new JsonStoreSeams { Files = disk, Inline = true });

    private static void Change(SimDisk disk, string path, string from, string to)
    {
        var bytes = disk.BytesOf(path);
        var at = bytes.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(from));
        at.ShouldBeGreaterThan(0);
        System.Text.Encoding.UTF8.GetBytes(to).CopyTo(bytes.AsSpan(at));
        disk.Damage(path, bytes);
    }

    private long SizeOfFolder() => new DirectoryInfo(_folder.Root).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file =>
    {
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            return 0; // the store has just deleted it
        }
    });

    private sealed class Script : IDiskScript
    {
        internal bool Fails { get; set; }

        public DiskVerdict Before(in DiskCall call) =>
            Fails && call.Act is DiskAct.Write or DiskAct.Create && Fails ? new(DiskDeed.Fail, FileError.NoSpace) : DiskVerdict.Obey;
    }
}
