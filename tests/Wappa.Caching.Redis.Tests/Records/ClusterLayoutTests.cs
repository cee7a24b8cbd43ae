using System.Globalization;
using Wappa.Caching.Redis.Tests.Servers;

namespace Wappa.Caching.Redis.Tests.Records;

/// <summary>Where records stand on a cluster, and how table rows get along with an index on another node.</summary>
public sealed class ClusterLayoutTests : IAsyncLifetime
{
    private const string Tenant = "hotel123";
    private const string Table = "products";

    private readonly RedisHarness _harness = new(RedisTarget.ClusterAsync);
    private RedisCluster? _cluster;
    private IDocumentStore? _store;

    private IDocumentStore Store => _store!;

    private string Names => $"{_harness.Options.KeyPrefix}{{{Tenant}:{Table}}}:df:%names";

    public async ValueTask InitializeAsync()
    {
        _store = await _harness.CreateAsync(new());
        _cluster = await SharedServers.ClusterAsync();
    }

    public ValueTask DisposeAsync() => _harness.DisposeAsync();

    [Fact]
    public async Task Records_OfOneUser_ShareASlotWithTheirIndexes()
    {
        RecordWrite[] writes =
        [
            new(RecordKey.User(Tenant, "{12}%3A:"), new RecordChange.Set(CacheDocument.Empty)),
            new(RecordKey.User(Tenant, "{12}%3A:", "stats"), new RecordChange.Set(CacheDocument.Empty)),
            new(RecordKey.State(Tenant, "{12}%3A:", "order"), new RecordChange.Set(CacheDocument.Empty)),
        ];
        (await Store.CommitAsync(writes)).Committed.ShouldBeTrue();

        var tag = $"{_harness.Options.KeyPrefix}{{{Tenant}:%7B12%7D%253A%3A}}";
        foreach (var key in (string[])["user", "user:stats", "state:order", "user:%names", "state:%names"])
            (await CallAsync($"{tag}:{key}", "EXISTS", $"{tag}:{key}")).ShouldBe(1L, key);
    }

    [Fact]
    public async Task Row_OfATable_IsAnnouncedBeforeItIsCreated()
    {
        for (var i = 0; i < 50; i++)
            (await Store.ApplyAsync(Row($"row{i}"), new RecordChange.Set(CacheDocument.Empty))).Applied.ShouldBeTrue();

        (await CallAsync(Names, "ZCARD", Names)).ShouldBe(50L);
        (await ListAsync()).Count.ShouldBe(50);
        (await Store.DeleteAllAsync(RecordSet.Rows(Tenant, Table))).ShouldBe(50);
        (await ListAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Name_WithoutARow_StaysAsLongAsACreationMayRelyOnIt()
    {
        await Store.ApplyAsync(Row("there"), new RecordChange.Set(CacheDocument.Empty));
        await CallAsync(Names, "ZADD", Names, "1000", "old");
        await CallAsync(Names, "ZADD", Names, await MicrosecondsAsync(), "young");

        (await ListAsync()).ShouldBe(["there"]);

        (await CallAsync(Names, "ZSCORE", Names, "old")).ShouldBeNull();
        (await CallAsync(Names, "ZSCORE", Names, "young")).ShouldNotBeNull();
        (await CallAsync(Names, "ZSCORE", Names, "there")).ShouldNotBeNull();
    }

    [Fact]
    public async Task Rows_OfManyWrites_AreAllAnnounced()
    {
        var writes = Enumerable.Range(0, 300).Select(i => new RecordWrite(Row($"r{i}"), new RecordChange.Set(CacheDocument.Empty)));

        (await Store.WriteManyAsync([.. writes])).ShouldAllBe(result => result.Applied);

        (await ListAsync()).Count.ShouldBe(300);
    }

    [Fact]
    public async Task Names_OfErasedRows_LeaveTheIndexWithThem()
    {
        for (var i = 0; i < 60; i++) await Store.ApplyAsync(Row($"row{i}"), new RecordChange.Set(CacheDocument.Empty));
        for (var i = 0; i < 60; i++) await CallAsync(Names, "ZADD", Names, "1000", $"row{i}"); // announced long ago
        await Store.ApplyAsync(Row("row0"), new RecordChange.Delete());
        (await CallAsync(Names, "ZCARD", Names)).ShouldBe(59L);
        await Store.WriteManyAsync([new(Row("row1"), new RecordChange.Delete()), new(Row("row2"), new RecordChange.Set(CacheDocument.Empty))]);
        (await CallAsync(Names, "ZCARD", Names)).ShouldBe(58L);

        (await Store.DeleteAllAsync(RecordSet.Rows(Tenant, Table))).ShouldBe(58);

        (await CallAsync(Names, "EXISTS", Names)).ShouldBe(0L);
    }

    [Fact]
    public async Task Names_OfErasedRowsAnnouncedJustNow_StayForThoseWhoRelyOnThem()
    {
        await Store.ApplyAsync(Row("young"), new RecordChange.Set(CacheDocument.Empty));
        (await Store.DeleteAllAsync(RecordSet.Rows(Tenant, Table))).ShouldBe(1);
        (await CallAsync(Names, "ZCARD", Names)).ShouldBe(1L);
    }

    [Theory]
    [InlineData("Set")]
    [InlineData("SetField")]
    [InlineData("Increment")]
    [InlineData("Many")]
    public async Task Row_MadeByHand_IsAnnouncedOnceItIsChanged(string how)
    {
        var key = $"{_harness.Options.KeyPrefix}{{{Tenant}:{Table}:hand}}:df";
        await CallAsync(key, "HSET", key, "a", "5");

        await HandMade.ChangeAsync(Store, Row("hand"), how);

        (await ListAsync()).ShouldBe(["hand"]);
        (await Store.DeleteAllAsync(RecordSet.Rows(Tenant, Table))).ShouldBe(1);
        (await CallAsync(key, "EXISTS", key)).ShouldBe(0L);
    }

    private static RecordKey Row(string id) => RecordKey.Table(Tenant, TableKey.Row(Table, id));

    private async Task<List<string>> ListAsync()
    {
        var names = new List<string>();
        await foreach (var (key, _) in Store.ListAsync(RecordSet.Rows(Tenant, Table))) names.Add(key.Name);
        return names;
    }

    private async Task<object?> CallAsync(string key, params string[] words) =>
        await (await _cluster!.OwnerOfAsync(key)).Owner.CallAsync(words);

    private async Task<string> MicrosecondsAsync()
    {
        await using var raw = await (await _cluster!.OwnerOfAsync(Names)).Owner.ConnectAsync();
        var time = await raw.ListAsync("TIME");
        return ((long.Parse(time[0], CultureInfo.InvariantCulture) * 1_000_000) + long.Parse(time[1], CultureInfo.InvariantCulture))
            .ToString(CultureInfo.InvariantCulture);
    }
}
