using Wappa.Testing.Records;

namespace Wappa.Testing;

/// <summary>Nobody sees anybody else's records, whatever they are called; names that cannot be kept are
/// refused.</summary>
/// <param name="harness">The store under test.</param>
public abstract class RecordIsolationConformance(DocumentStoreHarness harness) : RecordConformance(harness)
{
    private static readonly string[] Hostile =
    [
        "a", "a:b", "b", "a%3Ab", "a%3ab", "a%b", "%", "%25", ":", "::", "a:", ":a", "{a}", "a}", "a_b", "a.b", "a/b",
        "A", "ä", "a\u0308",
        "user", "state", "df", "pkid", "+49123", "49123", " a", "a ", "🍕", "*", "profile",
    ];

    /// <summary>Names that are refused, and why.</summary>
    public static TheoryData<string> BadNames =>
        [new string('x', 257), "a\nb", "\0", "a\u007f", "a\u0085", "\ud800", "a\udc00b", "\udc00\ud800", "\t"];

    [Fact]
    public async Task Records_OfHostileTenantsAndUsers_NeverMeet()
    {
        foreach (var tenant in Hostile)
        {
            foreach (var user in Hostile)
                await Caches.ForUser(tenant, user).State.SetAsync("a", new Step($"{tenant}|{user}"));
        }

        foreach (var tenant in Hostile)
        {
            foreach (var user in Hostile)
                (await Caches.ForUser(tenant, user).State.GetAsync<Step>("a")).ShouldBe(new Step($"{tenant}|{user}"));
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Records_OfHostileOwnersAndNames_NeverMeet(RecordKind kind)
    {
        foreach (var (owner, name) in Pairs()) await SetAsync(kind, owner, name, $"{owner}|{name}");

        foreach (var (owner, name) in Pairs())
            (await GetAsync(kind, owner, name)).ShouldBe(new Step($"{owner}|{name}"));

        static IEnumerable<(string Owner, string Name)> Pairs() =>
            Hostile.SelectMany(owner => Hostile.Select(name => (owner, name)));
    }

    [Fact]
    public async Task Erase_RemovesThatUserAndNobodyElse()
    {
        foreach (var tenant in (string[])["a", "a:b"])
        {
            foreach (var user in Hostile)
            {
                var caches = Caches.ForUser(tenant, user);
                await caches.State.SetAsync("s:1", new Step(user));
                await caches.State.SetAsync("s2", new Step(user), TimeSpan.FromHours(1));
                await caches.User.SetAsync("profile", new Step(user));
                await caches.User.SetAsync("stats", new Step(user));
                await caches.Table.SetAsync(user, user, new Step(user));
            }
        }

        (await Caches.ForUser("a", "b").EraseAsync()).ShouldBe(4);
        (await Caches.ForUser("a", "b").EraseAsync()).ShouldBe(0);

        foreach (var tenant in (string[])["a", "a:b"])
        {
            foreach (var user in Hostile)
            {
                var caches = Caches.ForUser(tenant, user);
                var there = (tenant, user) != ("a", "b");
                (await caches.State.ExistsAsync("s:1")).ShouldBe(there, $"{tenant}|{user}");
                (await caches.State.ExistsAsync("s2")).ShouldBe(there, $"{tenant}|{user}");
                (await caches.User.ExistsAsync("profile")).ShouldBe(there, $"{tenant}|{user}");
                (await caches.User.ExistsAsync("stats")).ShouldBe(there, $"{tenant}|{user}");
                (await caches.Table.ExistsAsync(user, user)).ShouldBeTrue();
            }
        }
    }

    [Fact]
    public async Task Caches_OfATenantAndOfItsUsers_ShareTheTables()
    {
        await Caches.ForTenant(Tenant).Table.SetAsync("products", "a", new Step("row"));

        (await Me.Table.GetAsync<Step>("products", "a")).ShouldBe(new Step("row"));
        (await Caches.ForUser(Tenant, "other").Table.GetAsync<Step>("products", "a")).ShouldBe(new Step("row"));
        (await Caches.ForTenant("other").Table.ExistsAsync("products", "a")).ShouldBeFalse();
    }

    [Fact]
    public async Task User_TheRecordNamedProfile_IsApartFromAllOthers()
    {
        await Me.User.SetAsync("profile", new Step("profile"));
        await Me.User.SetAsync("stats", new Step("stats"));
        await Caches.ForUser(Tenant, UserId + ":stats").User.SetAsync("profile", new Step("another user"));

        (await Me.User.GetAsync<Step>("profile")).ShouldBe(new Step("profile"));
        (await Me.User.GetAsync<Step>("stats")).ShouldBe(new Step("stats"));
    }

    [Fact]
    public async Task Names_OfFullLength_Work()
    {
        var name = string.Concat(Enumerable.Repeat("🍕", 128));
        var other = name[..254] + "xy";
        var caches = Caches.ForUser(name, name);
        foreach (var kind in Enum.GetValues<RecordKind>())
        {
            await Records(caches, kind).SetAsync(name, new Step("long"));
            await Records(caches, kind).SetAsync(other, new Step("other"));
            (await Records(caches, kind).GetAsync<Step>(name)).ShouldBe(new Step("long"));
            (await Records(caches, kind).GetAsync<Step>(other)).ShouldBe(new Step("other"));
        }

        await caches.Table.SetAsync(name, name, new Step("row"));
        (await caches.Table.GetAsync<Step>(name, name)).ShouldBe(new Step("row"));
        (await caches.EraseAsync()).ShouldBe(4);
    }

    [Theory, MemberData(nameof(BadNames))]
    public async Task Names_ThatCannotBeKept_AreRefusedEverywhere(string bad)
    {
        await RefusesAsync(bad);
    }

    [Fact]
    public async Task Names_ThatAreEmpty_AreRefusedEverywhere() => await RefusesAsync("");

    private async Task RefusesAsync(string bad)
    {
        Should.Throw<ArgumentException>(() => Caches.ForUser(bad, UserId));
        Should.Throw<ArgumentException>(() => Caches.ForUser(Tenant, bad));
        Should.Throw<ArgumentException>(() => Caches.ForTenant(bad));
        foreach (var kind in Enum.GetValues<RecordKind>())
        {
            var cache = Records(kind);
            Func<Task>[] calls =
            [
                async () => await cache.GetAsync(bad),
                async () => await cache.GetAsync<Step>(bad),
                async () => await cache.TryGetAsync<Step>(bad),
                async () => await cache.GetFieldAsync<int>(bad, "f"),
                async () => await cache.GetTtlAsync(bad),
                async () => await cache.ExistsAsync(bad),
                async () => await cache.SetAsync(bad, new Step("x")),
                async () => await cache.IncrementFieldAsync(bad, "f"),
                async () => await cache.AppendToListAsync(bad, "f", 1),
                async () => await cache.CreateIfAbsentAsync(bad, new Step("x")),
                async () => await cache.UpdateAsync<Step>(bad, step => step ?? new("x")),
                async () => await cache.DeleteAsync(bad),
                async () => await cache.GetManyAsync<Step>(["good", bad]),
                async () => await cache.SetManyAsync<Step>([new("good", new("x")), new(bad, new("x"))]),
                async () => await cache.DeleteManyAsync(["good", bad]),
            ];
            foreach (var call in calls) await call.ShouldThrowAsync<ArgumentException>();
            (await cache.ExistsAsync("good")).ShouldBeFalse();
        }

        await Should.ThrowAsync<ArgumentException>(async () => await Table.SetAsync(bad, "id", new Step("x")));
        await Should.ThrowAsync<ArgumentException>(async () => await Table.DeleteAllAsync(bad));
    }

    private async Task SetAsync(RecordKind kind, string owner, string name, string text)
    {
        if (kind == RecordKind.Table) await Table.SetAsync(owner, name, new Step(text));
        else await Records(Caches.ForUser(Tenant, owner), kind).SetAsync(name, new Step(text));
    }

    private ValueTask<Step?> GetAsync(RecordKind kind, string owner, string name) => kind == RecordKind.Table
        ? Table.GetAsync<Step>(owner, name)
        : Records(Caches.ForUser(Tenant, owner), kind).GetAsync<Step>(name);
}
