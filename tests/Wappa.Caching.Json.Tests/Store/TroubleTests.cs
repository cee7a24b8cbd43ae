using Wappa.Caching.Json.Files;
using Wappa.Caching.Json.Tests.Simulation;
using Wappa.Testing;

namespace Wappa.Caching.Json.Tests.Store;

/// <summary>Things that go wrong between two calls to the disk.</summary>
public sealed class TroubleTests
{
    private static readonly RecordKey Ann = RecordKey.User("hotel123", "ann");
    private static readonly RecordKey Bob = RecordKey.User("hotel123", "bob");

    private readonly SimDisk _disk = new();
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task Checkpoint_WhileAChangeIsMade_WritesNoVersionThatIsNotDurable()
    {
        using var store = Open(options => options.Durability = Durability.Interval);
        await store.ApplyAsync(Ann, Set("""{"n":1}"""), Token);
        await store.ApplyAsync(Bob, Set("""{"n":1}"""), Token);
        On(call => call.Act == DiskAct.Create && call.Path.Contains("/users/", StringComparison.Ordinal), () =>
        {
            StoreReads.Done(store.ApplyAsync(Ann, Set("""{"n":2}""")));
            StoreReads.Done(store.ApplyAsync(Bob, Set("""{"n":2}""")));
        });

        store.Checkpoint();

        foreach (var name in (string[])["ann", "bob"])
            Text($"/cache/users/hotel123_{name}.json").ShouldContain("\"n\": 1", customMessage: "the journal has 2, but not durably");
        store.Status.RecordsBehind.ShouldBe(2);
    }

    [Fact]
    public async Task Flush_OfAStoreAtRest_LeavesNothingToCatchUpWith()
    {
        using var store = Open(options => options.Durability = Durability.Interval);
        await store.ApplyAsync(Ann, Set("{}"), Token);
        for (var i = 0; i < 3; i++)
        {
            await store.FlushAsync(Token);
            store.Checkpoint();
            store.Status.JournalBytes.ShouldBe(0);
        }
    }

    [Fact]
    public async Task Change_WaitingWhenTheFolderIsLost_Fails()
    {
        using var store = Open();
        await store.ApplyAsync(Ann, Set("{}"), Token);
        var epoch = store.Engine.Journal.Epoch;
        var batch = store.Engine.Journal.Append(epoch, default)!;
        Write("/cache/.journal/owner.json", """{"pid":1,"host":"other","started":"2025-01-15T10:30:00.000Z","token":"other"}""");

        store.Engine.StopIfLost();

        (await Should.ThrowAsync<CacheStoreUnavailableException>(batch.Done)).OutcomeUnknown.ShouldBeFalse();
        await Should.ThrowAsync<CacheStoreUnavailableException>(store.ApplyAsync(Ann, Set("{}"), Token).AsTask());
        (await store.GetAsync(Ann, Token)).IsHit.ShouldBeTrue();
        store.Status.State.ShouldBe(JsonStoreState.Failed);
    }

    [Fact]
    public async Task Segment_ThatCannotBeMade_LeavesNoFileBehind()
    {
        using var store = Open(segment: 1 << 10);
        _disk.Script = new Script(call => call.Act == DiskAct.Sync && call.Path.EndsWith(".new", StringComparison.Ordinal)
            ? new(DiskDeed.Fail, FileError.NoSpace) : DiskVerdict.Obey);

        await Should.ThrowAsync<CacheStoreUnavailableException>(async () =>
        {
            for (var i = 0; i < 20; i++) await store.ApplyAsync(Ann, Set($$"""{"n":{{i}}}"""), Token);
        });

        _disk.Paths.ShouldNotContain(path => path.EndsWith(".new", StringComparison.Ordinal));
        _disk.Script = null;
    }

    [Fact]
    public async Task Opening_ThatFailsAfterTheFirstSegment_ImportsTheNextTime()
    {
        Write("/cache/users/hotel123_ann.json", """
            {"_metadata":{"created_at":"2025-01-15T10:00:00","expires_at":null,"version":"1.0"},
             "data":{"hotel123:user:ann":{"visits":3}}}
            """);
        var isNamed = false;
        _disk.Script = new Script(call =>
        {
            if (isNamed) return new(DiskDeed.Fail);
            isNamed = call.Act == DiskAct.Move && call.IsJournal;
            return DiskVerdict.Obey;
        });
        Should.Throw<CacheStoreUnavailableException>(() => Open());
        _disk.Script = null;

        using var store = Open();
        (await store.GetAsync(Ann, Token)).Document?.ToString().ShouldBe("""{"visits":3}""");
    }

    [Fact]
    public async Task Folder_RemovedWhileTheStoreIsOpen_IsMadeAgain()
    {
        using var folder = new TemporaryFolder();
        var options = new JsonStoreOptions { Path = folder.Sub("cache") };
        using var store = JsonDocumentStore.Open(options, 1 << 20, new JsonStoreSeams { Time = _clock, Inline = true });
        await store.ApplyAsync(Ann, Set("{}"), Token);
        store.Checkpoint();
        Directory.Delete(Path.Combine(options.Path, "users"), recursive: true);
        await store.ApplyAsync(Bob, Set("{}"), Token);

        Should.Throw<FileSystemException>(store.Checkpoint);
        store.Checkpoint();

        File.Exists(Path.Combine(options.Path, "users/hotel123_bob.json")).ShouldBeTrue();
    }

    [Fact]
    public async Task Commit_OnARecordInMemoryWhoseFileWasDamaged_HasWhatIsInMemory()
    {
        using var store = Open();
        await store.ApplyAsync(Ann, Set("""{"n":1}"""), Token);
        store.Checkpoint();
        Write("/cache/users/hotel123_ann.json", "{");

        // The other record is not in memory, so files are read.
        var result = await store.CommitAsync(
            [new(Ann, new RecordChange.Increment("n", CacheNumber.From(1))), new(RecordKey.User("hotel123", "ann", "stats"), Set("{}"))],
            Token);

        result.Committed.ShouldBeTrue();
        (await store.GetAsync(Ann, Token)).Document?.ToString().ShouldBe("""{"n":2}""");
        store.Checkpoint();
        Text("/cache/users/hotel123_ann.json").ShouldContain("\"n\": 2");
    }

    [Fact]
    public async Task Commit_ThatReplacesADamagedRecord_EndsItsComplaints()
    {
        var store = Open();
        await store.ApplyAsync(Ann, Set("""{"n":1}"""), Token);
        store.Dispose();
        Write("/cache/users/hotel123_ann.json", "{");
        using var again = Open();
        await Should.ThrowAsync<CacheStoreCorruptException>(again.GetAsync(Ann, Token).AsTask());

        (await again.CommitAsync([new(Ann, Set("""{"n":5}""")), new(Ann, new RecordChange.Increment("n", CacheNumber.From(1)))], Token))
            .Committed.ShouldBeTrue();

        (await again.GetAsync(Ann, Token)).Document?.ToString().ShouldBe("""{"n":6}""");
    }

    [Fact]
    public async Task DamagedFile_WhoseKeyIsNotInItsName_IsNotReadAsEmptyAfterAListing()
    {
        var key = RecordKey.User("hotel123", new string('x', 250));
        var store = Open();
        await store.ApplyAsync(key, Set("{}"), Token);
        store.Dispose();
        var path = _disk.Paths.Single(path => path.Contains("/users/", StringComparison.Ordinal));
        Write(path, "{");
        using var again = Open();
        (await again.ListAsync(RecordSet.OfUser("hotel123", key.Owner), Token).ToListAsync(Token)).ShouldBeEmpty();
        again.Status.Quarantined.ShouldBe(1);

        for (var i = 0; i < 2; i++) await Should.ThrowAsync<CacheStoreCorruptException>(again.GetAsync(key, Token).AsTask());
        await again.ApplyAsync(key, new RecordChange.Delete(), Token);
        (await again.GetAsync(key, Token)).IsHit.ShouldBeFalse();
    }

    [Fact]
    public async Task Sweep_WhileTheDiskFails_GoesOn()
    {
        var key = RecordKey.User("hotel123", new string('x', 250));
        var store = Open();
        await store.ApplyAsync(key, Set("{}"), Token);
        store.Dispose();
        using var again = Open();
        _disk.Script = new Script(call => call.Act == DiskAct.Read ? new(DiskDeed.Fail) : DiskVerdict.Obey);

        again.Sweep();
        await Should.ThrowAsync<CacheStoreUnavailableException>(
            async () => await again.ListAsync(RecordSet.OfUser("hotel123", key.Owner), Token).ToListAsync(Token));

        _disk.Script = null;
        (await again.GetAsync(key, Token)).IsHit.ShouldBeTrue();
    }

    [Fact]
    public async Task Record_DeletedAndCreatedWithAShorterLife_LosesItsFileInTime()
    {
        using var store = Open();
        await store.ApplyAsync(Ann, Set("{}", TimeSpan.FromHours(1)), Token);
        await store.ApplyAsync(Ann, new RecordChange.Delete(), Token);
        await store.ApplyAsync(Ann, Set("{}", TimeSpan.FromMinutes(1)), Token);
        store.Checkpoint();

        _clock.Advance(TimeSpan.FromMinutes(2));
        store.Checkpoint();

        _disk.Paths.ShouldNotContain(path => path.Contains("/users/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Machine_ThatSlept_WritesAndReadsTimesByTheWallClock()
    {
        var time = new SleepyTime(_clock);
        using var store = Open(time: time);
        time.Slept = TimeSpan.FromHours(2);
        await store.ApplyAsync(Ann, Set("{}", TimeSpan.FromMinutes(1)), Token);
        store.Checkpoint();

        Text("/cache/users/hotel123_ann.json").ShouldContain("2025-01-15T12:31:00.000Z");
    }

    [Fact]
    public async Task Store_Disposed_ReadsNoMore()
    {
        var store = Open();
        await store.ApplyAsync(Ann, Set("{}"), Token);
        await store.DisposeAsync();

        await Should.ThrowAsync<ObjectDisposedException>(store.GetAsync(Ann, Token).AsTask());
        await Should.ThrowAsync<ObjectDisposedException>(store.GetManyAsync([Ann], Token).AsTask());
        await Should.ThrowAsync<ObjectDisposedException>(store.ApplyAsync(Ann, Set("{}"), Token).AsTask());
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static RecordChange.Set Set(string json, TimeSpan? ttl = null) => new(CacheDocument.Parse(json), ttl);

    private JsonDocumentStore Open(
        Action<JsonStoreOptions>? configure = null, int segment = 1 << 16, TimeProvider? time = null)
    {
        var options = new JsonStoreOptions { Path = "/cache" };
        configure?.Invoke(options);
        var seams = new JsonStoreSeams { Files = _disk, Time = time ?? _clock, Inline = true, SegmentBytes = (segment, segment) };
        return JsonDocumentStore.Open(options, 1 << 20, seams);
    }

    private void On(Func<DiskCall, bool> moment, Action action)
    {
        var isOver = false;
        _disk.Script = new Script(call =>
        {
            if (isOver || !moment(call)) return DiskVerdict.Obey;
            isOver = true;
            action();
            return DiskVerdict.Obey;
        });
    }

    private string Text(string path) => System.Text.Encoding.UTF8.GetString(_disk.BytesOf(path));

    private void Write(string path, string text)
    {
        var files = (IFileSystem)_disk;
        files.CreateDirectory(Path.GetDirectoryName(path)!);
        using var file = files.Create(path, exclusive: false);
        file.Write(0, System.Text.Encoding.UTF8.GetBytes(text));
    }

    private sealed class Script(Func<DiskCall, DiskVerdict> verdict) : IDiskScript
    {
        public DiskVerdict Before(in DiskCall call) => verdict(call);
    }

    // The wall clock goes on while the machine sleeps, the monotonic one does not.
    private sealed class SleepyTime(ManualTimeProvider clock) : TimeProvider
    {
        internal TimeSpan Slept { get; set; }

        public override long TimestampFrequency => clock.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => clock.GetUtcNow() + Slept;

        public override long GetTimestamp() => clock.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            clock.CreateTimer(callback, state, dueTime, period);
    }
}
