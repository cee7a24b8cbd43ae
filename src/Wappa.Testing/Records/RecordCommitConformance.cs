using Wappa.Testing.Records;

namespace Wappa.Testing;

/// <summary>A commit: every change of one user's records, or none.</summary>
/// <param name="harness">The store under test.</param>
public abstract class RecordCommitConformance(DocumentStoreHarness harness) : RecordConformance(harness)
{
    private static readonly Dictionary<string, Action<CacheBatch, long>> RefusedBy = new()
    {
        ["CreateIfAbsent of a record that is there"] = (batch, _) =>
            batch.User.CreateIfAbsent("profile", Json("""{"n":9}""")),
        ["ReplaceIf of another revision"] = (batch, revision) =>
            batch.User.ReplaceIf("profile", Json("""{"n":9}"""), revision + 1),
        ["ReplaceIf of a missing record"] = (batch, revision) =>
            batch.State.ReplaceIf("missing", Json("""{"n":9}"""), revision),
        ["Require of another revision"] = (batch, revision) => batch.User.Require("profile", revision + 1),
        ["Require of a missing record"] = (batch, revision) => batch.State.Require("missing", revision),
        ["Require that a record is missing"] = (batch, _) => batch.User.Require("profile", 0),
    };

    private static readonly Dictionary<string, Action<CacheBatch>> FailedBy = new()
    {
        ["Increment of a text"] = batch => batch.User.Increment("profile", "name"),
        ["Increment beyond 64 bits"] = batch => batch.User.Increment("profile", "n", long.MaxValue),
        ["Append to a number"] = batch => batch.User.Append("profile", "n", 1),
        ["Set beyond the limit"] = batch => batch.User.Set("profile", new { text = new string('x', 70_000) }),
        ["Append beyond the limit"] = batch => batch.User.Append("profile", "list", new string('x', 70_000)),
    };

    /// <summary>Every condition that refuses a commit.</summary>
    public static TheoryData<string> Refusals => [.. RefusedBy.Keys];

    /// <summary>Every mistake that fails a commit.</summary>
    public static TheoryData<string> Failures => [.. FailedBy.Keys];

    private protected override CachingOptions Options { get; } = new() { MaxRecordBytes = 65_536 };

    [Fact]
    public async Task Commit_ChangesOfEveryKind_TakeEffectTogether()
    {
        await Me.State.SetAsync("old", Json("""{"n":1}"""));
        await Me.State.SetAsync("order", Json("""{"size":"large","list":[1]}"""), TimeSpan.FromMinutes(9));
        await Me.User.SetAsync("profile", Json("""{"name":"ann","gone":1}"""));
        var revision = (await Me.User.TryGetAsync<CacheDocument>("profile")).Revision;

        var batch = Me.CreateBatch();
        batch.State.Delete("old").Merge("order", new { size = "small" }).Append("order", "list", 2, maxLength: 1);
        batch.State.Set("next", new Step("pay"), TimeSpan.FromMinutes(1)).CreateIfAbsent("created", new Step("new"));
        batch.User.Require("profile", revision).SetField("profile", "seen", true).RemoveField("profile", "gone");
        batch.User.Increment("stats", "message_count", 2);
        batch.Count.ShouldBe(9);
        var result = await batch.CommitAsync();

        result.Committed.ShouldBeTrue();
        result.RefusedAt.ShouldBe(-1);
        result.Results.Count.ShouldBe(9);
        result.Results.ShouldAllBe(change => change.Applied);
        (await Me.State.ExistsAsync("old")).ShouldBeFalse();
        (await Me.State.GetAsync("order")).ShouldBeJson("""{"size":"small","list":[2]}""");
        ShouldLive(await Me.State.GetTtlAsync("order"), TimeSpan.FromMinutes(9));
        ShouldLive(await Me.State.GetTtlAsync("next"), TimeSpan.FromMinutes(1));
        (await Me.State.GetAsync<Step>("created")).ShouldBe(new Step("new"));
        (await Me.User.GetAsync("profile")).ShouldBeJson("""{"name":"ann","seen":true}""");
        (await Me.User.GetAsync("stats")).ShouldBeJson("""{"message_count":2}""");
        result.Results[8].Number.ToInt64().ShouldBe(2);
    }

    [Fact]
    public async Task Commit_AnswersWithNewRevisions()
    {
        await Me.User.SetAsync("profile", Json("""{"n":1}"""));
        var before = (await Me.User.TryGetAsync<CacheDocument>("profile")).Revision;
        var batch = Me.CreateBatch();
        batch.User.Require("profile", before).SetField("profile", "n", 2);
        batch.State.Set("step", new Step("a"));

        var result = await batch.CommitAsync();

        result.Results[0].Record.Revision.ShouldBe(before);
        result.Results[1].Record.Revision.ShouldBe((await Me.User.TryGetAsync<CacheDocument>("profile")).Revision);
        result.Results[1].Record.Revision.ShouldBeGreaterThan(before);
        result.Results[2].Record.Revision.ShouldBe((await Me.State.TryGetAsync<CacheDocument>("step")).Revision);
        result.Results[2].Record.ShouldBeJson("""{"name":"a","number":0}""");
    }

    [Theory, MemberData(nameof(Refusals))]
    public async Task Commit_OneChangeRefused_ChangesNothing(string refusal)
    {
        var (before, revision) = await PrepareAsync();
        var batch = ChangesBefore();
        var position = batch.Count;
        RefusedBy[refusal](batch, revision);
        ChangesAfter(batch);

        var result = await batch.CommitAsync();

        result.Committed.ShouldBeFalse();
        result.RefusedAt.ShouldBe(position);
        var refused = result.Results.ShouldHaveSingleItem();
        refused.Applied.ShouldBeFalse();
        await ShouldBeUnchangedAsync(before);
    }

    [Theory, MemberData(nameof(Failures))]
    public async Task Commit_OneChangeFails_ChangesNothing(string failure)
    {
        var (before, _) = await PrepareAsync();
        var batch = ChangesBefore();
        FailedBy[failure](batch);
        ChangesAfter(batch);

        var error = await Should.ThrowAsync<Exception>(async () => await batch.CommitAsync());

        var tooLarge = failure.Contains("limit", StringComparison.Ordinal);
        error.ShouldBeOfType(tooLarge ? typeof(CacheLimitException) : typeof(CacheTypeException));
        await ShouldBeUnchangedAsync(before);
    }

    [Fact]
    public async Task Commit_Refused_MayBeTriedAgainButNotOnceCommitted()
    {
        await Me.State.SetAsync("lock", new Step("held"));
        var batch = Me.CreateBatch();
        batch.State.CreateIfAbsent("lock", new Step("mine"));
        (await batch.CommitAsync()).Committed.ShouldBeFalse();
        await Me.State.DeleteAsync("lock");

        (await batch.CommitAsync()).Committed.ShouldBeTrue();

        await Should.ThrowAsync<InvalidOperationException>(async () => await batch.CommitAsync());
    }

    [Fact]
    public async Task Commit_SeveralChangesOfOneRecord_BuildOnEachOther()
    {
        var batch = Me.CreateBatch();
        batch.State.CreateIfAbsent("r", Json("""{"n":1}""")).Increment("r", "n", 4).Increment("r", "n", 5)
            .SetField("r", "m", "x").RemoveField("r", "m").Append("r", "l", 1).Append("r", "l", 2);
        var result = await batch.CommitAsync();

        result.Committed.ShouldBeTrue();
        result.Results[1].Number.ToInt64().ShouldBe(5);
        result.Results[2].Number.ToInt64().ShouldBe(10);
        result.Results[6].Number.ToInt64().ShouldBe(2);
        result.Results.Select(change => change.Record.Revision).ShouldBeInOrder(SortDirection.Ascending);
        (await Me.State.GetAsync("r")).ShouldBeJson("""{"n":10,"l":[1,2]}""");
        (await Me.State.TryGetAsync<CacheDocument>("r")).Revision.ShouldBe(result.Results[6].Record.Revision);
    }

    [Fact]
    public async Task Commit_DeleteAndCreateOfOneRecord_LeavesTheNewOne()
    {
        await Me.State.SetAsync("r", Json("""{"old":1}"""), TimeSpan.FromMinutes(1));
        var before = (await Me.State.TryGetAsync<CacheDocument>("r")).Revision;
        var batch = Me.CreateBatch();
        batch.State.Delete("r").CreateIfAbsent("r", Json("""{"new":1}""")).Delete("other").Set("other", Json("{}"))
            .Delete("other");

        (await batch.CommitAsync()).Committed.ShouldBeTrue();

        var after = await Me.State.TryGetAsync<CacheDocument>("r");
        after.Value.ShouldBeJson("""{"new":1}""");
        after.Ttl.ShouldBe(CacheTtl.NoExpiry);
        after.Revision.ShouldBeGreaterThan(before);
        (await Me.State.ExistsAsync("other")).ShouldBeFalse();
    }

    [Fact]
    public async Task Commit_ChangesOfMissingRecords_DoNotStandInTheWay()
    {
        RecordWrite[] writes =
        [
            new(KeyOf(RecordKind.State, "a"), new RecordChange.Delete()),
            new(KeyOf(RecordKind.State, "b"), new RecordChange.RemoveField("x")),
            new(KeyOf(RecordKind.User, "c"), new RecordChange.Expire(TimeSpan.FromMinutes(1))),
            new(KeyOf(RecordKind.User, "d"), new RecordChange.Persist()),
            new(KeyOf(RecordKind.User, "e"), new RecordChange.Require(0)),
            new(KeyOf(RecordKind.User, "f"), new RecordChange.Set(Json("{}"))),
        ];
        var result = await Store.CommitAsync(writes);

        result.Committed.ShouldBeTrue();
        result.Results.Select(change => change.Outcome).ShouldBe(
        [
            ChangeOutcome.Missing, ChangeOutcome.Missing, ChangeOutcome.Missing, ChangeOutcome.Missing,
            ChangeOutcome.Applied, ChangeOutcome.Applied,
        ]);
        foreach (var write in writes) (await Store.GetAsync(write.Key)).IsHit.ShouldBe(write.Key.Name == "f");
    }

    [Fact]
    public async Task Commit_ExpiriesOfPresentRecords_TakeEffect()
    {
        await Me.State.SetAsync("a", Json("{}"));
        await Me.State.SetAsync("b", Json("{}"), TimeSpan.FromMinutes(1));
        var result = await Store.CommitAsync(
        [
            new(KeyOf(RecordKind.State, "a"), new RecordChange.Expire(TimeSpan.FromMinutes(2))),
            new(KeyOf(RecordKind.State, "b"), new RecordChange.Persist()),
        ]);

        result.Committed.ShouldBeTrue();
        ShouldLive(await Me.State.GetTtlAsync("a"), TimeSpan.FromMinutes(2));
        (await Me.State.GetTtlAsync("b")).ShouldBe(CacheTtl.NoExpiry);
    }

    [Fact]
    public async Task Commit_OmittedTtl_TakesTheDefaultOfTheScope()
    {
        var options = new CachingOptions { StateTtl = TimeSpan.FromMinutes(30), UserTtl = TimeSpan.FromDays(1) };
        var batch = CacheFactory.Over(Store, options).ForUser(Tenant, UserId).CreateBatch();
        batch.State.Set("a", new Step("a")).SetField("b", "n", 1)
            .CreateIfAbsent("c", new Step("c"), TimeSpan.FromMinutes(5));
        batch.User.Increment("stats", "n").Append("history", "list", 1).Merge("profile", new { name = "ann" });
        (await batch.CommitAsync()).Committed.ShouldBeTrue();

        ShouldLive(await Me.State.GetTtlAsync("a"), TimeSpan.FromMinutes(30));
        ShouldLive(await Me.State.GetTtlAsync("b"), TimeSpan.FromMinutes(30));
        ShouldLive(await Me.State.GetTtlAsync("c"), TimeSpan.FromMinutes(5));
        foreach (var name in (string[])["stats", "history", "profile"])
            ShouldLive(await Me.User.GetTtlAsync(name), TimeSpan.FromDays(1));
    }

    [Fact]
    public async Task Commit_ExpiredRecord_IsMissingToIt()
    {
        await Me.State.SetAsync("r", Json("""{"n":40}"""), TimeSpan.FromMinutes(1));
        var revision = (await Me.State.TryGetAsync<CacheDocument>("r")).Revision;
        await AdvanceAsync(TimeSpan.FromMinutes(1));
        var stale = Me.CreateBatch();
        stale.State.Require("r", revision).Increment("r", "n");
        (await stale.CommitAsync()).Committed.ShouldBeFalse();

        var fresh = Me.CreateBatch();
        fresh.State.Require("r", 0).CreateIfAbsent("r", Json("{}")).Increment("r", "n");
        (await fresh.CommitAsync()).Results[2].Number.ToInt64().ShouldBe(1);
    }

    [Fact]
    public async Task Commit_Nothing_IsCommitted()
    {
        var result = await Me.CreateBatch().CommitAsync();

        result.Committed.ShouldBeTrue();
        result.Results.ShouldBeEmpty();
    }

    [Fact]
    public async Task Commit_OfTwoUsersTenantsOrATableRow_IsAnErrorOnEveryBackend()
    {
        var mine = KeyOf(RecordKind.State, "a");
        RecordKey[] others =
        [
            RecordKey.State(Tenant, "other", "a"), RecordKey.User(Tenant, "other"),
            RecordKey.State("other", UserId, "a"),
            KeyOf(RecordKind.Table, "a"), RecordKey.Table(Tenant, TableKey.Table(UserId)),
        ];
        foreach (var other in others)
        {
            foreach (var (first, second) in ((RecordKey, RecordKey)[])[(mine, other), (other, mine)])
            {
                await Should.ThrowAsync<ArgumentException>(async () => await Store.CommitAsync(
                [
                    new(first, new RecordChange.Set(Json("{}"))), new(second, new RecordChange.Set(Json("{}"))),
                ]));
                (await Store.GetAsync(first)).IsHit.ShouldBeFalse();
                (await Store.GetAsync(second)).IsHit.ShouldBeFalse();
            }
        }

        await Should.ThrowAsync<ArgumentException>(
            async () => await Store.CommitAsync([new(KeyOf(RecordKind.Table, "a"), new RecordChange.Delete())]));
    }

    private CacheBatch ChangesBefore()
    {
        var batch = Me.CreateBatch();
        batch.State.Set("order", Json("""{"n":2}"""), TimeSpan.FromHours(2)).Delete("other").Set("new", Json("{}"));
        batch.User.Increment("stats", "n");
        return batch;
    }

    private static void ChangesAfter(CacheBatch batch)
    {
        batch.State.Set("later", Json("{}"));
        batch.User.RemoveField("profile", "name");
    }

    private async Task<(List<(string Json, long Revision, CacheTtl Ttl)> Records, long Revision)> PrepareAsync()
    {
        await Me.State.SetAsync("order", Json("""{"n":1}"""), TimeSpan.FromHours(1));
        await Me.State.SetAsync("other", Json("""{"n":1}"""));
        await Me.User.SetAsync("profile", Json("""{"name":"ann","n":1,"list":[]}"""));
        return (await EverythingAsync(), (await Me.User.TryGetAsync<CacheDocument>("profile")).Revision);
    }

    private async Task ShouldBeUnchangedAsync(List<(string Json, long Revision, CacheTtl Ttl)> before)
    {
        var after = await EverythingAsync();
        after.Select(record => (record.Json, record.Revision)).ShouldBe(before.Select(record => (record.Json, record.Revision)));
        for (var i = 0; i < after.Count; i++) ShouldLive(after[i].Ttl, before[i].Ttl.Remaining);
    }

    private async Task<List<(string Json, long Revision, CacheTtl Ttl)>> EverythingAsync()
    {
        var all = new SortedDictionary<string, (string, long, CacheTtl)>(StringComparer.Ordinal);
        await foreach (var (key, record) in Store.ListAsync(RecordSet.OfUser(Tenant, UserId)))
            all.Add(key.ToString(), ($"{key} {record.Document}", record.Revision, record.Ttl));
        return [.. all.Values];
    }
}
