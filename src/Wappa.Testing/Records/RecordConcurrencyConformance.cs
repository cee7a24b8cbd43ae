using Wappa.Testing.Records;

namespace Wappa.Testing;

/// <summary>Two hundred at once: nothing is lost, nothing happens twice, one wins where one can win.</summary>
/// <param name="harness">The store under test.</param>
public abstract class RecordConcurrencyConformance(DocumentStoreHarness harness) : RecordConformance(harness)
{
    private const int Many = 200;

    [Theory, MemberData(nameof(Kinds))]
    public async Task Increment_ByMany_IsTheirSum(RecordKind kind)
    {
        var answers = await Together.RunAsync(Many, _ => Records(kind).IncrementFieldAsync("r", "n"));

        answers.Order().ShouldBe(Enumerable.Range(1, Many).Select(n => (long)n));
        (await Records(kind).GetAsync("r")).ShouldBeJson($$"""{"n":{{Many}}}""");
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Increment_ByDecimalsAndDoubles_IsTheirSum(RecordKind kind)
    {
        await Together.RunAsync(Many, async i =>
        {
            if (i % 2 == 0) await Records(kind).IncrementFieldAsync("r", "price", 0.01m);
            else await Records(kind).IncrementFieldAsync("r", "rate", 0.5);
        });

        (await Records(kind).GetFieldAsync<decimal>("r", "price")).ShouldBe(1.00m);
        (await Records(kind).GetFieldAsync<double>("r", "rate")).ShouldBe(50);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Append_ByMany_KeepsEveryItemOnce(RecordKind kind)
    {
        var lengths = await Together.RunAsync(Many, i => Records(kind).AppendToListAsync("r", "list", i));

        lengths.Order().ShouldBe(Enumerable.Range(1, Many).Select(n => (long)n));
        (await Records(kind).GetFieldAsync<int[]>("r", "list"))!.Order().ShouldBe(Enumerable.Range(0, Many));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Append_ByManyWithMaxLength_KeepsThatMany(RecordKind kind)
    {
        await Together.RunAsync(Many, i => Records(kind).AppendToListAsync("r", "list", i, maxLength: 50));

        var kept = (await Records(kind).GetFieldAsync<int[]>("r", "list"))!;
        kept.Length.ShouldBe(50);
        kept.ShouldBeUnique();
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task CreateIfAbsent_ByMany_HasOneWinnerWhomAllSee(RecordKind kind)
    {
        var results = await Together.RunAsync(Many, i => Records(kind).CreateIfAbsentAsync("r", new Step("worker", i)));

        var winner = results.Where(result => result.Written).ShouldHaveSingleItem();
        results.ShouldAllBe(result => result.Value == winner.Value && result.Revision == winner.Revision);
        results.Count(result => result.Outcome == ChangeOutcome.Exists).ShouldBe(Many - 1);
        (await Records(kind).GetAsync<Step>("r")).ShouldBe(winner.Value);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task ReplaceIf_ByManyFromOneRevision_HasOneWinner(RecordKind kind)
    {
        await Records(kind).SetAsync("r", new Step("before"));
        var revision = (await Records(kind).TryGetAsync<Step>("r")).Revision;

        var results = await Together.RunAsync(
            Many, i => Records(kind).ReplaceIfAsync("r", new Step("worker", i), revision));

        var winner = results.Where(result => result.Written).ShouldHaveSingleItem();
        results.ShouldAllBe(result => result.Value == winner.Value);
        (await Records(kind).GetAsync<Step>("r")).ShouldBe(winner.Value);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Update_ByMany_LosesNothing(RecordKind kind)
    {
        await Together.RunAsync(
            Many, _ => Records(kind).UpdateAsync<Step>("r", step => new Step("n", (step?.Number ?? 0) + 1)));

        (await Records(kind).GetAsync<Step>("r")).ShouldBe(new Step("n", Many));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Delete_And_RemoveField_ByMany_SucceedOnce(RecordKind kind)
    {
        await Records(kind).SetAsync("r", Json("""{"a":1,"b":2}"""));

        (await Together.RunAsync(Many, _ => Records(kind).RemoveFieldAsync("r", "a"))).Count(removed => removed)
            .ShouldBe(1);
        (await Together.RunAsync(Many, _ => Records(kind).DeleteAsync("r"))).Count(deleted => deleted).ShouldBe(1);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Set_ByMany_GivesEachARevisionOfItsOwn(RecordKind kind)
    {
        var results = await Together.RunAsync(
            Many, i => Store.ApplyAsync(KeyOf(kind, "r"), new RecordChange.Set(Json($$"""{"n":{{i}}}"""))));

        results.Select(result => result.Record.Revision).ShouldBeUnique();
        var last = results.MaxBy(result => result.Record.Revision).Record;
        (await Store.GetAsync(KeyOf(kind, "r"))).ShouldBeJson(last.Document!.ToString());
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Fields_SetByMany_AreAllThere(RecordKind kind)
    {
        await Together.RunAsync(Many, i => Records(kind).SetFieldAsync("r", $"f{i}", i));

        (await Records(kind).GetAsync("r"))!.Count.ShouldBe(Many);
    }

    [Fact]
    public async Task Records_CreatedByManyUsers_AreAllThere()
    {
        await Together.RunAsync(Many, async i =>
        {
            var caches = Caches.ForUser(Tenant, $"user{i}");
            await caches.State.SetAsync("s", new Step("s", i));
            await caches.User.IncrementFieldAsync("stats", "n");
            await caches.Table.SetAsync("t", $"row{i}", new Step("row", i));
            await caches.Table.IncrementFieldAsync(TableKey.Table("t"), "n");
        });

        for (var i = 0; i < Many; i++)
        {
            var caches = Caches.ForUser(Tenant, $"user{i}");
            (await caches.State.GetAsync<Step>("s")).ShouldBe(new Step("s", i));
            (await caches.User.GetFieldAsync<int>("stats", "n")).ShouldBe(1);
        }

        (await Table.GetFieldAsync<int>(TableKey.Table("t"), "n")).ShouldBe(Many);
        (await Table.DeleteAllAsync("t")).ShouldBe(Many + 1);
    }

    [Fact]
    public async Task Commit_ByMany_TakesEffectWholeEachTime()
    {
        var results = await Together.RunAsync(Many, i =>
        {
            var batch = Me.CreateBatch();
            batch.State.Increment("a", "n");
            batch.User.Increment("b", "n").Append("b", "list", i);
            return batch.CommitAsync();
        });

        results.ShouldAllBe(result => result.Committed);

        // Each commit saw the two records in step: none slipped in between its two changes.
        results.ShouldAllBe(result => result.Results[0].Number == result.Results[1].Number);
        (await Me.State.GetFieldAsync<int>("a", "n")).ShouldBe(Many);
        (await Me.User.GetFieldAsync<int[]>("b", "list"))!.Order().ShouldBe(Enumerable.Range(0, Many));
    }

    [Fact]
    public async Task Commit_SeenByReaders_IsNeverHalf()
    {
        const int Commits = 400;
        var done = new CancellationTokenSource();
        var writer = Task.Factory
            .StartNew(() => WriteAsync(), CancellationToken.None, TaskCreationOptions.LongRunning,
                TaskScheduler.Default)
            .Unwrap();
        var readers = Enumerable.Range(0, 2).Select(_ => Task.Run(ReadAsync, TestContext.Current.CancellationToken))
            .ToArray();

        await writer;
        await Task.WhenAll(readers);
        done.Dispose();

        // Every third commit deletes both records, so that appearing and disappearing are covered too.
        async Task WriteAsync()
        {
            for (var i = 1; i <= Commits; i++)
            {
                var batch = Me.CreateBatch();
                if (i % 3 == 0) batch.State.Delete("a").Delete("b").Set("n", new Step("n", i));
                else batch.State.Set("a", new Step("a", i)).Set("b", new Step("b", i)).Set("n", new Step("n", i));
                await batch.CommitAsync();
                if (i % 16 == 0) await Task.Yield();
            }

            await done.CancelAsync();
        }

        // What was read later is never older, whichever of the records it is read from.
        async Task ReadAsync()
        {
            while (!done.IsCancellationRequested)
            {
                var before = (await Me.State.GetAsync<Step>("n"))?.Number ?? 0;
                var (first, second) = (await Me.State.GetAsync<Step>("a"), await Me.State.GetAsync<Step>("b"));
                var after = (await Me.State.GetAsync<Step>("n"))?.Number ?? 0;
                if (first is not null) first.Number.ShouldBeInRange(before, after);
                if (second is not null) second.Number.ShouldBeInRange(first?.Number ?? before, after);
                if (before != after) continue;
                (first is null).ShouldBe(before == 0 || before % 3 == 0);
                (second is null).ShouldBe(first is null);
            }
        }
    }

    [Fact]
    public async Task Listing_WhileOthersWrite_ShowsWholeRecords()
    {
        var writers = Together.RunAsync(8, async worker =>
        {
            for (var i = 0; i < 100; i++)
                await Table.SetAsync("t", $"row{i % 10}", Json($$"""{"a":{{worker}},"b":{{worker}}}"""));
        });
        while (!writers.IsCompleted)
        {
            await foreach (var item in Table.ListAsync<Dictionary<string, int>>("t"))
                item.Value["a"].ShouldBe(item.Value["b"]);
            await Task.Yield();
        }

        await writers;
        (await Table.DeleteAllAsync("t")).ShouldBe(10);
    }
}
