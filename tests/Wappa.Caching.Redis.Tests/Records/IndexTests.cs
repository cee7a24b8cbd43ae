using System.Globalization;

namespace Wappa.Caching.Redis.Tests.Records;

/// <summary>An index names the records there are: what expired leaves it without a listing, what somebody made by hand enters it.</summary>
public sealed class IndexTests : RedisFixture
{
    private const string States = "hotel123:state:%names:1234567890";
    private const string Rows = "hotel123:df:dedupe:pkid:%names";

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    public static TheoryData<string> Creations => ["Set", "SetField", "Increment", "Append", "CreateIfAbsent", "Commit"];

    [Theory, MemberData(nameof(Creations))]
    public async Task Names_OfExpiredRecords_LeaveWithLaterCreations(string how)
    {
        for (var i = 0; i < 200; i++) await Store.ApplyAsync(Row($"50%:m{i}"), new RecordChange.Set(Json("{}"), Hour));
        await Store.ApplyAsync(Row("stays"), new RecordChange.Set(Json("{}")));
        await Harness.AdvanceAsync(Hour);
        (await NumberAsync(RecordKind.Table, "ZCARD", Rows)).ShouldBe(201);

        for (var i = 0; i < 400; i++)
        {
            if (how == "Commit") await CreateAsync(how, RecordKey.State(Tenant, UserId, $"x{i}"));
            else await CreateAsync(how, Row($"x{i}"));
        }

        if (how == "Commit") return; // has no rows: only that the trimming of states drops none that are there
        var names = await ListOfAsync(RecordKind.Table, Rows);
        names.Length.ShouldBeInRange(401, 440);
        names.ShouldContain("stays");
        for (var i = 0; i < 400; i++) names.ShouldContain($"x{i}");
    }

    [Fact]
    public async Task Creations_OfRecordsOfEveryName_DropNoneThatIsThere()
    {
        string[] odd = ["profile", "{a}", "a:b", "50%", "%names", "%25", "é", " ", "}"];
        var names = odd.Concat(Enumerable.Range(0, 100).Select(i => $"n{i}")).ToArray();
        for (var turn = 0; turn < 2; turn++)
        {
            foreach (var name in names)
            {
                foreach (var key in (RecordKey[])[RecordKey.User(Tenant, UserId, name), RecordKey.State(Tenant, UserId, name), Row(name)])
                {
                    await Store.ApplyAsync(key, new RecordChange.Delete());
                    await Store.ApplyAsync(key, new RecordChange.Set(Json("{}")));
                }
            }
        }

        (await CountAsync(RecordSet.UserRecords(Tenant, UserId))).ShouldBe(names.Length);
        (await CountAsync(RecordSet.States(Tenant, UserId))).ShouldBe(names.Length);
        (await CountAsync(RecordSet.Rows(Tenant, "dedupe"))).ShouldBe(names.Length);
    }

    [Theory, MemberData(nameof(Creations))]
    public async Task Index_WhoseRecordsAllExpire_ExpiresAfterThem(string how)
    {
        var order = RecordKey.State(Tenant, UserId, "order");
        await CreateAsync(how, order, Hour);
        (await NumberAsync(RecordKind.State, "PTTL", States)).ShouldBeGreaterThanOrEqualTo(await TtlAsync("order"));

        await Harness.AdvanceAsync(2 * Hour);
        (await NumberAsync(RecordKind.State, "DBSIZE")).ShouldBe(0);

        await CreateAsync(how, order, Hour);
        await CreateAsync(how, RecordKey.State(Tenant, UserId, "longer"), 10 * Hour);
        (await NumberAsync(RecordKind.State, "PTTL", States)).ShouldBeGreaterThanOrEqualTo(await TtlAsync("longer"));
        await CreateAsync(how, RecordKey.State(Tenant, UserId, "forever"));
        (await NumberAsync(RecordKind.State, "PTTL", States)).ShouldBe(-1);
    }

    public static TheoryData<string> Overwrites => ["Set", "SetOfOthers", "Merge", "Increment", "Append", "Expire", "ReplaceIf", "Commit"];

    [Theory, MemberData(nameof(Overwrites))]
    public async Task Index_RecordLivesLonger_DoesToo(string how)
    {
        var key = RecordKey.State(Tenant, UserId, "order");
        await Store.ApplyAsync(key, new RecordChange.Set(Json("""{"a":1}"""), Hour));

        await OverwriteAsync(how, key, 100 * Hour);
        (await NumberAsync(RecordKind.State, "PTTL", States)).ShouldBeGreaterThanOrEqualTo(await TtlAsync("order"));
        await Harness.AdvanceAsync(99 * Hour);
        (await CountAsync(RecordSet.States(Tenant, UserId))).ShouldBe(1);
    }

    [Theory]
    [InlineData("Set")]
    [InlineData("SetOfOthers")]
    [InlineData("Persist")]
    [InlineData("Commit")]
    public async Task Index_RecordIsToStay_StaysToo(string how)
    {
        var key = RecordKey.State(Tenant, UserId, "order");
        await Store.ApplyAsync(key, new RecordChange.Set(Json("""{"a":1}"""), Hour));

        await OverwriteAsync(how, key, null);

        (await TtlAsync("order")).ShouldBe(-1);
        (await NumberAsync(RecordKind.State, "PTTL", States)).ShouldBe(-1);
    }

    [Fact]
    public async Task Index_ThatIsGone_IsMadeAgainByAChangeOfTheTimeToLive()
    {
        var key = RecordKey.State(Tenant, UserId, "order");
        await Store.ApplyAsync(key, new RecordChange.Set(Json("""{"a":1}"""), Hour));
        foreach (var how in (string[])["Set", "Merge", "Expire"])
        {
            await RawAsync(RecordKind.State, "DEL", States);
            await OverwriteAsync(how, key, Hour);
            (await ListOfAsync(RecordKind.State, States)).ShouldBe(["order"], how);
            (await NumberAsync(RecordKind.State, "PTTL", States)).ShouldBeGreaterThanOrEqualTo(await TtlAsync("order"));
        }
    }

    [Theory]
    [InlineData("Set")]
    [InlineData("SetField")]
    [InlineData("Increment")]
    [InlineData("Append")]
    [InlineData("RemoveField")]
    [InlineData("ReplaceIf")]
    [InlineData("Many")]
    public async Task Hash_MadeByHand_IsListedAndErasedOnceItWasChanged(string how)
    {
        await RawAsync(RecordKind.User, "HSET", "hotel123:user:1234567890", "a", "5");

        await HandMade.ChangeAsync(Store, Profile, how);

        (await CountAsync(RecordSet.UserRecords(Tenant, UserId))).ShouldBe(1);
        (await Store.DeleteAllAsync(RecordSet.OfUser(Tenant, UserId))).ShouldBe(1);
        (await NumberAsync(RecordKind.User, "DBSIZE")).ShouldBe(0);
    }

    [Fact]
    public async Task Hash_MadeByHandWithATimeToLive_KeepsItAndItsIndexLivesAsLong()
    {
        await RawAsync(RecordKind.State, "HSET", "hotel123:state:order:1234567890", "a", "5");
        await RawAsync(RecordKind.State, "EXPIRE", "hotel123:state:order:1234567890", "100");

        await Store.ApplyAsync(RecordKey.State(Tenant, UserId, "order"), new RecordChange.SetField("b", "1"u8.ToArray()));

        (await TtlAsync("order")).ShouldBeInRange(1, 100_000);
        (await NumberAsync(RecordKind.State, "PTTL", States)).ShouldBeGreaterThanOrEqualTo(await TtlAsync("order"));
    }

    private static RecordKey Row(string id) => RecordKey.Table(Tenant, TableKey.Row("dedupe", id));

    private async Task CreateAsync(string how, RecordKey key, TimeSpan? ttl = null)
    {
        RecordChange change = how switch
        {
            "SetField" => new RecordChange.SetField("a", "1"u8.ToArray(), ttl, ttl),
            "Increment" => new RecordChange.Increment("a", CacheNumber.From(1), ttl, ttl),
            "Append" => new RecordChange.Append("a", "1"u8.ToArray(), null, ttl, ttl),
            "CreateIfAbsent" => new RecordChange.CreateIfAbsent(Json("{}"), ttl),
            _ => new RecordChange.Set(Json("{}"), ttl),
        };
        if (how == "Commit") (await Store.CommitAsync([new(key, change)])).Committed.ShouldBeTrue();
        else (await Store.ApplyAsync(key, change)).Applied.ShouldBeTrue();
    }

    private async Task OverwriteAsync(string how, RecordKey key, TimeSpan? ttl)
    {
        RecordChange change = how switch
        {
            "SetOfOthers" => new RecordChange.Set(Json("""{"b":1}"""), ttl),
            "Merge" => new RecordChange.Merge(Json("""{"b":1}"""), ttl),
            "Increment" => new RecordChange.Increment("n", CacheNumber.From(1), ttl),
            "Append" => new RecordChange.Append("l", "1"u8.ToArray(), null, ttl),
            "Expire" => new RecordChange.Expire(ttl!.Value),
            "Persist" => new RecordChange.Persist(),
            "ReplaceIf" => new RecordChange.ReplaceIf(Json("{}"), (await Store.GetAsync(key)).Revision, ttl),
            _ => new RecordChange.Set(Json("""{"a":2}"""), ttl),
        };
        if (how != "Commit") (await Store.ApplyAsync(key, change)).Applied.ShouldBeTrue();
        else (await Store.CommitAsync([new(Profile, new RecordChange.Set(Json("{}"))), new(key, change)])).Committed.ShouldBeTrue();
    }

    private async Task<int> CountAsync(RecordSet set)
    {
        var count = 0;
        await foreach (var _ in Store.ListAsync(set)) count++;
        return count;
    }

    private Task<long> TtlAsync(string state) =>
        NumberAsync(RecordKind.State, "PTTL", string.Create(CultureInfo.InvariantCulture, $"hotel123:state:{state}:1234567890"));

    private async Task<long> NumberAsync(RecordKind kind, params string[] words) => (long)(await RawAsync(kind, words))!;

    private async Task<string[]> ListOfAsync(RecordKind kind, string names)
    {
        await using var raw = await RawAsync(kind);
        return await raw.ListAsync("ZRANGE", names, "0", "-1");
    }
}

/// <summary>Changes of a hash that somebody made: of the one field <c>a</c>, 5.</summary>
internal static class HandMade
{
    internal static async Task ChangeAsync(IDocumentStore store, RecordKey key, string how)
    {
        RecordChange change = how switch
        {
            "SetField" => new RecordChange.SetField("b", "1"u8.ToArray()),
            "Increment" => new RecordChange.Increment("a", CacheNumber.From(1)),
            "Append" => new RecordChange.Append("l", "1"u8.ToArray()),
            "RemoveField" => new RecordChange.RemoveField("a"),
            "ReplaceIf" => new RecordChange.ReplaceIf(CacheDocument.Parse("""{"b":1}"""), 1),
            _ => new RecordChange.Set(CacheDocument.Parse("""{"a":1}""")),
        };
        var result = how == "Many" ? (await store.WriteManyAsync([new(key, change)]))[0] : await store.ApplyAsync(key, change);
        result.Applied.ShouldBeTrue();
        if (how == "Increment") result.Number.ToInt64().ShouldBe(6);
    }
}
