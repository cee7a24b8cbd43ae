using System.Text.Json;
using Wappa.Testing.Records;

namespace Wappa.Testing;

/// <summary>What reads answer: the value, or a miss that can be told from null and from zero.</summary>
/// <param name="harness">The store under test.</param>
public abstract class RecordReadConformance(DocumentStoreHarness harness) : RecordConformance(harness)
{
    [Theory, MemberData(nameof(Kinds))]
    public async Task Get_MissingRecord_IsNull(RecordKind kind)
    {
        (await Records(kind).GetAsync("order")).ShouldBeNull();
        (await Records(kind).GetAsync<Order>("order")).ShouldBeNull();
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Get_PresentRecord_IsTheDocument(RecordKind kind)
    {
        await Records(kind).SetAsync("order", Json("""{"size":"large","quantity":2,"toppings":["ham"]}"""));

        (await Records(kind).GetAsync("order")).ShouldBeJson("""{"size":"large","quantity":2,"toppings":["ham"]}""");
        var order = (await Records(kind).GetAsync<Order>("order")).ShouldNotBeNull();
        order.Size.ShouldBe("large");
        order.Quantity.ShouldBe(2);
        order.Toppings.ShouldBe(["ham"]);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task TryGet_MissingRecord_IsAMiss(RecordKind kind)
    {
        var result = await Records(kind).TryGetAsync<Order>("order");

        result.IsHit.ShouldBeFalse();
        result.Error.ShouldBeNull();
        result.Revision.ShouldBe(0);
        result.Ttl.ShouldBe(CacheTtl.Missing);
        result.TryGet(out _).ShouldBeFalse();
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task TryGet_PresentRecord_TellsValueRevisionAndTtl(RecordKind kind)
    {
        await Records(kind).SetAsync("step", new Step("menu", 3), TimeSpan.FromMinutes(30));

        var result = await Records(kind).TryGetAsync<Step>("step");

        result.IsHit.ShouldBeTrue();
        result.Value.ShouldBe(new Step("menu", 3));
        result.Revision.ShouldBeGreaterThan(0);
        ShouldLive(result.Ttl, TimeSpan.FromMinutes(30));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task TryGet_EmptyRecord_IsAHit(RecordKind kind)
    {
        await Records(kind).SetAsync("empty", CacheDocument.Empty);

        (await Records(kind).TryGetAsync<Dictionary<string, int>>("empty")).Value.ShouldNotBeNull().ShouldBeEmpty();
        (await Records(kind).GetAsync("empty")).ShouldBeJson("{}");
        (await Records(kind).ExistsAsync("empty")).ShouldBeTrue();
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task GetField_OfMissingRecordMissingFieldOrNull_IsDefault(RecordKind kind)
    {
        (await Records(kind).GetFieldAsync<int>("order", "quantity")).ShouldBe(0);
        (await Records(kind).GetFieldAsync<string>("order", "size")).ShouldBeNull();

        await Records(kind).SetAsync("order", Json("""{"size":null,"quantity":null}"""));

        (await Records(kind).GetFieldAsync<int>("order", "quantity")).ShouldBe(0);
        (await Records(kind).GetFieldAsync<int?>("order", "quantity")).ShouldBeNull();
        (await Records(kind).GetFieldAsync<string>("order", "size")).ShouldBeNull();
        (await Records(kind).GetFieldAsync<string>("order", "other")).ShouldBeNull();
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task GetField_PresentField_IsItsValue(RecordKind kind)
    {
        await Records(kind).SetAsync("order",
            Json("""{"size":"large","quantity":2,"toppings":["ham","egg"],"paid":true}"""));

        (await Records(kind).GetFieldAsync<string>("order", "size")).ShouldBe("large");
        (await Records(kind).GetFieldAsync<int>("order", "quantity")).ShouldBe(2);
        (await Records(kind).GetFieldAsync<string[]>("order", "toppings")).ShouldBe(["ham", "egg"]);
        (await Records(kind).GetFieldAsync<bool>("order", "paid")).ShouldBeTrue();
        (await Records(kind).GetFieldAsync<JsonElement>("order", "quantity")).GetRawText().ShouldBe("2");
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task TryGetField_TellsMissNullAndZeroApart(RecordKind kind)
    {
        (await Records(kind).TryGetFieldAsync<int>("order", "quantity")).IsHit.ShouldBeFalse();
        await Records(kind).SetAsync("order", Json("""{"nothing":null,"zero":0}"""), TimeSpan.FromMinutes(1));

        var missing = await Records(kind).TryGetFieldAsync<int?>("order", "other");
        var nothing = await Records(kind).TryGetFieldAsync<int?>("order", "nothing");
        var zero = await Records(kind).TryGetFieldAsync<int?>("order", "zero");

        var number = await Records(kind).TryGetFieldAsync<int>("order", "nothing");

        missing.IsHit.ShouldBeFalse();
        missing.IsNull.ShouldBeFalse();
        number.IsHit.ShouldBeTrue();
        number.IsNull.ShouldBeTrue();
        zero.IsNull.ShouldBeFalse();
        nothing.IsHit.ShouldBeTrue();
        nothing.Value.ShouldBeNull();
        zero.IsHit.ShouldBeTrue();
        zero.Value.ShouldBe(0);
        zero.Revision.ShouldBe((await Records(kind).TryGetAsync<JsonElement>("order")).Revision);
        ShouldLive(zero.Ttl, TimeSpan.FromMinutes(1));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task GetField_NameInsideANestedObject_IsNotAField(RecordKind kind)
    {
        await Records(kind).SetAsync("order",
            Json("""{"note":"\"size\":1","inner":{"size":"small"},"list":[{"size":1}]}"""));

        (await Records(kind).TryGetFieldAsync<string>("order", "size")).IsHit.ShouldBeFalse();
        (await Records(kind).RemoveFieldAsync("order", "size")).ShouldBeFalse();
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Exists_And_GetTtl_FollowTheRecord(RecordKind kind)
    {
        (await Records(kind).ExistsAsync("order")).ShouldBeFalse();
        (await Records(kind).GetTtlAsync("order")).ShouldBe(CacheTtl.Missing);

        await Records(kind).SetAsync("order", Json("""{"a":1}"""));
        (await Records(kind).ExistsAsync("order")).ShouldBeTrue();
        (await Records(kind).GetTtlAsync("order")).ShouldBe(CacheTtl.NoExpiry);

        await Records(kind).SetAsync("order", Json("""{"a":1}"""), TimeSpan.FromSeconds(90));
        ShouldLive(await Records(kind).GetTtlAsync("order"), TimeSpan.FromSeconds(90));

        await Records(kind).DeleteAsync("order");
        (await Records(kind).ExistsAsync("order")).ShouldBeFalse();
        (await Records(kind).GetTtlAsync("order")).ShouldBe(CacheTtl.Missing);
    }

    [Fact]
    public async Task GetField_AskedOfTheStore_HoldsAtLeastThatField()
    {
        var key = KeyOf(RecordKind.User, "stats");
        await Store.ApplyAsync(key, new RecordChange.Set(Json("""{"a":1,"b":[2]}""")));

        var record = await Store.GetFieldAsync(key, "b");
        record.IsHit.ShouldBeTrue();
        record.Document!.RawField("b").ShouldBe("[2]");
        (await Store.GetFieldAsync(key, "c")).Document?.Contains("c").ShouldBeFalse();
        (await Store.GetFieldAsync(KeyOf(RecordKind.User, "other"), "b")).IsHit.ShouldBeFalse();
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Read_Cancelled_Throws(RecordKind kind)
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(
            async () => await Store.GetAsync(KeyOf(kind, "order"), cancelled.Token));
        await Should.ThrowAsync<OperationCanceledException>(
            async () => await Records(kind).GetTtlAsync("order", cancelled.Token));
    }
}
