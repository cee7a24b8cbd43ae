using System.Text.Json.Serialization;
using Wappa.Testing.Records;

namespace Wappa.Testing;

/// <summary>Stored JSON that does not fit the type it is read as is an error that says where, and never a
/// miss.</summary>
/// <param name="harness">The store under test.</param>
public abstract class RecordTypedReadConformance(DocumentStoreHarness harness) : RecordConformance(harness)
{
    private const string Secret = "+4915112345678";

    [Theory, MemberData(nameof(Kinds))]
    public async Task Read_DoesNotFit_NamesScopeTypeAndPathButNotTheValue(RecordKind kind)
    {
        await Records(kind).SetAsync("r", Json($$"""{"size":"large","quantity":"{{Secret}}","toppings":[1]}"""));

        Func<Task>[] reads =
        [
            async () => await Records(kind).GetAsync<Order>("r"),
            async () => await Records(kind).TryGetAsync<Order>("r"),
            async () => await Records(kind).GetManyAsync<Order>(["r"]),
            async () => await Records(kind).CreateIfAbsentAsync("r", new Order("small", 1, [])),
            async () => await Records(kind).UpdateAsync<Order>("r", order => order!),
            async () => await ListAsync(kind),
        ];
        foreach (var read in reads)
        {
            var error = await read.ShouldThrowAsync<CacheSerializationException>();
            error.Message.ShouldContain(kind.ToString().ToLowerInvariant());
            error.Message.ShouldContain("Order");
            error.Message.ShouldContain("$.quantity");
            error.Message.ShouldNotContain(Secret);
        }

        (await Records(kind).GetFieldAsync<string>("r", "quantity")).ShouldBe(Secret);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Read_OfAFieldThatDoesNotFit_NamesScopeTypeAndPathButNotTheValue(RecordKind kind)
    {
        await Records(kind).SetAsync("r", Json($$"""{"inner":{"size":["{{Secret}}"]},"n":1.5}"""));

        var error = await Should.ThrowAsync<CacheSerializationException>(
            async () => await Records(kind).GetFieldAsync<Order>("r", "inner"));
        error.Message.ShouldContain(kind.ToString().ToLowerInvariant());
        error.Message.ShouldContain("Order");
        error.Message.ShouldContain("$.size");
        error.Message.ShouldNotContain(Secret);
        await Should.ThrowAsync<CacheSerializationException>(async () =>
            await Records(kind).TryGetFieldAsync<int>("r", "n"));
        await Should.ThrowAsync<CacheSerializationException>(async () =>
            await Records(kind).GetFieldAsync<string>("r", "n"));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Update_OfARecordThatDoesNotFit_ChangesNothing(RecordKind kind)
    {
        await Records(kind).SetAsync("r", Json("""{"quantity":"many"}"""));
        var called = false;

        await Should.ThrowAsync<CacheSerializationException>(async () => await Records(kind).UpdateAsync<Order>("r", Next));

        called.ShouldBeFalse();
        (await Records(kind).GetAsync("r")).ShouldBeJson("""{"quantity":"many"}""");

        Order Next(Order? order)
        {
            called = true;
            return order!;
        }
    }

    [Fact]
    public async Task Read_WhatTheTypeItselfRefuses_IsTheSameErrorAndKeepsTheValueSecret()
    {
        await Me.User.SetAsync("r", Json($$"""{"number":"{{Secret}}"}"""));

        var error = await Should.ThrowAsync<CacheSerializationException>(async () =>
            await Me.User.GetAsync<Picky>("r"));

        error.Message.ShouldContain("user");
        error.Message.ShouldContain(nameof(Picky));
        error.Message.ShouldNotContain(Secret);
    }

    [Fact]
    public async Task Read_MissingRequiredMember_IsAnError()
    {
        await Me.User.SetAsync("r", Json("""{"other":1}"""));

        await Should.ThrowAsync<CacheSerializationException>(async () => await Me.User.GetAsync<Demanding>("r"));
    }

    [Fact]
    public async Task Read_FieldsTheTypeDoesNotHave_AreIgnored()
    {
        await Me.User.SetAsync("r", Json("""{"name":"menu","number":3,"later":{"version":2}}"""));

        (await Me.User.GetAsync<Step>("r")).ShouldBe(new Step("menu", 3));
    }

    [Fact]
    public async Task Read_AsSeveralTypes_IsEachOnItsOwn()
    {
        await Me.User.SetAsync("r", Json("""{"name":"menu","number":3,"size":"large","toppings":[]}"""));

        for (var round = 0; round < 2; round++)
        {
            (await Me.User.GetAsync<Step>("r")).ShouldBe(new Step("menu", 3));
            (await Me.User.GetAsync<Order>("r"))!.Size.ShouldBe("large");
            (await Me.User.GetAsync<Dictionary<string, object>>("r"))!.Count.ShouldBe(4);
        }
    }

    private async Task ListAsync(RecordKind kind)
    {
        var items = kind switch
        {
            RecordKind.State => Me.State.ListAsync<Order>(),
            RecordKind.User => Me.User.ListAsync<Order>(),
            _ => Table.ListAsync<Order>(TableName),
        };
        await foreach (var _ in items) Assert.Fail("a record that does not fit was listed");
    }

    private sealed class Picky
    {
        [JsonConstructor]
        public Picky(string number) =>
            throw new ArgumentException($"{number} is not a number this type accepts", nameof(number));

        public string Number { get; } = "";
    }

    private sealed record Demanding(string Other = "")
    {
        public required string Name { get; init; }
    }
}
