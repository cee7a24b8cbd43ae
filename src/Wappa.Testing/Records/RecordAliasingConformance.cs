using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Wappa.Testing.Records;

namespace Wappa.Testing;

/// <summary>Nothing handed in or out can be changed behind the store's back. Types that cannot change may be shared by
/// readers; everything else is fresh per read.</summary>
/// <param name="harness">The store under test.</param>
public abstract class RecordAliasingConformance(DocumentStoreHarness harness) : RecordConformance(harness)
{
    [Theory, MemberData(nameof(Kinds))]
    public async Task Value_ChangedAfterItWasWritten_ChangesNothingStored(RecordKind kind)
    {
        var basket = new Basket { Owner = "ann", Items = ["ham"], Counts = { ["ham"] = [1] } };
        var fields = new Dictionary<string, object?> { ["items"] = basket.Items };
        var node = JsonNode.Parse("""{"items":["ham"]}""")!;
        await Records(kind).SetAsync("set", basket);
        await Records(kind).MergeAsync("merge", basket);
        await Records(kind).SetFieldAsync("field", "items", basket.Items);
        await Records(kind).SetFieldsAsync("fields", fields);
        await Records(kind).AppendToListAsync("append", "items", basket.Items);
        await Records(kind).CreateIfAbsentAsync("create", basket);
        await Records(kind).UpdateAsync<Basket>("update", _ => basket);
        await Records(kind).SetManyAsync([KeyValuePair.Create("many", basket)]);
        await Records(kind).SetAsync("node", node);
        var before = await EverythingAsync(kind);

        basket.Owner = "eve";
        basket.Items.Add("poison");
        basket.Items[0] = "changed";
        basket.Counts["ham"][0] = 99;
        fields["items"] = null;
        node["items"]!.AsArray().Add("poison");

        (await EverythingAsync(kind)).ShouldBe(before);
        before.ShouldAllBe(json => json.Contains("ham"));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Value_ChangedAfterItWasRead_ChangesNothingStored(RecordKind kind)
    {
        await Records(kind).SetAsync("r", new Basket { Owner = "ann", Items = ["ham"], Counts = { ["ham"] = [1] } });
        await Records(kind).GetAsync<Basket>("r");
        var before = await EverythingAsync(kind);

        var read = (await Records(kind).GetAsync<Basket>("r"))!;
        read.Owner = "eve";
        read.Items.Add("poison");
        read.Counts["ham"][0] = 99;
        (await Records(kind).GetFieldAsync<List<string>>("r", "items"))!.Add("poison");
        (await Records(kind).GetAsync<Dictionary<string, object?>>("r"))!["owner"] = null;
        (await Records(kind).GetAsync<JsonNode>("r"))!["owner"] = "eve";
        (await Records(kind).TryGetAsync<Basket>("r")).Value!.Items.Clear();
        (await Records(kind).GetManyAsync<Basket>(["r"]))[0].Value!.Items.Clear();
        (await Records(kind).CreateIfAbsentAsync("r", new Basket())).Value!.Items.Clear();

        (await EverythingAsync(kind)).ShouldBe(before);
        (await Records(kind).GetAsync<Basket>("r"))!.Items.ShouldBe(["ham"]);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Value_GivenToAndFromAnUpdate_IsNotTheStores(RecordKind kind)
    {
        await Records(kind).SetAsync("r", new Basket { Items = ["ham"] });
        Basket? given = null;
        var written = await Records(kind).UpdateAsync<Basket>("r", basket =>
        {
            given = basket;
            return new Basket { Items = [.. basket!.Items, "egg"] };
        });

        given!.Items.Add("poison");
        written.Items.Add("poison");

        (await Records(kind).GetAsync<Basket>("r"))!.Items.ShouldBe(["ham", "egg"]);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Value_ReadTwice_IsAFreshOneUnlessItCannotChange(RecordKind kind)
    {
        await Records(kind).SetAsync("r",
            Json("""{"owner":"ann","items":["ham"],"size":"large","toppings":["ham"]}"""));

        await ShouldBeFreshAsync<Basket>(kind);
        await ShouldBeFreshAsync<Dictionary<string, object>>(kind);
        await ShouldBeFreshAsync<IReadOnlyDictionary<string, JsonElement>>(kind);
        await ShouldBeFreshAsync<JsonNode>(kind);
        await ShouldBeFreshAsync<JsonObject>(kind);
        await ShouldBeFreshAsync<WithArray>(kind);
        await ShouldBeFreshAsync<WithReadOnlyList>(kind);
        await ShouldBeFreshAsync<Unsealed>(kind);
        await ShouldBeFreshAsync<object>(kind);
        (await Records(kind).GetAsync<Order>("r"))!.Toppings.ShouldBe(["ham"]);
        (await Records(kind).GetAsync<Order>("r"))!.Toppings.ShouldBe(["ham"]);
    }

    [Fact]
    public async Task Value_ReadAsObject_IsJsonLikeAnywhereElse()
    {
        await Me.State.SetAsync("r", Json("""{"a":1}"""));

        (await Me.State.GetAsync<object>("r")).ShouldBeOfType<JsonElement>().GetRawText().ShouldBe("""{"a":1}""");
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Value_ThatReadersShare_IsReplacedByTheNextWrite(RecordKind kind)
    {
        await Records(kind).SetAsync("r", new Order("small", 1, ["ham"]));
        var before = (await Records(kind).GetAsync<Order>("r"))!;
        await Records(kind).IncrementFieldAsync("r", "quantity");

        (await Records(kind).GetAsync<Order>("r"))!.Quantity.ShouldBe(2);
        before.Quantity.ShouldBe(1);
        (await Records(kind).CreateIfAbsentAsync("r", new Order("x", 9, []))).Value!.Quantity.ShouldBe(2);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Document_HandedOut_StaysAsItWas(RecordKind kind)
    {
        await Records(kind).SetAsync("r", Json("""{"n":1,"list":[1]}"""));
        var document = (await Records(kind).GetAsync("r"))!;
        await Records(kind).IncrementFieldAsync("r", "n");
        await Records(kind).AppendToListAsync("r", "list", 2);
        await Records(kind).DeleteAsync("r");

        document.ShouldBeJson("""{"n":1,"list":[1]}""");
    }

    [Fact]
    public async Task Bytes_ChangedAfterTheyWereGiven_ChangeNothingStored()
    {
        var bytes = """{"n":"ham"}"""u8.ToArray();
        await Me.State.SetAsync("r", CacheDocument.Parse(bytes));
        var field = "\"ham\""u8.ToArray();
        await Store.ApplyAsync(KeyOf(RecordKind.State, "field"), new RecordChange.SetField("n", field));
        var item = "\"ham\""u8.ToArray();
        await Store.ApplyAsync(KeyOf(RecordKind.State, "list"), new RecordChange.Append("n", item));
        Array.Fill(bytes, (byte)'x');
        Array.Fill(field, (byte)'x');
        Array.Fill(item, (byte)'x');

        (await Me.State.GetAsync("r")).ShouldBeJson("""{"n":"ham"}""");
        (await Me.State.GetAsync("field")).ShouldBeJson("""{"n":"ham"}""");
        (await Me.State.GetAsync("list")).ShouldBeJson("""{"n":["ham"]}""");
    }

    [Fact]
    public async Task Batch_ValueChangedAfterItWasAdded_CommitsWhatItWas()
    {
        var basket = new Basket { Items = ["ham"] };
        var batch = Me.CreateBatch();
        batch.State.Set("r", basket);
        basket.Items.Add("poison");
        (await batch.CommitAsync()).Committed.ShouldBeTrue();

        (await Me.State.GetAsync<Basket>("r"))!.Items.ShouldBe(["ham"]);
    }

    private async Task ShouldBeFreshAsync<T>(RecordKind kind)
        where T : class
    {
        var first = await Records(kind).GetAsync<T>("r");
        var second = await Records(kind).GetAsync<T>("r");
        first.ShouldNotBeNull();
        ReferenceEquals(first, second).ShouldBeFalse(typeof(T).Name);
        ReferenceEquals(second, (await Records(kind).TryGetAsync<T>("r")).Value).ShouldBeFalse(typeof(T).Name);
    }

    private async Task<List<string>> EverythingAsync(RecordKind kind)
    {
        var set = kind switch
        {
            RecordKind.State => RecordSet.States(Tenant, UserId),
            RecordKind.User => RecordSet.UserRecords(Tenant, UserId),
            _ => RecordSet.Rows(Tenant, TableName),
        };
        var all = new List<string>();
        await foreach (var (key, record) in Store.ListAsync(set))
            all.Add($"{key.Name} {record.Revision} {Encoding.UTF8.GetString(record.Document!.Utf8Json)}");
        all.Sort(StringComparer.Ordinal);
        return all;
    }

    private sealed record WithArray(string[] Items);

    private sealed record WithReadOnlyList(IReadOnlyList<string> Items);

    private record Unsealed(string Owner);

    private sealed record Derived(string Owner, List<string> Items) : Unsealed(Owner);
}
