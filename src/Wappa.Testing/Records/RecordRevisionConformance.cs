using Wappa.Testing.Records;

namespace Wappa.Testing;

/// <summary>Revisions grow with each change and are never used twice for a key: not after a delete, not after an
/// expiry.</summary>
/// <param name="harness">The store under test.</param>
public abstract class RecordRevisionConformance(DocumentStoreHarness harness) : RecordConformance(harness)
{
    private static readonly Dictionary<string, RecordChange> Changes = new()
    {
        ["Set"] = new RecordChange.Set(Json("""{"n":1,"list":[]}""")),
        ["Set, the same again"] = new RecordChange.Set(Json("""{"n":0,"list":[]}""")),
        ["Merge"] = new RecordChange.Merge(Json("""{"n":1}""")),
        ["SetField"] = new RecordChange.SetField("n", "1"u8.ToArray()),
        ["Increment"] = new RecordChange.Increment("n", CacheNumber.From(1)),
        ["Append"] = new RecordChange.Append("list", "1"u8.ToArray()),
        ["RemoveField"] = new RecordChange.RemoveField("n"),
        ["Expire"] = new RecordChange.Expire(TimeSpan.FromHours(1)),
        ["Persist"] = new RecordChange.Persist(),
    };

    private static readonly Dictionary<string, RecordChange> Refusals = new()
    {
        ["CreateIfAbsent"] = new RecordChange.CreateIfAbsent(CacheDocument.Empty),
        ["ReplaceIf"] = new RecordChange.ReplaceIf(CacheDocument.Empty, -1),
        ["RemoveField"] = new RecordChange.RemoveField("other"),
    };

    /// <summary>Every change that applies to a record that is there, for each kind.</summary>
    public static TheoryData<RecordKind, string> Applied => Data(Changes.Keys);

    /// <summary>Every change that can be refused, for each kind.</summary>
    public static TheoryData<RecordKind, string> Refused => Data(Refusals.Keys);

    [Theory, MemberData(nameof(Applied))]
    public async Task Revision_AfterAChange_IsGreater(RecordKind kind, string change)
    {
        var key = KeyOf(kind, "r");
        var before = (await Store.ApplyAsync(key, new RecordChange.Set(Json("""{"n":0,"list":[]}""")))).Record.Revision;
        before.ShouldBeGreaterThan(0);

        var result = await Store.ApplyAsync(key, Changes[change]);

        result.Applied.ShouldBeTrue();
        result.Record.Revision.ShouldBeGreaterThan(before);
        (await Store.GetAsync(key)).Revision.ShouldBe(result.Record.Revision);
    }

    [Theory, MemberData(nameof(Refused))]
    public async Task Revision_AfterARefusal_IsTheSame(RecordKind kind, string change)
    {
        var key = KeyOf(kind, "r");
        var before = (await Store.ApplyAsync(key, new RecordChange.Set(Json("""{"n":0}""")))).Record.Revision;

        var result = await Store.ApplyAsync(key, Refusals[change]);

        result.Applied.ShouldBeFalse();
        result.Record.Revision.ShouldBe(before);
        (await Store.GetAsync(key)).Revision.ShouldBe(before);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Revision_OfEveryLife_IsNew(RecordKind kind)
    {
        var seen = new List<long>();
        for (var life = 0; life < 3; life++)
        {
            await LiveAsync(kind, seen);
            (await Records(kind).DeleteAsync("r")).ShouldBeTrue();
            await LiveAsync(kind, seen);
            await AdvanceAsync(TimeSpan.FromMinutes(1));
            (await Records(kind).ExistsAsync("r")).ShouldBeFalse();
            await LiveAsync(kind, seen);
            (await DeleteAllAsync(kind)).ShouldBe(1);
            await LiveAsync(kind, seen);
            await Records(kind).DeleteManyAsync(["r"]);
        }

        seen.ShouldBeInOrder(SortDirection.Ascending);
        seen.ShouldBeUnique();
    }

    [Fact]
    public async Task Revision_AfterTheUserWasErased_IsNew()
    {
        await Me.State.SetAsync("r", Json("""{"n":1}"""));
        var before = (await Me.State.TryGetAsync<CacheDocument>("r")).Revision;
        await Me.EraseAsync();

        await Me.State.SetAsync("r", Json("""{"n":1}"""));

        (await Me.State.TryGetAsync<CacheDocument>("r")).Revision.ShouldBeGreaterThan(before);
    }

    [Fact]
    public async Task ReplaceIf_WithTheRevisionOfAnEarlierLife_IsRefused()
    {
        await Me.State.SetAsync("r", new Step("first"), TimeSpan.FromMinutes(1));
        var old = (await Me.State.TryGetAsync<Step>("r")).Revision;
        await AdvanceAsync(TimeSpan.FromMinutes(1));
        await Me.State.SetAsync("r", new Step("second"));

        var refused = await Me.State.ReplaceIfAsync("r", new Step("lost"), old);

        refused.Outcome.ShouldBe(ChangeOutcome.RevisionMismatch);
        refused.Value.ShouldBe(new Step("second"));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Revision_OfOneRecord_IsTheSameHoweverItIsRead(RecordKind kind)
    {
        await Records(kind).SetAsync("r", Json("""{"n":1}"""));
        await Records(kind).SetFieldAsync("r", "n", 2);
        var revision = (await Records(kind).TryGetAsync<CacheDocument>("r")).Revision;

        (await Records(kind).TryGetFieldAsync<int>("r", "n")).Revision.ShouldBe(revision);
        (await Records(kind).GetManyAsync<CacheDocument>(["r"]))[0].Revision.ShouldBe(revision);
        (await Records(kind).CreateIfAbsentAsync("r", CacheDocument.Empty)).Revision.ShouldBe(revision);
        (await Records(kind).ReplaceIfAsync("r", CacheDocument.Empty, revision - 1)).Revision.ShouldBe(revision);
    }

    [Fact]
    public async Task Require_AsASingleChange_AnswersAndLeavesTheRevision()
    {
        var key = KeyOf(RecordKind.State, "r");
        (await Store.ApplyAsync(key, new RecordChange.Require(0))).Applied.ShouldBeTrue();
        var revision = (await Store.ApplyAsync(key, new RecordChange.Set(CacheDocument.Empty))).Record.Revision;

        (await Store.ApplyAsync(key, new RecordChange.Require(revision))).Applied.ShouldBeTrue();
        (await Store.ApplyAsync(key, new RecordChange.Require(0))).Outcome.ShouldBe(ChangeOutcome.RevisionMismatch);

        (await Store.GetAsync(key)).Revision.ShouldBe(revision);
    }

    private static TheoryData<RecordKind, string> Data(IEnumerable<string> names) =>
        [.. Enum.GetValues<RecordKind>().SelectMany(kind => names.Select(name => (kind, name)))];

    private async Task LiveAsync(RecordKind kind, List<long> seen)
    {
        await Records(kind).SetAsync("r", Json("""{"n":1}"""), TimeSpan.FromMinutes(1));
        seen.Add((await Records(kind).TryGetAsync<CacheDocument>("r")).Revision);
        seen.Add(await Records(kind).MergeAsync("r", Json("""{"n":2}""")));
    }

    private ValueTask<long> DeleteAllAsync(RecordKind kind) => kind switch
    {
        RecordKind.State => Me.State.DeleteAllAsync(),
        RecordKind.User => Me.User.DeleteAllAsync(),
        _ => Table.DeleteAllAsync(TableName),
    };
}
