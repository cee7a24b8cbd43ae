namespace Wappa.Caching.Redis.Tests.Records;

/// <summary>Other programs at our keys: a clear error, and nothing of theirs or ours is changed.</summary>
public sealed class DamageTests : RedisFixture
{
    private const string Key = "hotel123:user:1234567890";

    private static readonly Dictionary<string, RecordChange> Changes = new()
    {
        ["Set"] = new RecordChange.Set(Json("""{"n":1}""")),
        ["Merge"] = new RecordChange.Merge(Json("""{"n":1}""")),
        ["SetField"] = new RecordChange.SetField("n", "1"u8.ToArray()),
        ["Increment"] = new RecordChange.Increment("n", CacheNumber.From(1)),
        ["IncrementDecimal"] = new RecordChange.Increment("n", CacheNumber.From(1m)),
        ["Append"] = new RecordChange.Append("list", "1"u8.ToArray()),
        ["RemoveField"] = new RecordChange.RemoveField("n"),
        ["Delete"] = new RecordChange.Delete(),
        ["Expire"] = new RecordChange.Expire(TimeSpan.FromHours(1)),
        ["Persist"] = new RecordChange.Persist(),
        ["CreateIfAbsent"] = new RecordChange.CreateIfAbsent(Json("""{"n":1}""")),
        ["ReplaceIf"] = new RecordChange.ReplaceIf(Json("""{"n":1}"""), 1),
        ["Require"] = new RecordChange.Require(0),
    };

    public static TheoryData<string> All => [.. Changes.Keys];

    [Theory, MemberData(nameof(All))]
    public async Task Change_OfAKeyOfAnotherType_IsCorrupt(string change)
    {
        await RawAsync(RecordKind.User, "SET", Key, "theirs");

        await ShouldBeCorruptAsync(async () => await Store.ApplyAsync(Profile, Changes[change]));
        await ShouldBeCorruptAsync(async () => await Store.CommitAsync(
            [new(RecordKey.State(Tenant, UserId, "a"), new RecordChange.Set(Json("{}"))), new(Profile, Changes[change])]));

        (await RawAsync(RecordKind.User, "GET", Key)).ShouldBe("theirs");
        (await Store.GetAsync(RecordKey.State(Tenant, UserId, "a"))).IsHit.ShouldBeFalse();
    }

    [Fact]
    public async Task Read_OfAKeyOfAnotherType_IsCorrupt()
    {
        await RawAsync(RecordKind.User, "LPUSH", Key, "theirs");

        await ShouldBeCorruptAsync(async () => await Store.GetAsync(Profile));
        await ShouldBeCorruptAsync(async () => await Store.GetFieldAsync(Profile, "n"));
        await ShouldBeCorruptAsync(async () => await Store.GetTtlAsync(Profile));
        await ShouldBeCorruptAsync(async () => await Store.GetManyAsync([Profile]));
        await ShouldBeCorruptAsync(async () => await Store.WriteManyAsync([new(Profile, Changes["Set"])]));
    }

    [Fact]
    public async Task Create_OverAnIndexOfAnotherType_IsCorruptAndCreatesNothing()
    {
        await RawAsync(RecordKind.User, "SET", Key + ":%names", "theirs");

        await ShouldBeCorruptAsync(async () => await Store.ApplyAsync(Profile, Changes["Set"]));
        await ShouldBeCorruptAsync(async () => await Store.CommitAsync(
            [new(RecordKey.State(Tenant, UserId, "a"), new RecordChange.Set(Json("{}"))), new(Profile, Changes["Set"])]));

        (await Store.GetAsync(Profile)).IsHit.ShouldBeFalse();
        (await Store.GetAsync(RecordKey.State(Tenant, UserId, "a"))).IsHit.ShouldBeFalse();
    }

    [Fact]
    public async Task Delete_WithAnIndexOfAnotherType_IsCorruptAndDeletesNothing()
    {
        var state = RecordKey.State(Tenant, UserId, "a");
        await Store.ApplyAsync(Profile, Changes["Set"]);
        await Store.ApplyAsync(state, Changes["Set"]);
        await RawAsync(RecordKind.State, "SET", "hotel123:state:%names:1234567890", "theirs");

        await ShouldBeCorruptAsync(async () => await Store.ApplyAsync(state, Changes["Delete"]));
        await ShouldBeCorruptAsync(async () => await Store.WriteManyAsync([new(state, Changes["Delete"])]));
        await ShouldBeCorruptAsync(async () => await Store.CommitAsync(
            [new(Profile, new RecordChange.Set(Json("""{"n":2}"""))), new(state, Changes["Delete"])]));
        await ShouldBeCorruptAsync(async () => await Store.CommitAsync(
            [new(RecordKey.User(Tenant, UserId, "new"), Changes["Set"]), new(RecordKey.State(Tenant, UserId, "b"), Changes["Set"])]));

        (await Store.GetAsync(state)).IsHit.ShouldBeTrue();
        (await Store.GetAsync(Profile)).Document!.GetField<int>("n").ShouldBe(1);
        (await RawAsync(RecordKind.User, "ZCARD", Key + ":%names")).ShouldBe(1L);
        (await RawAsync(RecordKind.State, "GET", "hotel123:state:%names:1234567890")).ShouldBe("theirs");
    }

    [Theory]
    [InlineData("Ann")]
    [InlineData("")]
    [InlineData("1,\"x\":2")]
    [InlineData("{\"a\":1")]
    [InlineData("[1,]")]
    [InlineData("1.")]
    [InlineData("01")]
    [InlineData("0.")]
    [InlineData("1.2.3")]
    [InlineData("0.5x")]
    [InlineData("1.5e")]
    [InlineData("\"a\" \"b\"")]
    public async Task Value_ThatIsNoJson_IsCorruptAndStays(string value)
    {
        await RawAsync(RecordKind.User, "HSET", Key, "name", value);

        await ShouldBeCorruptAsync(async () => await Store.GetAsync(Profile));
        (await RawAsync(RecordKind.User, "HGET", Key, "name")).ShouldBe(value);
        (await Store.ApplyAsync(Profile, Changes["Set"])).Applied.ShouldBeTrue();
        (await Me.User.GetFieldAsync<int>("profile", "n")).ShouldBe(1);
    }

    [Theory]
    [InlineData("")]
    [InlineData("garbage")]
    [InlineData("-5")]
    [InlineData("99999999999999999999999999")]
    [InlineData("5 garbage 1:2")]
    public async Task Metadata_SpoiledByHand_DoNotStandInTheWay(string meta)
    {
        await RawAsync(RecordKind.User, "HSET", Key, "n", "1", "$meta", meta);

        (await Store.GetAsync(Profile)).IsHit.ShouldBeTrue();
        (await Store.ApplyAsync(Profile, Changes["Set"])).Applied.ShouldBeTrue();
        (await Me.User.IncrementFieldAsync("profile", "n")).ShouldBe(2);
        (await Store.GetAsync(Profile)).Revision.ShouldBeGreaterThan(1);
    }

    [Fact]
    public async Task Scripts_FlushedAmongManyCalls_AreSentAgain()
    {
        await using var raw = await RawAsync(RecordKind.User);
        var writers = Enumerable.Range(0, 20).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 50; i++) await Me.User.IncrementFieldAsync("profile", "n");
        })).ToArray();
        for (var i = 0; i < 20; i++) await raw.CallAsync("SCRIPT", "FLUSH");
        await Task.WhenAll(writers);

        (await Me.User.GetFieldAsync<int>("profile", "n")).ShouldBe(1_000);
    }

    private static async Task ShouldBeCorruptAsync(Func<Task> call)
    {
        var error = await call.ShouldThrowAsync<CacheStoreCorruptException>();
        error.Message.ShouldNotContain(UserId);
        error.OutcomeUnknown.ShouldBeFalse();
    }
}
