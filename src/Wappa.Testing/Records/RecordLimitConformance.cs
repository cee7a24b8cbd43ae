using System.Text;
using System.Text.Json;
using Wappa.Testing.Records;

namespace Wappa.Testing;

/// <summary>A record has at most so many bytes and 64 levels; beyond that it is refused as a whole, never
/// cut.</summary>
/// <param name="harness">The store under test.</param>
public abstract class RecordLimitConformance(DocumentStoreHarness harness) : RecordConformance(harness)
{
    private const int Limit = 1_000;

    private static readonly Dictionary<string, Func<IRecordCache<string>, CacheDocument, ValueTask>> WholeWrites = new()
    {
        ["Set"] = async (cache, document) => await cache.SetAsync("r", document),
        ["Merge"] = async (cache, document) => await cache.MergeAsync("r", document),
        ["SetMany"] = async (cache, document) => await cache.SetManyAsync([KeyValuePair.Create("r", document)]),
        ["CreateIfAbsent"] = async (cache, document) => await cache.CreateIfAbsentAsync("r", document),
        ["Update"] = async (cache, document) => await cache.UpdateAsync<CacheDocument>("r", _ => document),
    };

    private static readonly Dictionary<string, Func<IRecordCache<string>, ValueTask>> GrowingByOne = new()
    {
        ["SetField"] = async cache => await cache.SetFieldAsync("r", "n", 10),
        ["SetFields"] = async cache => await cache.SetFieldsAsync("r", new Dictionary<string, object?> { ["n"] = 10 }),
        ["Merge"] = async cache => await cache.MergeAsync("r", new { n = 10 }),
        ["Increment"] = async cache => await cache.IncrementFieldAsync("r", "n"),
        ["IncrementDecimal"] = async cache => await cache.IncrementFieldAsync("r", "n", 1m),
        ["IncrementDouble"] = async cache => await cache.IncrementFieldAsync("r", "n", 1.0),
        ["ReplaceIf"] = async cache => await cache.ReplaceIfAsync(
            "r", Sized(Limit + 1), (await cache.TryGetAsync<CacheDocument>("r")).Revision),
        ["Update"] = async cache => await cache.UpdateAsync<CacheDocument>("r", _ => Sized(Limit + 1)),
    };

    /// <summary>Operations that write a whole record, for each kind.</summary>
    public static TheoryData<RecordKind, string> Whole => Data(WholeWrites.Keys);

    /// <summary>Operations that make a full record one byte longer, for each kind.</summary>
    public static TheoryData<RecordKind, string> Growing => Data(GrowingByOne.Keys);

    private protected override CachingOptions Options { get; } = new() { MaxRecordBytes = Limit };

    [Theory, MemberData(nameof(Whole))]
    public async Task Write_OfExactlyTheLimit_IsStored(RecordKind kind, string write)
    {
        await WholeWrites[write](Records(kind), Sized(Limit));

        (await Records(kind).GetAsync("r")).ShouldBeJson(Sized(Limit).ToString());
    }

    [Theory, MemberData(nameof(Whole))]
    public async Task Write_OneByteBeyondTheLimit_IsRefused(RecordKind kind, string write)
    {
        var error = await Should.ThrowAsync<CacheLimitException>(
            async () => await WholeWrites[write](Records(kind), Sized(Limit + 1)));

        error.Limit.ShouldBe(Limit);
        error.Actual.ShouldBe(Limit + 1);
        error.Message.ShouldContain("1000");
        (await Records(kind).ExistsAsync("r")).ShouldBeFalse();
    }

    [Theory, MemberData(nameof(Growing))]
    public async Task Change_OfAFullRecordByOneByte_IsRefusedAndChangesNothing(RecordKind kind, string change)
    {
        await Records(kind).SetAsync("r", Sized(Limit), TimeSpan.FromMinutes(1));
        var before = await Records(kind).TryGetAsync<CacheDocument>("r");

        await Should.ThrowAsync<CacheLimitException>(async () => await GrowingByOne[change](Records(kind)));

        var after = await Records(kind).TryGetAsync<CacheDocument>("r");
        after.Value.ShouldBeJson(Sized(Limit).ToString());
        after.Revision.ShouldBe(before.Revision);
        ShouldLive(after.Ttl, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Append_UntilTheLimit_IsRefusedWhereAMaxLengthIsNot()
    {
        var refused = false;
        for (var i = 0; i < 200 && !refused; i++)
        {
            try
            {
                await Me.State.AppendToListAsync("r", "list", "0123456789");
            }
            catch (CacheLimitException)
            {
                refused = true;
            }
        }

        refused.ShouldBeTrue();
        (await Me.State.GetAsync("r"))!.ByteCount.ShouldBeInRange(Limit - 13, Limit);
        (await Me.State.AppendToListAsync("r", "list", "0123456789", maxLength: 10)).ShouldBe(10);
    }

    [Fact]
    public async Task Change_ThatShrinksOrKeepsAFullRecord_IsMade()
    {
        await Me.State.SetAsync("r", Sized(Limit));

        (await Me.State.IncrementFieldAsync("r", "n", -1)).ShouldBe(8);
        (await Me.State.SetTtlAsync("r", TimeSpan.FromMinutes(1))).ShouldBeTrue();
        (await Me.State.RemoveFieldAsync("r", "text")).ShouldBeTrue();
        (await Me.State.GetAsync("r")).ShouldBeJson("""{"n":8}""");
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Depth_Of64Levels_IsStoredAndRead(RecordKind kind)
    {
        await Records(kind).SetAsync("element", Element(Nested(64)));
        await Records(kind).SetFieldAsync("field", "a", Element(Nested(63)));
        await Records(kind).MergeAsync("merge", Element(Nested(64)));
        await Records(kind).AppendToListAsync("append", "list", Element(Nested(62)));
        await Records(kind).SetAsync("graph", Graph(64));

        foreach (var name in (string[])["element", "field", "merge", "graph"])
            (await Records(kind).GetAsync(name)).ShouldBeJson(Nested(64));
        (await Records(kind).GetAsync<JsonElement>("element")).GetRawText().ShouldBe(Nested(64));
        (await Records(kind).GetFieldAsync<JsonElement>("field", "a")).GetRawText().ShouldBe(Nested(63));
        (await Records(kind).GetAsync("append")).ShouldBeJson($$"""{"list":[{{Nested(62)}}]}""");
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Depth_Of65Levels_IsRefusedAndChangesNothing(RecordKind kind)
    {
        Should.Throw<CacheSerializationException>(() => CacheDocument.Parse(Nested(65)));
        await Records(kind).SetAsync("r", Json("""{"list":[1]}"""));

        Func<Task>[] writes =
        [
            async () => await Records(kind).SetAsync("r", Element(Nested(65))),
            async () => await Records(kind).SetAsync("r", Graph(65)),
            async () => await Records(kind).SetFieldAsync("r", "a", Element(Nested(64))),
            async () => await Records(kind).SetFieldAsync("r", "a", Graph(64)),
            async () => await Records(kind).MergeAsync("r", Element(Nested(65))),
            async () => await Records(kind)
                .SetFieldsAsync("r", new Dictionary<string, object?> { ["a"] = Element(Nested(64)) }),
            async () => await Records(kind).AppendToListAsync("r", "list", Element(Nested(63))),
            async () => await Records(kind).CreateIfAbsentAsync("other", Graph(65)),
        ];
        foreach (var write in writes) await write.ShouldThrowAsync<CacheSerializationException>();

        (await Records(kind).GetAsync("r")).ShouldBeJson("""{"list":[1]}""");
        (await Records(kind).ExistsAsync("other")).ShouldBeFalse();
    }

    [Fact]
    public async Task Write_OfSomethingThatIsNoObject_IsRefused()
    {
        await Should.ThrowAsync<CacheSerializationException>(async () => await Me.State.SetAsync("r", 5));
        await Should.ThrowAsync<CacheSerializationException>(async () => await Me.State.SetAsync("r", "text"));
        await Should.ThrowAsync<CacheSerializationException>(async () => await Me.State.SetAsync("r", new[] { 1, 2 }));
        await Should.ThrowAsync<CacheSerializationException>(async () => await Me.State.MergeAsync("r", true));
        await Should.ThrowAsync<CacheSerializationException>(async () =>
            await Me.State.SetFieldAsync("r", "n", double.NaN));
        await Should.ThrowAsync<ArgumentNullException>(async () => await Me.State.SetAsync<Order>("r", null!));

        (await Me.State.ExistsAsync("r")).ShouldBeFalse();
    }

    // {"n":9,"text":"xxx…"} of exactly so many bytes.
    private static CacheDocument Sized(int bytes) =>
        Json($$"""{"n":9,"text":"{{new string('x', bytes - 17)}}"}""");

    private static string Nested(int levels) => new StringBuilder()
        .Insert(0, """{"a":""", levels - 1).Append("{}").Append('}', levels - 1).ToString();

    private static Dictionary<string, object> Graph(int levels)
    {
        var graph = new Dictionary<string, object>();
        for (var level = 1; level < levels; level++) graph = new() { ["a"] = graph };
        return graph;
    }

    private static JsonElement Element(string json) =>
        JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 100 }).RootElement;

    private static TheoryData<RecordKind, string> Data(IEnumerable<string> names) =>
        [.. Enum.GetValues<RecordKind>().SelectMany(kind => names.Select(name => (kind, name)))];
}
