using System.Globalization;

namespace Wappa.Caching.Redis.Tests.Records;

/// <summary>What stands in Redis is what the README says, to be read with <c>redis-cli</c> and changed by hand.</summary>
public sealed class LayoutTests : RedisFixture
{
    [Fact]
    public async Task Record_OfEachKind_HasTheKeyAndDatabaseOfItsKind()
    {
        await Me.User.SetAsync("profile", Json("""{"name":"Ann"}"""));
        await Me.User.SetAsync("stats", Json("""{"n":1}"""));
        await Me.State.SetAsync("pizza_order", Json("""{"step":"size"}"""));
        await Me.Table.SetAsync("products", "pizza_large", Json("""{"price":15.99}"""));

        await ShouldBeAsync(RecordKind.User, "hotel123:user:%names:not", false);
        await ShouldBeAsync(RecordKind.User, "hotel123:user:1234567890", true);
        await ShouldBeAsync(RecordKind.User, "hotel123:user:1234567890:stats", true);
        await ShouldBeAsync(RecordKind.User, "hotel123:user:1234567890:%names", true);
        await ShouldBeAsync(RecordKind.State, "hotel123:state:pizza_order:1234567890", true);
        await ShouldBeAsync(RecordKind.State, "hotel123:state:%names:1234567890", true);
        await ShouldBeAsync(RecordKind.Table, "hotel123:df:products:pkid:pizza_large", true);
        await ShouldBeAsync(RecordKind.Table, "hotel123:df:products:pkid:%names", true);
        ((long)(await RawAsync(RecordKind.User, "DBSIZE"))!).ShouldBe(3);
        ((long)(await RawAsync(RecordKind.State, "DBSIZE"))!).ShouldBe(2);
        ((long)(await RawAsync(RecordKind.Table, "DBSIZE"))!).ShouldBe(2);
    }

    [Fact]
    public async Task Fields_AreJsonTextsAndNumbersBare()
    {
        await Me.User.SetAsync("profile", Json("""{"name":"Ann","n":42,"list":[1,"a"],"$odd":null,"$meta":1,"big":9007199254740993}"""));
        var revision = (await Store.GetAsync(Profile)).Revision;

        (await HashAsync(RecordKind.User, "hotel123:user:1234567890")).ShouldBe(
            new Dictionary<string, string>
            {
                ["name"] = "\"Ann\"", ["n"] = "42", ["list"] = """[1,"a"]""", ["$$odd"] = "null", ["$$meta"] = "1",
                ["big"] = "9007199254740993", ["$meta"] = FormattableString.Invariant($"{revision}/81"),
            },
            ignoreOrder: true);
    }

    [Fact]
    public async Task Numbers_CanBeIncrementedByHand()
    {
        await Me.User.SetAsync("profile", Json("""{"n":9007199254740993}"""));

        await RawAsync(RecordKind.User, "HINCRBY", "hotel123:user:1234567890", "n", "2");

        (await Me.User.IncrementFieldAsync("profile", "n", 5)).ShouldBe(9007199254741000);
    }

    [Fact]
    public async Task Hash_MadeByHand_IsARecord()
    {
        await RawAsync(RecordKind.User, "HSET", "hotel123:user:1234567890", "name", "\"Ann\"", "n", "1");

        var read = await Store.GetAsync(Profile);
        read.Revision.ShouldBe(1);
        read.Document!.FieldNames.ShouldBe(["name", "n"]);
        (await Store.GetFieldAsync(Profile, "n")).Revision.ShouldBe(1);
        (await Store.GetTtlAsync(Profile)).ShouldBe(CacheTtl.NoExpiry);
        (await Me.User.CreateIfAbsentAsync("profile", CacheDocument.Empty)).Outcome.ShouldBe(ChangeOutcome.Exists);
        (await Me.User.ReplaceIfAsync("profile", Json("""{"n":2}"""), 1)).Written.ShouldBeTrue();
        (await Store.GetAsync(Profile)).Revision.ShouldBeGreaterThan(1_000_000_000_000_000);
        (await Me.User.DeleteAsync("profile")).ShouldBeTrue();
    }

    [Fact]
    public async Task Revision_IsTheServersMicroseconds()
    {
        await Me.User.SetAsync("profile", CacheDocument.Empty);
        await using var raw = await RawAsync(RecordKind.User);
        var time = await raw.ListAsync("TIME");
        var now = (long.Parse(time[0], CultureInfo.InvariantCulture) * 1_000_000) + long.Parse(time[1], CultureInfo.InvariantCulture);

        (await Store.GetAsync(Profile)).Revision.ShouldBeInRange(now - 10_000_000, now);
    }

    [Fact]
    public async Task Revision_BeyondTheServersClock_StillGrows()
    {
        await RawAsync(RecordKind.User, "HSET", "hotel123:user:1234567890", "$meta", "4000000000000000");

        await Me.User.SetAsync("profile", Json("""{"n":1}"""));
        (await Store.GetAsync(Profile)).Revision.ShouldBe(4_000_000_000_000_001);
        await Me.User.IncrementFieldAsync("profile", "n");
        (await Store.GetAsync(Profile)).Revision.ShouldBe(4_000_000_000_000_002);
    }

    [Fact]
    public async Task ManyFields_AreWrittenAndReplacedWhole()
    {
        var many = CacheDocument.Parse("{" + string.Join(',', Enumerable.Range(0, 5_000).Select(i => $"\"f{i}\":{i}")) + "}");
        await Me.User.SetAsync("profile", many);
        (await Me.User.GetAsync("profile"))!.Count.ShouldBe(5_000);

        var revision = (await Store.GetAsync(Profile)).Revision;
        (await Store.ApplyAsync(Profile, new RecordChange.Expire(TimeSpan.FromHours(1)))).Applied.ShouldBeTrue();
        revision = (await Store.GetAsync(Profile)).Revision;
        (await Store.ApplyAsync(Profile, new RecordChange.ReplaceIf(Json("""{"f1":"new"}"""), revision))).Applied.ShouldBeTrue();

        (await HashAsync(RecordKind.User, "hotel123:user:1234567890")).Keys.ShouldBe(["f1", "$meta"], ignoreOrder: true);
        (await Store.GetTtlAsync(Profile)).Remaining.ShouldNotBeNull();
    }

    [Fact]
    public async Task Index_HoldsWhatIsThere()
    {
        await Me.State.SetAsync("a", CacheDocument.Empty);
        await Me.State.SetAsync("b", CacheDocument.Empty, TimeSpan.FromSeconds(30));
        await Me.State.SetAsync("c", CacheDocument.Empty);
        await Me.State.DeleteAsync("c");
        await ShouldHoldAsync("a", "b");

        await Harness.AdvanceAsync(TimeSpan.FromSeconds(30));
        await ShouldHoldAsync("a", "b");
        await foreach (var item in Me.State.ListAsync<CacheDocument>()) item.Name.ShouldBe("a");
        await ShouldHoldAsync("a");
        (await Me.EraseAsync()).ShouldBe(1);
        ((long)(await RawAsync(RecordKind.State, "DBSIZE"))!).ShouldBe(0);

        async Task ShouldHoldAsync(params string[] names)
        {
            await using var raw = await RawAsync(RecordKind.State);
            (await raw.ListAsync("ZRANGE", "hotel123:state:%names:1234567890", "0", "-1")).ShouldBe(names);
        }
    }

    [Fact]
    public async Task Erasing_OneOfManyUsers_TouchesNobodyElse()
    {
        var caches = CacheFactory.Over(Store);
        string[] users = ["*", "?", "[a]", "a*", "\\", "1234567890", "é", "日本", "{a}", "a:b", "a%3Ab"];
        foreach (var user in users)
        {
            await caches.ForUser(Tenant, user).State.SetAsync("*", Json("""{"n":1}"""));
            await caches.ForUser(Tenant, user).User.SetAsync("profile", Json("""{"n":1}"""));
        }

        foreach (var user in users) (await caches.ForUser(Tenant, user).EraseAsync()).ShouldBe(2, user);
        ((long)(await RawAsync(RecordKind.State, "DBSIZE"))!).ShouldBe(0);
    }

    private async Task ShouldBeAsync(RecordKind kind, string key, bool isThere) =>
        ((long)(await RawAsync(kind, "EXISTS", key))! == 1).ShouldBe(isThere, key);
}
