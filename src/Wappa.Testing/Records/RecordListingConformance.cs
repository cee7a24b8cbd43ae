using Wappa.Testing.Records;

namespace Wappa.Testing;

/// <summary>Listing and deleting sets of records: literal prefixes, nothing of anybody else, and table-level records
/// that are no rows.</summary>
/// <param name="harness">The store under test.</param>
public abstract class RecordListingConformance(DocumentStoreHarness harness) : RecordConformance(harness)
{
    private static readonly string[] Awkward =
    [
        "*", "?", "[", "]", "\\", "[a]", "a*", "a?", "a[b]", "a\\b", "ab", "aab", "%", "%25", ":", "a:b", "a%3Ab",
        "{a}", "a{", "}",
        "A", "a", "ä", "日本", "🍕", "🍕a", " ", "a ", " a", "-", "^", "$a", "\"", "'", "a/b", "..", "profile",
    ];

    /// <summary>Prefixes in which other languages see patterns.</summary>
    public static TheoryData<RecordKind, string> Prefixes =>
        [.. Enum.GetValues<RecordKind>()
            .SelectMany(kind => Awkward.Where(name => name.Length <= 2).Select(name => (kind, name)))];

    [Theory, MemberData(nameof(Kinds))]
    public async Task List_Nothing_IsEmpty(RecordKind kind)
    {
        (await ListAsync(kind)).ShouldBeEmpty();
        (await DeleteAllAsync(kind)).ShouldBe(0);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task List_TellsNameValueRevisionAndTtl(RecordKind kind)
    {
        await Records(kind).SetAsync("a", new Step("a", 1), TimeSpan.FromMinutes(1));
        await Records(kind).SetAsync("b", new Step("b", 2));

        var items = (await ListAsync(kind)).OrderBy(item => item.Name, StringComparer.Ordinal).ToArray();

        items.Select(item => item.Name).ShouldBe(["a", "b"]);
        items.Select(item => item.Value).ShouldBe([new Step("a", 1), new Step("b", 2)]);
        items[0].Revision.ShouldBe((await Records(kind).TryGetAsync<Step>("a")).Revision);
        ShouldLive(items[0].Ttl, TimeSpan.FromMinutes(1));
        items[1].Ttl.ShouldBe(CacheTtl.NoExpiry);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task List_NamesOfAnyCharacters_ComeBackAsTheyWere(RecordKind kind)
    {
        foreach (var name in Awkward) await Records(kind).SetAsync(name, new Step(name));

        var items = await ListAsync(kind);

        items.Select(item => item.Name).ShouldBe(Awkward, ignoreOrder: true);
        items.ShouldAllBe(item => item.Value.Name == item.Name);
    }

    [Theory, MemberData(nameof(Prefixes))]
    public async Task List_And_DeleteAll_TakeAPrefixLiterally(RecordKind kind, string prefix)
    {
        foreach (var name in Awkward) await Records(kind).SetAsync(name, new Step(name));
        var (within, beyond) = (Starting(prefix, true), Starting(prefix, false));

        (await ListAsync(kind, prefix)).Select(item => item.Name).ShouldBe(within, ignoreOrder: true);
        (await DeleteAllAsync(kind, prefix)).ShouldBe(within.Length);
        (await ListAsync(kind)).Select(item => item.Name).ShouldBe(beyond, ignoreOrder: true);

        static string[] Starting(string prefix, bool wanted) =>
            [.. Awkward.Where(name => name.StartsWith(prefix, StringComparison.Ordinal) == wanted)];
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task List_PrefixNobodyHas_IsEmpty(RecordKind kind)
    {
        await Records(kind).SetAsync("pizza_order", new Step("a"));

        string[] prefixes = ["pizza_orders", "izza", "PIZZA", "pizza*", "p?zza", "[p]izza", "pizza_order*"];
        foreach (var prefix in prefixes)
        {
            (await ListAsync(kind, prefix)).ShouldBeEmpty(prefix);
            (await DeleteAllAsync(kind, prefix)).ShouldBe(0, prefix);
        }

        (await Records(kind).ExistsAsync("pizza_order")).ShouldBeTrue();
    }

    [Fact]
    public async Task List_Table_HidesTheTableLevelRecordButDeletesIt()
    {
        await Table.IncrementFieldAsync(TableKey.Table(TableName), "messages");
        await Table.SetAsync(TableName, "a", new Step("a"));
        await Table.SetAsync(TableName, "b", new Step("b"));

        (await ListAsync(RecordKind.Table)).Select(item => item.Name).ShouldBe(["a", "b"], ignoreOrder: true);
        (await Table.DeleteAllAsync(TableName, "a")).ShouldBe(1);
        (await Table.ExistsAsync(TableKey.Table(TableName))).ShouldBeTrue();
        (await Table.DeleteAllAsync(TableName)).ShouldBe(2);
        (await Table.ExistsAsync(TableKey.Table(TableName))).ShouldBeFalse();
        (await Table.DeleteAllAsync(TableName)).ShouldBe(0);
    }

    [Fact]
    public async Task List_And_DeleteAll_LeaveOtherSetsAlone()
    {
        var other = Caches.ForUser(Tenant, "other");
        var stranger = Caches.ForUser("stranger", UserId);
        foreach (var caches in (UserCaches[])[Me, other, stranger])
        {
            await caches.State.SetAsync("r", new Step("state"));
            await caches.User.SetAsync("r", new Step("user"));
        }

        await Table.SetAsync(TableName, "r", new Step("row"));
        await Table.SetAsync(TableName + "2", "r", new Step("row"));
        await stranger.Table.SetAsync(TableName, "r", new Step("row"));

        (await ListAsync(RecordKind.State)).ShouldHaveSingleItem().Value.Name.ShouldBe("state");
        (await ListAsync(RecordKind.User)).ShouldHaveSingleItem().Value.Name.ShouldBe("user");
        (await ListAsync(RecordKind.Table)).ShouldHaveSingleItem().Value.Name.ShouldBe("row");
        (await Me.State.DeleteAllAsync()).ShouldBe(1);
        (await Me.User.ExistsAsync("r")).ShouldBeTrue();
        (await Table.DeleteAllAsync(TableName)).ShouldBe(1);

        foreach (var caches in (UserCaches[])[other, stranger])
        {
            (await caches.State.ExistsAsync("r")).ShouldBeTrue();
            (await caches.User.ExistsAsync("r")).ShouldBeTrue();
        }

        (await Table.ExistsAsync(TableName + "2", "r")).ShouldBeTrue();
        (await stranger.Table.ExistsAsync(TableName, "r")).ShouldBeTrue();
    }

    [Fact]
    public async Task List_FiveThousandRecordsOfOneUser_IsCompleteAndErasable()
    {
        const int Count = 5_000;
        var names = Enumerable.Range(0, Count).Select(i => $"state_{i}").ToArray();
        foreach (var chunk in names.Chunk(1_000))
            await Me.State.SetManyAsync(chunk.Select(name => KeyValuePair.Create(name, new Step(name))));
        await Caches.ForUser(Tenant, "other").State.SetAsync("r", new Step("other"));

        (await ListAsync(RecordKind.State)).Select(item => item.Name).Order(StringComparer.Ordinal)
            .SequenceEqual(names.Order(StringComparer.Ordinal)).ShouldBeTrue();
        (await ListAsync(RecordKind.State, "state_49")).Count.ShouldBe(111);
        (await Me.State.GetAsync<Step>("state_4999")).ShouldBe(new Step("state_4999"));
        (await Me.State.DeleteAllAsync("state_1")).ShouldBe(1_111);
        (await Me.EraseAsync()).ShouldBe(Count - 1_111);
        (await ListAsync(RecordKind.State)).ShouldBeEmpty();
        (await Caches.ForUser(Tenant, "other").State.ExistsAsync("r")).ShouldBeTrue();
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task List_WhileRecordsComeAndGo_TellsEachOfTheOthersOnce(RecordKind kind)
    {
        var staying = Enumerable.Range(0, 200).Select(i => $"stay_{i}").ToArray();
        foreach (var name in staying) await Records(kind).SetAsync(name, new Step(name));
        for (var i = 0; i < 50; i++) await Records(kind).SetAsync($"go_{i}", new Step("go"));

        var seen = new List<string>();
        await foreach (var item in Items(kind, ""))
        {
            seen.Add(item.Name);
            if (seen.Count > 500) break; // what is added while listing may be listed, but the listing must end
            if (seen.Count <= 50) await Records(kind).DeleteAsync($"go_{seen.Count - 1}");
            if (seen.Count <= 50) await Records(kind).SetAsync($"come_{seen.Count}", new Step("come"));
            if (seen.Count <= 50) await Records(kind).SetFieldAsync(staying[seen.Count], "number", 1);
        }

        seen.Count.ShouldBeLessThanOrEqualTo(500);
        seen.Where(name => name.StartsWith("stay_", StringComparison.Ordinal)).ShouldBe(staying, ignoreOrder: true);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task List_Cancelled_Stops(RecordKind kind)
    {
        using var cancelling = new CancellationTokenSource();
        for (var i = 0; i < 1_000; i++) await Records(kind).SetAsync($"r{i}", new Step("r"));

        await Should.ThrowAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in Items(kind, "", cancelling.Token)) await cancelling.CancelAsync();
        });
    }

    private IAsyncEnumerable<CacheItem<Step>> Items(
        RecordKind kind, string prefix, CancellationToken cancellationToken = default) =>
        kind switch
        {
            RecordKind.State => Me.State.ListAsync<Step>(prefix, cancellationToken),
            RecordKind.User => Me.User.ListAsync<Step>(prefix, cancellationToken),
            _ => Table.ListAsync<Step>(TableName, prefix, cancellationToken),
        };

    private async Task<List<CacheItem<Step>>> ListAsync(RecordKind kind, string prefix = "")
    {
        var items = new List<CacheItem<Step>>();
        await foreach (var item in Items(kind, prefix)) items.Add(item);
        return items;
    }

    private ValueTask<long> DeleteAllAsync(RecordKind kind, string prefix = "") => kind switch
    {
        RecordKind.State => Me.State.DeleteAllAsync(prefix),
        RecordKind.User => Me.User.DeleteAllAsync(prefix),
        _ => Table.DeleteAllAsync(TableName, prefix),
    };
}
