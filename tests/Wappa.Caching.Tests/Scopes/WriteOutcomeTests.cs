using Wappa.Testing;

namespace Wappa.Caching.Tests.Scopes;

/// <summary>What a caller is told of a write, and what it must never be told.</summary>
public class WriteOutcomeTests
{
    private readonly UserCaches _caches = CacheFactory.Over(new MemoryDocumentStore()).ForUser("t", "u");

    private interface IThing
    {
        int Size { get; }
    }

    [Fact]
    public async Task CreateIfAbsent_OfATypeThatCannotBeReadBack_ReportsTheWriteItMade()
    {
        IThing thing = new Thing(3);

        var created = await _caches.State.CreateIfAbsentAsync("thing", thing);

        created.Written.ShouldBeTrue();
        created.Value.ShouldBeSameAs(thing);
    }

    [Fact]
    public async Task Update_ToNull_SaysHowToEndARecord()
    {
        var error = await Should.ThrowAsync<InvalidOperationException>(async () =>
            await _caches.State.UpdateAsync<Thing?>("thing", _ => null));

        error.Message.ShouldContain("DeleteAsync");
    }

    [Fact]
    public async Task TryGetField_NullMissingAndZero_Differ()
    {
        await _caches.State.SetAsync("r", CacheDocument.Parse("""{"zero":0,"null":null}"""));

        var zero = await _caches.State.TryGetFieldAsync<int>("r", "zero");
        var isNull = await _caches.State.TryGetFieldAsync<int>("r", "null");
        var missing = await _caches.State.TryGetFieldAsync<int>("r", "missing");

        (zero.IsHit, zero.IsNull).ShouldBe((true, false));
        (isNull.IsHit, isNull.IsNull).ShouldBe((true, true));
        (missing.IsHit, missing.IsNull).ShouldBe((false, false));
    }

    [Fact]
    public async Task Ttl_OfAResultThatHasSinceExpired_IsMissing()
    {
        var time = new ManualTimeProvider();
        var state = CacheFactory.Over(new MemoryDocumentStore(time: time)).ForUser("t", "u").State;
        await state.SetAsync("r", new { }, TimeSpan.FromSeconds(1));
        var result = await state.TryGetAsync<CacheDocument>("r");

        time.Advance(TimeSpan.FromSeconds(1));

        result.Ttl.ShouldBe(CacheTtl.Missing);
    }

    [Fact]
    public void Change_WithoutItsContent_CannotBeMade()
    {
        Should.Throw<ArgumentNullException>(() => new RecordChange.Set(null!));
        Should.Throw<ArgumentNullException>(() => new RecordChange.SetField(null!, "1"u8.ToArray()));
        Should.Throw<ArgumentNullException>(() => new RecordChange.Append(null!, "1"u8.ToArray()));
    }

    [Fact]
    public void Text_OfAWriteAChangeOrASet_HoldsNothingOfAnyone()
    {
        var change = new RecordChange.Set(CacheDocument.Parse("""{"secret":1}"""));

        $"{new RecordWrite(RecordKey.State("t", "15550001", "x"), change)}".ShouldBe("Set of a State record");
        $"{RecordSet.States("t", "15550001")}".ShouldBe("State records");
    }

    private sealed record Thing(int Size) : IThing;
}
