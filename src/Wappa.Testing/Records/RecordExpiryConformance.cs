using Wappa.Testing.Records;

namespace Wappa.Testing;

/// <summary>Expiry is exact: at its instant a record is missing to every operation, one step before it is
/// there.</summary>
/// <param name="harness">The store under test.</param>
public abstract class RecordExpiryConformance(DocumentStoreHarness harness) : RecordConformance(harness)
{
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(30);

    [Theory, MemberData(nameof(Kinds))]
    public async Task Read_OneStepBeforeTheInstant_IsAHit(RecordKind kind)
    {
        await Records(kind).SetAsync("r", Json("""{"n":1}"""), Life);
        await AdvanceAsync(Life - Harness.TimeStep);

        (await Records(kind).GetAsync("r")).ShouldBeJson("""{"n":1}""");
        (await Records(kind).TryGetFieldAsync<int>("r", "n")).Value.ShouldBe(1);
        (await Records(kind).ExistsAsync("r")).ShouldBeTrue();
        ShouldLive(await Records(kind).GetTtlAsync("r"), Harness.TimeStep);
        (await Records(kind).GetManyAsync<CacheDocument>(["r"]))[0].IsHit.ShouldBeTrue();
        (await NamesAsync(kind)).ShouldBe(["r"]);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Read_AtTheInstant_IsAMiss(RecordKind kind)
    {
        await Records(kind).SetAsync("r", Json("""{"n":1}"""), Life);
        await AdvanceAsync(Life);

        (await Records(kind).GetAsync("r")).ShouldBeNull();
        (await Records(kind).TryGetAsync<CacheDocument>("r")).IsHit.ShouldBeFalse();
        (await Records(kind).TryGetFieldAsync<int>("r", "n")).IsHit.ShouldBeFalse();
        (await Records(kind).ExistsAsync("r")).ShouldBeFalse();
        (await Records(kind).GetTtlAsync("r")).ShouldBe(CacheTtl.Missing);
        (await Records(kind).GetManyAsync<CacheDocument>(["r"]))[0].IsHit.ShouldBeFalse();
        (await NamesAsync(kind)).ShouldBeEmpty();
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Write_AtTheInstant_FindsTheRecordMissing(RecordKind kind)
    {
        string[] names = ["delete", "remove", "ttl", "persist", "replace", "deletemany"];
        foreach (var name in names) await Records(kind).SetAsync(name, Json("""{"n":1}"""), Life);
        var revision = (await Records(kind).TryGetAsync<CacheDocument>("replace")).Revision;
        await AdvanceAsync(Life);

        (await Records(kind).DeleteAsync("delete")).ShouldBeFalse();
        (await Records(kind).RemoveFieldAsync("remove", "n")).ShouldBeFalse();
        (await Records(kind).SetTtlAsync("ttl", Life)).ShouldBeFalse();
        (await Records(kind).PersistAsync("persist")).ShouldBeFalse();
        var replaced = await Records(kind).ReplaceIfAsync("replace", Json("""{"n":2}"""), revision);
        replaced.Outcome.ShouldBe(ChangeOutcome.Missing);
        (await Records(kind).DeleteManyAsync(["deletemany"])).ShouldBe([false]);

        foreach (var name in names) (await Records(kind).ExistsAsync(name)).ShouldBeFalse(name);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Write_AtTheInstant_BeginsFromNothing(RecordKind kind)
    {
        string[] names = ["set", "merge", "field", "add", "append", "create", "update"];
        foreach (var name in names) await Records(kind).SetAsync(name, Json("""{"old":1,"n":40,"list":[1]}"""), Life);
        await AdvanceAsync(Life);

        await Records(kind).SetAsync("set", Json("""{"n":1}"""));
        await Records(kind).MergeAsync("merge", Json("""{"n":1}"""));
        await Records(kind).SetFieldAsync("field", "n", 1);
        (await Records(kind).IncrementFieldAsync("add", "n")).ShouldBe(1);
        (await Records(kind).AppendToListAsync("append", "list", 2)).ShouldBe(1);
        (await Records(kind).CreateIfAbsentAsync("create", Json("""{"n":1}"""))).Written.ShouldBeTrue();
        await Records(kind).UpdateAsync<CacheDocument>("update", current =>
        {
            current.ShouldBeNull();
            return Json("""{"n":1}""");
        });

        foreach (var name in names)
        {
            (await Records(kind).GetAsync(name)).ShouldBeJson(name == "append" ? """{"list":[2]}""" : """{"n":1}""");
            (await Records(kind).GetTtlAsync(name)).ShouldBe(CacheTtl.NoExpiry);
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(9_999, 1)]
    [InlineData(10_000, 1)]
    [InlineData(10_001, 2)]
    [InlineData(1_234_567, 124)]
    public async Task Ttl_IsRoundedUpToAMillisecond(long ticks, int milliseconds)
    {
        // Where the clock is not ours to stop, a life of a millisecond is over before it is looked at.
        var spare = Harness.TtlTolerance > TimeSpan.Zero ? Life : TimeSpan.Zero;
        var rounded = spare + TimeSpan.FromMilliseconds(milliseconds);
        await Me.State.SetAsync("r", CacheDocument.Empty, spare + new TimeSpan(ticks));
        ShouldLive(await Me.State.GetTtlAsync("r"), rounded);

        await AdvanceAsync(rounded - Harness.TimeStep);
        if (rounded > Harness.TimeStep) (await Me.State.ExistsAsync("r")).ShouldBeTrue();
        await AdvanceAsync(Harness.TimeStep);
        (await Me.State.ExistsAsync("r")).ShouldBeFalse();
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Ttl_AsLongAsThereIs_DoesNotOverflow(RecordKind kind)
    {
        await Records(kind).SetAsync("r", Json("""{"n":1}"""), TimeSpan.MaxValue);
        await AdvanceAsync(TimeSpan.FromHours(1));

        (await Records(kind).ExistsAsync("r")).ShouldBeTrue();
        (await Records(kind).GetTtlAsync("r")).Remaining.ShouldNotBeNull()
            .ShouldBeGreaterThan(TimeSpan.FromDays(365_000));
        (await Records(kind).SetTtlAsync("r", TimeSpan.MaxValue)).ShouldBeTrue();
        (await Records(kind).ExistsAsync("r")).ShouldBeTrue();
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Expiry_ChangedInTime_FollowsTheLastChange(RecordKind kind)
    {
        foreach (var name in (string[])["longer", "shorter", "forever", "again"])
            await Records(kind).SetAsync(name, Json("""{"n":1}"""), Life);
        await Records(kind).SetTtlAsync("longer", Life * 3);
        await Records(kind).SetTtlAsync("shorter", Life / 3);
        await Records(kind).PersistAsync("forever");
        await AdvanceAsync(Life / 3);
        await Records(kind).SetAsync("again", Json("""{"n":2}"""), Life);

        (await Records(kind).ExistsAsync("shorter")).ShouldBeFalse();
        await AdvanceAsync(Life * 2 / 3);
        (await Records(kind).ExistsAsync("longer")).ShouldBeTrue();
        (await Records(kind).ExistsAsync("again")).ShouldBeTrue();
        await AdvanceAsync(Life / 3);
        (await Records(kind).ExistsAsync("again")).ShouldBeFalse();
        await AdvanceAsync(Life * 5 / 3);
        (await Records(kind).ExistsAsync("longer")).ShouldBeFalse();
        (await Records(kind).ExistsAsync("forever")).ShouldBeTrue();
    }

    [Fact]
    public async Task Expiry_OfManyRecords_IsEachAtItsOwnInstant()
    {
        const int Count = 50;
        for (var i = 1; i <= Count; i++)
            await Me.State.SetAsync($"r{i}", CacheDocument.Empty, TimeSpan.FromSeconds(i * 7 % 53 + 1));

        for (var second = 1; second <= 54; second++)
        {
            await AdvanceAsync(TimeSpan.FromSeconds(1));
            var alive = Enumerable.Range(1, Count).Where(i => i * 7 % 53 + 1 > second).Select(i => $"r{i}");
            (await NamesAsync(RecordKind.State)).ShouldBe(alive, ignoreOrder: true);
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task DeleteAll_DoesNotCountTheExpired(RecordKind kind)
    {
        await Records(kind).SetAsync("gone", CacheDocument.Empty, Life);
        await Records(kind).SetAsync("there", CacheDocument.Empty);
        await AdvanceAsync(Life);

        var deleted = kind switch
        {
            RecordKind.State => await Me.State.DeleteAllAsync(),
            RecordKind.User => await Me.User.DeleteAllAsync(),
            _ => await Table.DeleteAllAsync(TableName),
        };

        deleted.ShouldBe(1);
    }

    [Fact]
    public async Task Ttl_OfAResultReadEarlier_NeverGrows()
    {
        await Me.State.SetAsync("r", CacheDocument.Empty, Life);
        var read = await Me.State.TryGetAsync<CacheDocument>("r");
        ShouldLive(read.Ttl, Life);
        await AdvanceAsync(Life * 2);

        // The answer in hand is still a hit. A store in this process says that the record is gone by now, one that was
        // only told the remaining time can but repeat it.
        (await Me.State.ExistsAsync("r")).ShouldBeFalse();
        read.IsHit.ShouldBeTrue();
        (read.Ttl.Remaining ?? TimeSpan.Zero).ShouldBeLessThanOrEqualTo(Life + Harness.TtlTolerance);
    }

    private async Task<List<string>> NamesAsync(RecordKind kind)
    {
        var names = new List<string>();
        var items = kind switch
        {
            RecordKind.State => Me.State.ListAsync<CacheDocument>(),
            RecordKind.User => Me.User.ListAsync<CacheDocument>(),
            _ => Table.ListAsync<CacheDocument>(TableName),
        };
        await foreach (var item in items) names.Add(item.Name);
        return names;
    }
}
