using Wappa.Testing.Records;

namespace Wappa.Testing;

/// <summary>Many records in one call: each on its own, answers in the order of the questions.</summary>
/// <param name="harness">The store under test.</param>
public abstract class RecordBulkConformance(DocumentStoreHarness harness) : RecordConformance(harness)
{
    private protected override CachingOptions Options { get; } = new() { MaxRecordBytes = 65_536 };

    [Theory, MemberData(nameof(Kinds))]
    public async Task GetMany_HitsMissesAndRepeats_AreInOrder(RecordKind kind)
    {
        await Records(kind).SetAsync("a", new Step("a", 1), TimeSpan.FromMinutes(1));
        await Records(kind).SetAsync("b", new Step("b", 2));

        var results = await Records(kind).GetManyAsync<Step>(["b", "missing", "a", "b"]);

        results.Select(result => result.IsHit).ShouldBe([true, false, true, true]);
        results[0].Value.ShouldBe(new Step("b", 2));
        results[2].Value.ShouldBe(new Step("a", 1));
        results[3].Value.ShouldBe(new Step("b", 2));
        results[0].Ttl.ShouldBe(CacheTtl.NoExpiry);
        ShouldLive(results[2].Ttl, TimeSpan.FromMinutes(1));
        results[2].Revision.ShouldBe((await Records(kind).TryGetAsync<Step>("a")).Revision);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task SetMany_CreatesAndReplaces(RecordKind kind)
    {
        await Records(kind).SetAsync("a", Json("""{"old":1}"""));

        var results = await Records(kind).SetManyAsync<Step>(
            [new("a", new("a", 1)), new("b", new("b", 2)), new("c", new("c", 3)), new("b", new("b", 4))]);

        results.ShouldBe([true, true, true, true]);
        (await Records(kind).GetAsync("a")).ShouldBeJson("""{"name":"a","number":1}""");
        (await Records(kind).GetAsync<Step>("b")).ShouldBe(new Step("b", 4));
        (await Records(kind).GetAsync<Step>("c")).ShouldBe(new Step("c", 3));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task DeleteMany_TellsForEachWhetherItWasThere(RecordKind kind)
    {
        await Records(kind).SetManyAsync<Step>([new("a", new("a")), new("b", new("b")), new("c", new("c"))]);

        (await Records(kind).DeleteManyAsync(["c", "missing", "a", "a"])).ShouldBe([true, false, true, false]);

        (await Records(kind).ExistsAsync("a")).ShouldBeFalse();
        (await Records(kind).ExistsAsync("b")).ShouldBeTrue();
        (await Records(kind).ExistsAsync("c")).ShouldBeFalse();
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Many_OfNothing_IsNothing(RecordKind kind)
    {
        (await Records(kind).GetManyAsync<Step>([])).ShouldBeEmpty();
        (await Records(kind).SetManyAsync<Step>([])).ShouldBeEmpty();
        (await Records(kind).DeleteManyAsync([])).ShouldBeEmpty();
        (await Store.WriteManyAsync([])).ShouldBeEmpty();
    }

    [Fact]
    public async Task GetMany_AcrossUsersTenantsAndTables_IsOneQuestion()
    {
        RecordKey[] keys =
        [
            RecordKey.State(Tenant, "u1", "a"), RecordKey.User(Tenant, "u2"), RecordKey.State("other", "u1", "a"),
            RecordKey.Table(Tenant, TableKey.Row("t", "a")), RecordKey.Table(Tenant, TableKey.Table("t")),
        ];
        var written = await Store.WriteManyAsync(
            [.. keys.Select((key, i) => new RecordWrite(key, new RecordChange.Set(Json($$"""{"n":{{i}}}"""))))]);
        written.ShouldAllBe(result => result.Applied && result.Record.Revision > 0);

        var read = await Store.GetManyAsync(keys);

        for (var i = 0; i < keys.Length; i++) read[i].ShouldBeJson($$"""{"n":{{i}}}""");
    }

    [Fact]
    public async Task WriteMany_SetsAndDeletes_AnswerEachOnItsOwn()
    {
        var (a, b) = (KeyOf(RecordKind.State, "a"), KeyOf(RecordKind.Table, "b"));
        var results = await Store.WriteManyAsync(
        [
            new(a, new RecordChange.Set(Json("""{"n":1}"""), TimeSpan.FromMinutes(1))),
            new(b, new RecordChange.Delete()),
            new(a, new RecordChange.Delete()), new(a, new RecordChange.Set(Json("""{"n":2}"""))),
        ]);

        results.Select(result => result.Outcome).ShouldBe(
            [ChangeOutcome.Applied, ChangeOutcome.Missing, ChangeOutcome.Applied, ChangeOutcome.Applied]);
        results[3].Record.ShouldBeJson("""{"n":2}""");
        results[3].Record.Revision.ShouldBeGreaterThan(results[0].Record.Revision);
        (await Store.GetTtlAsync(a)).ShouldBe(CacheTtl.NoExpiry);
    }

    [Fact]
    public async Task WriteMany_OfAnyOtherChange_IsAnErrorAndChangesNothing()
    {
        RecordChange[] others =
        [
            new RecordChange.Merge(Json("{}")), new RecordChange.SetField("f", "1"u8.ToArray()),
            new RecordChange.Increment("f", CacheNumber.From(1)), new RecordChange.Append("f", "1"u8.ToArray()),
            new RecordChange.RemoveField("f"), new RecordChange.Expire(TimeSpan.FromMinutes(1)),
            new RecordChange.Persist(),
            new RecordChange.CreateIfAbsent(Json("{}")), new RecordChange.ReplaceIf(Json("{}"), 1),
            new RecordChange.Require(0),
        ];
        var (a, b) = (KeyOf(RecordKind.State, "a"), KeyOf(RecordKind.State, "b"));
        foreach (var other in others)
        {
            await Should.ThrowAsync<ArgumentException>(
                async () => await Store.WriteManyAsync([new(a, new RecordChange.Set(Json("{}"))), new(b, other)]));
            (await Store.GetAsync(a)).IsHit.ShouldBeFalse(other.GetType().Name);
        }
    }

    [Fact]
    public async Task SetMany_OneTooLarge_StoresNone()
    {
        await Should.ThrowAsync<CacheLimitException>(async () => await Me.State.SetManyAsync<Step>(
            [new("a", new("small")), new("b", new(new string('x', 70_000)))]));

        (await Me.State.ExistsAsync("a")).ShouldBeFalse();
        (await Me.State.ExistsAsync("b")).ShouldBeFalse();
    }

    [Fact]
    public async Task Many_OfAThousand_AreAllAnswered()
    {
        var names = Enumerable.Range(0, 1000).Select(i => $"r{i}").ToArray();

        (await Me.State.SetManyAsync(names.Select((name, i) => KeyValuePair.Create(name, new Step(name, i)))))
            .ShouldAllBe(set => set);

        var read = await Me.State.GetManyAsync<Step>(names.Reverse());
        read.Select(result => result.Value!.Name).ShouldBe(names.Reverse());
        (await Me.State.DeleteManyAsync(names)).ShouldAllBe(deleted => deleted);
    }
}
