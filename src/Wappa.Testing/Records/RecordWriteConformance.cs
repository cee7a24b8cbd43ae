using Wappa.Testing.Records;

namespace Wappa.Testing;

/// <summary>Set, merge, set fields, remove a field, delete: on a record that is missing and on one that is
/// there.</summary>
/// <param name="harness">The store under test.</param>
public abstract class RecordWriteConformance(DocumentStoreHarness harness) : RecordConformance(harness)
{
    [Theory, MemberData(nameof(Kinds))]
    public async Task Set_MissingRecord_CreatesIt(RecordKind kind)
    {
        (await Records(kind).SetAsync("step", new Step("menu", 1))).ShouldBeTrue();

        (await Records(kind).GetAsync("step")).ShouldBeJson("""{"name":"menu","number":1}""");
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Set_PresentRecord_ReplacesTheWhole(RecordKind kind)
    {
        await Records(kind).SetAsync("step", Json("""{"old":1,"name":"menu"}"""));

        (await Records(kind).SetAsync("step", Json("""{"name":"pay"}"""))).ShouldBeTrue();

        (await Records(kind).GetAsync("step")).ShouldBeJson("""{"name":"pay"}""");
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Merge_MissingRecord_CreatesItAndTellsTheRevision(RecordKind kind)
    {
        var revision = await Records(kind).MergeAsync("step", new { name = "menu" });

        var read = await Records(kind).TryGetAsync<Step>("step");
        read.Value.ShouldBe(new Step("menu"));
        revision.ShouldBe(read.Revision);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Merge_PresentRecord_ReplacesGivenFieldsAndKeepsOthers(RecordKind kind)
    {
        await Records(kind).SetAsync("step", Json("""{"name":"menu","number":1,"list":[1,2]}"""));
        var before = (await Records(kind).TryGetAsync<Step>("step")).Revision;

        var revision = await Records(kind).MergeAsync("step", Json("""{"list":[3],"name":null,"new":{}}"""));

        revision.ShouldBeGreaterThan(before);
        (await Records(kind).GetAsync("step")).ShouldBeJson("""{"name":null,"number":1,"list":[3],"new":{}}""");
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Merge_NoFields_CreatesAnEmptyRecordOrKeepsAll(RecordKind kind)
    {
        await Records(kind).MergeAsync("step", CacheDocument.Empty);
        (await Records(kind).GetAsync("step")).ShouldBeJson("{}");

        await Records(kind).SetAsync("step", Json("""{"name":"menu"}"""));
        await Records(kind).MergeAsync("step", CacheDocument.Empty);
        (await Records(kind).GetAsync("step")).ShouldBeJson("""{"name":"menu"}""");
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task SetField_MissingRecord_CreatesIt(RecordKind kind)
    {
        (await Records(kind).SetFieldAsync("step", "name", "menu")).ShouldBeTrue();

        (await Records(kind).GetAsync("step")).ShouldBeJson("""{"name":"menu"}""");
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task SetField_PresentRecord_ReplacesOrAddsThatFieldOnly(RecordKind kind)
    {
        await Records(kind).SetAsync("step", Json("""{"name":"menu","number":1}"""));

        (await Records(kind).SetFieldAsync("step", "name", "pay")).ShouldBeTrue();
        (await Records(kind).SetFieldAsync("step", "paid", true)).ShouldBeTrue();
        (await Records(kind).SetFieldAsync<string?>("step", "note", null)).ShouldBeTrue();
        (await Records(kind).SetFieldAsync("step", "list", new[] { 1, 2 })).ShouldBeTrue();

        (await Records(kind).GetAsync("step")).ShouldBeJson(
            """{"name":"pay","number":1,"paid":true,"note":null,"list":[1,2]}""");
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task SetFields_MissingOrPresentRecord_SetsThemInOneStep(RecordKind kind)
    {
        var fields = new Dictionary<string, object?>
        {
            ["name"] = "menu", ["number"] = 2, ["list"] = new[] { "a" }, ["none"] = null,
        };
        (await Records(kind).SetFieldsAsync("step", fields)).ShouldBeTrue();
        (await Records(kind).GetAsync("step")).ShouldBeJson("""{"name":"menu","number":2,"list":["a"],"none":null}""");
        var before = (await Records(kind).TryGetAsync<Step>("step")).Revision;

        var others = new Dictionary<string, object?> { ["number"] = 3, ["paid"] = false };
        (await Records(kind).SetFieldsAsync("step", others)).ShouldBeTrue();

        var after = await Records(kind).TryGetAsync<CacheDocument>("step");
        after.Value.ShouldBeJson("""{"name":"menu","number":3,"list":["a"],"none":null,"paid":false}""");
        after.Revision.ShouldBeGreaterThan(before);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task RemoveField_ThatIsThere_IsTrueOnce(RecordKind kind)
    {
        await Records(kind).SetAsync("step", Json("""{"first":1,"middle":{"a":[1,2]},"last":null}"""));

        (await Records(kind).RemoveFieldAsync("step", "middle")).ShouldBeTrue();
        (await Records(kind).RemoveFieldAsync("step", "middle")).ShouldBeFalse();
        (await Records(kind).GetAsync("step")).ShouldBeJson("""{"first":1,"last":null}""");
        (await Records(kind).RemoveFieldAsync("step", "last")).ShouldBeTrue();
        (await Records(kind).RemoveFieldAsync("step", "first")).ShouldBeTrue();
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task RemoveField_TheLastOne_LeavesAnEmptyRecord(RecordKind kind)
    {
        await Records(kind).SetFieldAsync("step", "name", "menu");

        (await Records(kind).RemoveFieldAsync("step", "name")).ShouldBeTrue();

        (await Records(kind).ExistsAsync("step")).ShouldBeTrue();
        (await Records(kind).GetAsync("step")).ShouldBeJson("{}");
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task RemoveField_OfMissingRecordOrField_IsFalse(RecordKind kind)
    {
        (await Records(kind).RemoveFieldAsync("step", "name")).ShouldBeFalse();
        (await Records(kind).ExistsAsync("step")).ShouldBeFalse();

        await Records(kind).SetFieldAsync("step", "name", "menu");
        (await Records(kind).RemoveFieldAsync("step", "nam")).ShouldBeFalse();
        (await Records(kind).GetAsync("step")).ShouldBeJson("""{"name":"menu"}""");
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Delete_IsTrueOnce(RecordKind kind)
    {
        (await Records(kind).DeleteAsync("step")).ShouldBeFalse();
        await Records(kind).SetAsync("step", new Step("menu"));

        (await Records(kind).DeleteAsync("step")).ShouldBeTrue();
        (await Records(kind).DeleteAsync("step")).ShouldBeFalse();
        (await Records(kind).GetAsync("step")).ShouldBeNull();
    }

    [Fact]
    public async Task Set_TheSameNameInEveryScope_IsThreeRecords()
    {
        await Me.State.SetAsync("order", Json("""{"kind":"state"}"""));
        await Me.User.SetAsync("order", Json("""{"kind":"user"}"""));
        await Table.SetAsync("order", "order", Json("""{"kind":"row"}"""));
        await Table.SetAsync(TableKey.Table("order"), Json("""{"kind":"table"}"""));

        (await Me.State.GetFieldAsync<string>("order", "kind")).ShouldBe("state");
        (await Me.User.GetFieldAsync<string>("order", "kind")).ShouldBe("user");
        (await Table.GetFieldAsync<string>("order", "order", "kind")).ShouldBe("row");
        (await Table.GetFieldAsync<string>(TableKey.Table("order"), "kind")).ShouldBe("table");
    }

    [Fact]
    public async Task Write_WithACompositeKey_IsTheSameRowAsTableAndId()
    {
        await Table.SetAsync(TableKey.Parse("products:pizza_large"), Json("""{"price":15.99}"""));

        (await Table.GetFieldAsync<decimal>("products", "pizza_large", "price")).ShouldBe(15.99m);
        (await Table.IncrementFieldAsync(TableKey.Table("stats"), "messages_2025-01-15")).ShouldBe(1);
        (await Table.IncrementFieldAsync(TableKey.Parse("stats"), "messages_2025-01-15")).ShouldBe(2);
    }

    [Fact]
    public async Task Table_EveryCallWithTableAndId_MeansThatRow()
    {
        var key = TableKey.Row("t", "a:b");
        (await Table.CreateIfAbsentAsync("t", "a:b", new Step("one"))).Written.ShouldBeTrue();
        (await Table.GetAsync<Step>(key)).ShouldBe(new Step("one"));
        (await Table.SetAsync("t", "a:b", new Step("two", 2), TimeSpan.FromMinutes(1))).ShouldBeTrue();
        var revision = (await Table.TryGetAsync<Step>("t", "a:b")).Revision;
        (await Table.ReplaceIfAsync("t", "a:b", new Step("three", 3), revision)).Written.ShouldBeTrue();
        (await Table.UpdateAsync<Step>("t", "a:b", step => step! with { Number = step.Number + 1 })).Number.ShouldBe(4);
        (await Table.MergeAsync("t", "a:b", new { list = Array.Empty<int>() })).ShouldBeGreaterThan(revision);
        (await Table.SetFieldAsync("t", "a:b", "price", 1.5m)).ShouldBeTrue();
        (await Table.SetFieldsAsync("t", "a:b", new Dictionary<string, object?> { ["rate"] = 0.5 })).ShouldBeTrue();
        (await Table.IncrementFieldAsync("t", "a:b", "number", 2)).ShouldBe(6);
        (await Table.IncrementFieldAsync("t", "a:b", "price", 0.25m)).ShouldBe(1.75m);
        (await Table.IncrementFieldAsync("t", "a:b", "rate", 0.25)).ShouldBe(0.75);
        (await Table.AppendToListAsync("t", "a:b", "list", 9)).ShouldBe(1);
        (await Table.GetFieldAsync<long>("t", "a:b", "number")).ShouldBe(6);
        (await Table.TryGetFieldAsync<long>("t", "a:b", "other")).IsHit.ShouldBeFalse();
        (await Table.RemoveFieldAsync("t", "a:b", "list")).ShouldBeTrue();
        (await Table.GetAsync(key)).ShouldBeJson("""{"name":"three","number":6,"price":1.75,"rate":0.75}""");
        (await Table.GetAsync("t", "a:b")).ShouldBeJson("""{"name":"three","number":6,"price":1.75,"rate":0.75}""");
        ShouldLive(await Table.GetTtlAsync("t", "a:b"), TimeSpan.FromMinutes(1));
        (await Table.SetTtlAsync("t", "a:b", TimeSpan.FromMinutes(2))).ShouldBeTrue();
        ShouldLive(await Table.GetTtlAsync(key), TimeSpan.FromMinutes(2));
        (await Table.PersistAsync("t", "a:b")).ShouldBeTrue();
        (await Table.GetTtlAsync(key)).ShouldBe(CacheTtl.NoExpiry);
        (await Table.ExistsAsync("t", "a:b")).ShouldBeTrue();
        (await Table.DeleteAsync("t", "a:b")).ShouldBeTrue();
        (await Table.ExistsAsync(key)).ShouldBeFalse();
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Apply_AnswersWithTheRecordAfterTheChange(RecordKind kind)
    {
        var key = KeyOf(kind, "step");
        var set = await Store.ApplyAsync(key, new RecordChange.Set(Json("""{"n":1}"""), TimeSpan.FromMinutes(1)));
        set.Applied.ShouldBeTrue();
        set.Record.ShouldBeJson("""{"n":1}""");
        ShouldLive(set.Record.Ttl, TimeSpan.FromMinutes(1));

        var added = await Store.ApplyAsync(key, new RecordChange.Increment("n", CacheNumber.From(4)));
        added.Record.ShouldBeJson("""{"n":5}""");
        added.Number.ToInt64().ShouldBe(5);
        ShouldLive(added.Record.Ttl, TimeSpan.FromMinutes(1));
        added.Record.Revision.ShouldBe((await Store.GetAsync(key)).Revision);

        var deleted = await Store.ApplyAsync(key, new RecordChange.Delete());
        deleted.Applied.ShouldBeTrue();
        deleted.Record.IsHit.ShouldBeFalse();
        var again = await Store.ApplyAsync(key, new RecordChange.Delete());
        again.Outcome.ShouldBe(ChangeOutcome.Missing);
        again.Record.IsHit.ShouldBeFalse();
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Write_CancelledBeforeItBegan_ThrowsAndChangesNothing(RecordKind kind)
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(
            async () => await Records(kind).SetAsync("step", new Step("menu"), null, cancelled.Token));

        (await Records(kind).ExistsAsync("step")).ShouldBeFalse();
    }
}
