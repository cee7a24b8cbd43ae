using Wappa.Testing.Records;

namespace Wappa.Testing;

/// <summary>What each operation does to the time to live: given or omitted, on a record that is missing or there, with
/// a default of the scope or without.</summary>
/// <param name="harness">The store under test.</param>
public abstract class RecordTtlConformance(DocumentStoreHarness harness) : RecordConformance(harness)
{
    private static readonly TimeSpan Given = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Before = TimeSpan.FromMinutes(7);

    private static readonly Dictionary<string, Func<IRecordCache<string>, TimeSpan?, ValueTask>> Writes = new()
    {
        ["Set"] = async (cache, ttl) => await cache.SetAsync("r", Json("""{"n":1}"""), ttl),
        ["SetMany"] = async (cache, ttl) =>
            await cache.SetManyAsync([KeyValuePair.Create("r", Json("""{"n":1}"""))], ttl),
        ["Merge"] = async (cache, ttl) => await cache.MergeAsync("r", Json("""{"n":1}"""), ttl),
        ["SetField"] = async (cache, ttl) => await cache.SetFieldAsync("r", "n", 1, ttl),
        ["SetFields"] = async (cache, ttl) =>
            await cache.SetFieldsAsync("r", new Dictionary<string, object?> { ["n"] = 1 }, ttl),
        ["Increment"] = async (cache, ttl) => await cache.IncrementFieldAsync("r", "n", 1, ttl),
        ["IncrementDecimal"] = async (cache, ttl) => await cache.IncrementFieldAsync("r", "n", 1.5m, ttl),
        ["IncrementDouble"] = async (cache, ttl) => await cache.IncrementFieldAsync("r", "n", 1.5, ttl),
        ["IncrementByProperty"] = async (cache, ttl) =>
            await cache.IncrementFieldAsync<Step>("r", s => s.Number, 1, ttl),
        ["Append"] = async (cache, ttl) => await cache.AppendToListAsync("r", "list", 1, ttl: ttl),
        ["CreateIfAbsent"] = async (cache, ttl) => await cache.CreateIfAbsentAsync("r", Json("""{"n":1}"""), ttl),
        ["ReplaceIf"] = async (cache, ttl) =>
            await cache.ReplaceIfAsync("r", Json("""{"n":1}"""), (await cache.TryGetAsync<CacheDocument>("r")).Revision,
                ttl),
        ["Update"] = async (cache, ttl) => await cache.UpdateAsync<CacheDocument>("r", _ => Json("""{"n":1}"""), ttl),
        ["SetTtl"] = async (cache, ttl) => await cache.SetTtlAsync("r", ttl!.Value),
    };

    /// <summary>Operations that create a missing record, for each kind.</summary>
    public static TheoryData<RecordKind, string> Creating => Data(name => name is not ("ReplaceIf" or "SetTtl"));

    /// <summary>Operations that change a record that is there, for each kind.</summary>
    public static TheoryData<RecordKind, string> Changing => Data(name => name != "CreateIfAbsent");

    /// <summary>Operations that keep the time to live of a record that is there if they are given none.</summary>
    public static TheoryData<RecordKind, string> Keeping =>
        Data(name => name is not ("Set" or "SetMany" or "CreateIfAbsent" or "SetTtl"));

    /// <summary>Every operation that takes a time to live, with one that is no time to live.</summary>
    public static TheoryData<string, long> Refused =>
        [.. Writes.Keys.SelectMany(name => new (string, long)[] { (name, 0), (name, -1), (name, long.MinValue) })];

    [Theory, MemberData(nameof(Creating))]
    public async Task TtlGiven_MissingRecord_IsSet(RecordKind kind, string write)
    {
        await Writes[write](Records(kind), Given);

        ShouldLive(await Records(kind).GetTtlAsync("r"), Given);
    }

    [Theory, MemberData(nameof(Changing))]
    public async Task TtlGiven_PresentRecord_IsSetAnew(RecordKind kind, string write)
    {
        await Records(kind).SetAsync("r", CacheDocument.Empty, Before);
        await AdvanceAsync(TimeSpan.FromMinutes(1));

        await Writes[write](Records(kind), Given);

        ShouldLive(await Records(kind).GetTtlAsync("r"), Given);
    }

    [Theory, MemberData(nameof(Changing))]
    public async Task TtlGiven_PresentRecordWithoutOne_IsSet(RecordKind kind, string write)
    {
        await Records(kind).SetAsync("r", CacheDocument.Empty);

        await Writes[write](Records(kind), Given);

        ShouldLive(await Records(kind).GetTtlAsync("r"), Given);
    }

    [Theory, MemberData(nameof(Creating))]
    public async Task TtlOmitted_MissingRecord_NeverExpiresByDefault(RecordKind kind, string write)
    {
        await Writes[write](Records(kind), null);

        (await Records(kind).GetTtlAsync("r")).ShouldBe(CacheTtl.NoExpiry);
        await AdvanceAsync(TimeSpan.FromDays(400));
        (await Records(kind).ExistsAsync("r")).ShouldBeTrue();
    }

    [Theory, MemberData(nameof(Creating))]
    public async Task TtlOmitted_MissingRecord_TakesTheDefaultOfItsScope(RecordKind kind, string write)
    {
        await Writes[write](WithDefaults(kind), null);

        ShouldLive(await Records(kind).GetTtlAsync("r"), DefaultOf(kind));
    }

    [Theory, MemberData(nameof(Creating))]
    public async Task TtlGiven_MissingRecord_BeatsTheDefault(RecordKind kind, string write)
    {
        await Writes[write](WithDefaults(kind), Given);

        ShouldLive(await Records(kind).GetTtlAsync("r"), Given);
    }

    [Theory, MemberData(nameof(Keeping))]
    public async Task TtlOmitted_PresentRecord_IsKept(RecordKind kind, string write)
    {
        await Records(kind).SetAsync("r", CacheDocument.Empty, Before);
        await AdvanceAsync(TimeSpan.FromMinutes(2));

        await Writes[write](WithDefaults(kind), null);

        ShouldLive(await Records(kind).GetTtlAsync("r"), TimeSpan.FromMinutes(5));
    }

    [Theory, MemberData(nameof(Keeping))]
    public async Task TtlOmitted_PresentRecordWithoutOne_StaysWithoutOne(RecordKind kind, string write)
    {
        await Records(kind).SetAsync("r", CacheDocument.Empty);

        await Writes[write](WithDefaults(kind), null);

        (await Records(kind).GetTtlAsync("r")).ShouldBe(CacheTtl.NoExpiry);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task TtlOmitted_Set_StartsTheDefaultAnewOrEndsExpiry(RecordKind kind)
    {
        foreach (var write in (string[])["Set", "SetMany"])
        {
            await Records(kind).SetAsync("r", CacheDocument.Empty, Before);
            await Writes[write](WithDefaults(kind), null);
            ShouldLive(await Records(kind).GetTtlAsync("r"), DefaultOf(kind));

            await Writes[write](Records(kind), null);
            (await Records(kind).GetTtlAsync("r")).ShouldBe(CacheTtl.NoExpiry);
        }
    }

    [Theory, MemberData(nameof(Refused))]
    public async Task TtlNotAboveZero_IsRefusedAndChangesNothing(string write, long ticks)
    {
        await Me.State.SetAsync("r", Json("""{"n":0}"""), Before);

        await Should.ThrowAsync<ArgumentOutOfRangeException>(
            async () => await Writes[write](Me.State, new TimeSpan(ticks)));

        (await Me.State.GetAsync("r")).ShouldBeJson("""{"n":0}""");
        ShouldLive(await Me.State.GetTtlAsync("r"), Before);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task RemoveField_KeepsTheTtl(RecordKind kind)
    {
        await Records(kind).SetAsync("r", Json("""{"n":1}"""), Before);
        await AdvanceAsync(TimeSpan.FromMinutes(2));

        await Records(kind).RemoveFieldAsync("r", "n");

        ShouldLive(await Records(kind).GetTtlAsync("r"), TimeSpan.FromMinutes(5));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task CreateIfAbsent_Refused_KeepsTheTtl(RecordKind kind)
    {
        await Records(kind).SetAsync("r", CacheDocument.Empty, Before);

        var refused = await Records(kind).CreateIfAbsentAsync("r", Json("""{"n":1}"""), Given);

        ShouldLive(refused.Ttl, Before);
        ShouldLive(await Records(kind).GetTtlAsync("r"), Before);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task SetTtl_And_Persist_TellWhetherTheRecordIsThere(RecordKind kind)
    {
        (await Records(kind).SetTtlAsync("r", Given)).ShouldBeFalse();
        (await Records(kind).PersistAsync("r")).ShouldBeFalse();
        (await Records(kind).ExistsAsync("r")).ShouldBeFalse();
        await Records(kind).SetAsync("r", Json("""{"n":1}"""));

        (await Records(kind).SetTtlAsync("r", Given)).ShouldBeTrue();
        ShouldLive(await Records(kind).GetTtlAsync("r"), Given);
        (await Records(kind).SetTtlAsync("r", TimeSpan.FromSeconds(5))).ShouldBeTrue();
        ShouldLive(await Records(kind).GetTtlAsync("r"), TimeSpan.FromSeconds(5));

        (await Records(kind).PersistAsync("r")).ShouldBeTrue();
        (await Records(kind).GetTtlAsync("r")).ShouldBe(CacheTtl.NoExpiry);
        (await Records(kind).PersistAsync("r")).ShouldBeTrue();
        (await Records(kind).GetAsync("r")).ShouldBeJson("""{"n":1}""");
    }

    [Fact]
    public async Task Ttl_OfEachRecord_IsItsOwn()
    {
        await Me.User.SetAsync("profile", CacheDocument.Empty, TimeSpan.FromMinutes(1));
        await Me.User.SetAsync("stats", CacheDocument.Empty, TimeSpan.FromMinutes(2));
        await Me.State.SetAsync("stats", CacheDocument.Empty);
        await AdvanceAsync(TimeSpan.FromMinutes(1));

        (await Me.User.ExistsAsync("profile")).ShouldBeFalse();
        ShouldLive(await Me.User.GetTtlAsync("stats"), TimeSpan.FromMinutes(1));
        (await Me.State.GetTtlAsync("stats")).ShouldBe(CacheTtl.NoExpiry);
    }

    private static TimeSpan DefaultOf(RecordKind kind) => TimeSpan.FromHours(1 + (int)kind);

    private static TheoryData<RecordKind, string> Data(Func<string, bool> chosen) =>
        [.. Enum.GetValues<RecordKind>().SelectMany(kind => Writes.Keys.Where(chosen).Select(name => (kind, name)))];

    private IRecordCache<string> WithDefaults(RecordKind kind)
    {
        var options = new CachingOptions
        {
            StateTtl = DefaultOf(RecordKind.State),
            UserTtl = DefaultOf(RecordKind.User),
            TableTtl = DefaultOf(RecordKind.Table),
        };
        return Records(CacheFactory.Over(Store, options).ForUser(Tenant, UserId), kind);
    }
}
