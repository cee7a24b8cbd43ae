using Wappa.Caching.Redis.Tests.Records;
using Wappa.Testing;

namespace Wappa.Caching.Redis.Tests.Faults;

/// <summary>Letters that mean something to Redis' patterns, to its slots or to nobody, in every part of a key: each name is only itself.</summary>
public abstract class OddNames(DocumentStoreHarness harness) : IAsyncLifetime
{
    private static readonly string[] Odd =
    [
        "*", "?", "[a]", "[", "]", "[^a]", "\\", "\\*", "a*", "a", "{", "}", "{}", "{a", "a}", "}{", "{a}", "{{a}}", "%7Ba%7D",
        "%names", "$meta", "é", "日本", "🍕", "a\u2028b", " ", "\"", "'", "a\u00a0b",
    ];

    private IDocumentStore? _store;

    private IDocumentStore Store => _store!;

    public async ValueTask InitializeAsync() => _store = await harness.CreateAsync(new());

    public async ValueTask DisposeAsync()
    {
        await harness.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    public static TheoryData<string> Parts => ["tenant", "user", "state", "record", "table", "row"];

    [Theory, MemberData(nameof(Parts))]
    public async Task Names_OfEachPart_AreOnlyThemselves(string part)
    {
        await Task.WhenAll(Odd.Select(async name => (await Store.ApplyAsync(KeyOf(part, name), SetTo(name))).Applied.ShouldBeTrue(name)));

        foreach (var name in Odd) (await Store.GetAsync(KeyOf(part, name))).Document!.GetField<string>("name").ShouldBe(name);
        foreach (var name in Odd) await ListsAndErasesAsync(part, name);
    }

    [Fact]
    public async Task Names_InAllPartsAtOnce_AreOnlyThemselves()
    {
        foreach (var (kind, index) in Enum.GetValues<RecordKind>().SelectMany(kind => Odd.Select((_, index) => (kind, index))))
        {
            var (a, b, c) = (Odd[index], Odd[(index + 7) % Odd.Length], Odd[(index + 16) % Odd.Length]);
            var key = kind switch
            {
                RecordKind.User => RecordKey.User(a, b, c),
                RecordKind.State => RecordKey.State(a, b, c),
                _ => RecordKey.Table(a, TableKey.Row(b, c)),
            };
            await Store.ApplyAsync(key, SetTo(key.ToString()));
            await Store.ApplyAsync(key, new RecordChange.SetField($"{a}\r\n{b}\0{c}", "1"u8.ToArray()));
            (await Store.ApplyAsync(key, new RecordChange.Increment($"{a}\r\n{b}\0{c}", CacheNumber.From(1)))).Number.ToInt64().ShouldBe(2);
            (await Store.GetFieldAsync(key, $"{a}\r\n{b}\0{c}")).IsHit.ShouldBeTrue();
            (await Store.ApplyAsync(key, new RecordChange.Delete())).Applied.ShouldBeTrue();
        }
    }

    // What shares its set is found by a listing; erasing one set leaves all the others.
    private async Task ListsAndErasesAsync(string part, string name)
    {
        var key = KeyOf(part, name);
        var set = key.Kind == RecordKind.Table ? RecordSet.Rows(key.Tenant, key.Owner) : RecordSet.OfUser(key.Tenant, key.Owner);
        var names = new List<string>();
        await foreach (var (there, _) in Store.ListAsync(set)) names.Add(there.Name);
        names.ShouldContain(key.Name);
        var shared = part is "state" or "record" or "row";
        if (!shared) names.ShouldBe([key.Name]);
        if (shared)
        {
            (await Store.ApplyAsync(key, new RecordChange.Delete())).Applied.ShouldBeTrue(name);
            (await Store.ApplyAsync(key, SetTo(name))).Applied.ShouldBeTrue(name);
            return;
        }

        (await Store.DeleteAllAsync(set)).ShouldBe(1, name);
        (await Store.GetAsync(key)).IsHit.ShouldBeFalse();
        foreach (var other in Odd.Where(other => other != name)) (await Store.GetAsync(KeyOf(part, other))).IsHit.ShouldBeTrue($"{other} after {name}");
        await Store.ApplyAsync(key, SetTo(name));
    }

    private static RecordChange.Set SetTo(string name) => new(CacheDocument.Parse("{\"name\":" + System.Text.Json.JsonSerializer.Serialize(name) + "}"));

    private static RecordKey KeyOf(string part, string name) => part switch
    {
        "tenant" => RecordKey.State(name, "1", "order"),
        "user" => RecordKey.State("hotel123", name, "order"),
        "state" => RecordKey.State("hotel123", "1", name),
        "record" => RecordKey.User("hotel123", "1", name),
        "table" => RecordKey.Table("hotel123", TableKey.Row(name, "1")),
        _ => RecordKey.Table("hotel123", TableKey.Row("products", name)),
    };
}

public sealed class StandaloneOddNameTests() : OddNames(new RedisHarness(RedisTarget.StandaloneAsync));

public sealed class ClusterOddNameTests() : OddNames(new RedisHarness(RedisTarget.ClusterAsync));
