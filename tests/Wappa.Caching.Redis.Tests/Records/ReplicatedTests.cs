using Microsoft.Extensions.Logging.Abstractions;
using Wappa.Caching.Redis.Records;
using Wappa.Caching.Redis.Resp;
using Wappa.Caching.Redis.Tests.Servers;

namespace Wappa.Caching.Redis.Tests.Records;

/// <summary>Writes that are acknowledged once replicas have them.</summary>
public sealed class ReplicatedTests : IAsyncLifetime
{
    private static readonly RecordKey Counter = RecordKey.User("hotel123", "1234567890", "stats");
    private static readonly TimeSpan Brief = TimeSpan.FromMilliseconds(200);

    private readonly List<RedisClient> _clients = [];
    private RedisServer? _primary;
    private RedisServer? _replica;
    private FaultProxy? _proxy;

    private RedisServer Primary => _primary!;

    private RedisServer Replica => _replica!;

    public async ValueTask InitializeAsync()
    {
        _primary = await RedisServer.StartAsync();
        _replica = await RedisServer.StartAsync(new() { Lines = [$"replicaof 127.0.0.1 {Primary.Port}"] });
        _proxy = FaultProxy.To(Primary);
        await Eventually.BeTrueAsync("a replica that confirms", async () =>
        {
            await using var raw = await Primary.ConnectAsync();
            await raw.CallAsync("SET", "ready", "1");
            return await raw.CallAsync("WAIT", "1", "100") is 1L;
        });
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients) await client.DisposeAsync();
        await _proxy!.DisposeAsync();
        await _replica!.DisposeAsync();
        await _primary!.DisposeAsync();
    }

    [Fact]
    public async Task Writes_OfManyCallers_AreOnTheReplicaWhenTheyReturn()
    {
        var store = Store(RedisDurability.Replicated(1));
        await using var replica = await Replica.ConnectAsync();
        using var turn = new SemaphoreSlim(1);

        await Task.WhenAll(Enumerable.Range(0, 32).Select(i => Task.Run(async () =>
        {
            for (var n = 1; n <= 20; n++)
            {
                var key = RecordKey.User("hotel123", $"user{i}", "stats");
                var made = await store.ApplyAsync(key, new RecordChange.Increment("n", CacheNumber.From(1)));
                made.Number.ToInt64().ShouldBe(n);
                (await store.GetAsync(key)).Document!.GetField<int>("n").ShouldBe(n);
                (await FieldOnReplicaAsync($"hotel123:user:user{i}:stats")).ShouldBe($"{n}");
            }
        })));

        async Task<string?> FieldOnReplicaAsync(string key)
        {
            await turn.WaitAsync();
            try
            {
                return await replica.TextAsync("HGET", key, "n");
            }
            finally
            {
                turn.Release();
            }
        }
    }

    [Fact]
    public async Task EveryKindOfWrite_OneReplica_Succeeds()
    {
        var store = Store(RedisDurability.Replicated(1));
        var row = RecordKey.Table("hotel123", TableKey.Row("products", "pizza"));
        var document = CacheDocument.Parse("""{"n":1}""");

        (await store.ApplyAsync(Counter, new RecordChange.Set(document))).Applied.ShouldBeTrue();
        (await store.ApplyAsync(Counter, new RecordChange.Increment("n", CacheNumber.From(0.5m)))).Number.ToString().ShouldBe("1.5");
        (await store.ApplyAsync(Counter, new RecordChange.CreateIfAbsent(document))).Applied.ShouldBeFalse();
        (await store.CommitAsync([new(Counter, new RecordChange.SetField("m", "2"u8.ToArray()))])).Committed.ShouldBeTrue();
        (await store.WriteManyAsync([new(row, new RecordChange.Set(document))])).ShouldAllBe(result => result.Applied);
        (await store.DeleteAllAsync(RecordSet.Rows("hotel123", "products"))).ShouldBe(1);
    }

    [Fact]
    public async Task Write_MoreReplicasThanThereAre_SaysThatNobodyKnowsAndStandsOnThePrimary()
    {
        var store = Store(RedisDurability.Replicated(2, TimeSpan.FromSeconds(2))); // the one there is has to answer within it

        var error = await Should.ThrowAsync<CacheStoreTimeoutException>(
            async () => await store.ApplyAsync(Counter, new RecordChange.Increment("n", CacheNumber.From(1))));

        error.OutcomeUnknown.ShouldBeTrue();
        error.Message.ShouldContain("1 replicas had it instead of the 2 asked for");
        (await store.GetAsync(Counter)).Document!.GetField<int>("n").ShouldBe(1);
    }

    [Fact]
    public async Task Changes_ThatWriteNothing_AskNoReplica()
    {
        var row = RecordKey.Table("hotel123", TableKey.Row("products", "pizza"));
        var document = CacheDocument.Parse("""{"text":"a"}""");
        var revision = (await Store(RedisDurability.Primary).ApplyAsync(Counter, new RecordChange.Set(document))).Record.Revision;
        var store = Store(RedisDurability.Replicated(2, Brief));

        (await store.ApplyAsync(Counter, new RecordChange.CreateIfAbsent(document))).Outcome.ShouldBe(ChangeOutcome.Exists);
        (await store.ApplyAsync(Counter, new RecordChange.ReplaceIf(document, revision - 1))).Applied.ShouldBeFalse();
        (await store.ApplyAsync(row, new RecordChange.Delete())).Applied.ShouldBeFalse();
        (await store.ApplyAsync(Counter, new RecordChange.RemoveField("other"))).Applied.ShouldBeFalse();
        (await store.CommitAsync([new(Counter, new RecordChange.Require(0)), new(Counter, new RecordChange.Set(document))]))
            .Committed.ShouldBeFalse();
        (await store.WriteManyAsync([new(row, new RecordChange.Delete())]))[0].Applied.ShouldBeFalse();
        foreach (var by in (CacheNumber[])[CacheNumber.From(1), CacheNumber.From(1m)])
            await Should.ThrowAsync<CacheTypeException>(async () => await store.ApplyAsync(Counter, new RecordChange.Increment("text", by)));
        await Should.ThrowAsync<CacheTypeException>(async () => await store.ApplyAsync(Counter, new RecordChange.Append("text", "1"u8.ToArray())));
        await Should.ThrowAsync<CacheStoreTimeoutException>(async () => await store.ApplyAsync(Counter, new RecordChange.Delete()));
    }

    [Fact]
    public async Task Writes_ReplicaFrozen_FailTogetherAndSucceedAgainAfterwards()
    {
        var store = Store(RedisDurability.Replicated(1, Brief));
        await Store(RedisDurability.Primary).ApplyAsync(Counter, new RecordChange.Increment("n", CacheNumber.From(1)));

        await Replica.FreezeAsync();
        var late = Enumerable.Range(0, 100)
            .Select(_ => store.ApplyAsync(Counter, new RecordChange.Increment("n", CacheNumber.From(1))).AsTask()).ToArray();
        foreach (var write in late) await Should.ThrowAsync<CacheStoreTimeoutException>(write);
        await Replica.ThawAsync();

        var next = await NextAsync(store);
        next.ShouldBe(102);
    }

    [Fact]
    public async Task Increment_ReplyOfTheWaitLost_IsMadeOnceAndConfirmed()
    {
        var store = Store(RedisDurability.Replicated(1), _proxy!.Url);
        await store.ApplyAsync(Counter, new RecordChange.Set(CacheDocument.Empty));
        for (var i = 1; i <= 20; i++)
        {
            // Somewhere in the answer of the script or of the WAIT behind it.
            _proxy.CutRepliesAfter(5 + (4 * i));
            var made = await store.ApplyAsync(Counter, new RecordChange.Increment("n", CacheNumber.From(1)));
            made.Number.ToInt64().ShouldBe(i);
            (await Replica.CallAsync("HGET", "hotel123:user:1234567890:stats", "n")).ShouldBe($"{i}");
        }
    }

    [Fact]
    public async Task Writes_ConnectionCutWhileTheyWait_AllEnd()
    {
        var store = Store(RedisDurability.Replicated(1), _proxy!.Url);
        await store.ApplyAsync(Counter, new RecordChange.Set(CacheDocument.Empty));
        await Replica.FreezeAsync();
        var writes = Enumerable.Range(0, 50)
            .Select(_ => store.ApplyAsync(Counter, new RecordChange.SetField("n", "1"u8.ToArray())).AsTask()).ToArray();

        await Eventually.BeTrueAsync("writes that wait", async () =>
            (await Primary.CallAsync("CLIENT", "LIST") as string)!.Contains("flags=b", StringComparison.Ordinal));
        _proxy.CutAll();

        foreach (var write in writes)
            (await Should.ThrowAsync<CacheStoreUnavailableException>(write)).OutcomeUnknown.ShouldBeTrue();
        await Replica.ThawAsync();
    }

    [Fact]
    public async Task Write_UserWithoutTheRightToWait_SaysWhatIsMissing()
    {
        await Primary.CallAsync("ACL", "SETUSER", "default", "-wait");
        var store = Store(RedisDurability.Replicated(1));

        var error = await Should.ThrowAsync<CacheStoreException>(
            async () => await store.ApplyAsync(Counter, new RecordChange.Increment("n", CacheNumber.From(1))));

        error.OutcomeUnknown.ShouldBeTrue();
        error.Message.ShouldContain("+wait");
    }

    [Fact]
    public void Replicated_BoundsExceeded_Throws()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => RedisDurability.Replicated(0));
        Should.Throw<ArgumentOutOfRangeException>(() => RedisDurability.Replicated(1, TimeSpan.Zero));
        Should.Throw<ArgumentOutOfRangeException>(() => RedisDurability.Replicated(1, TimeSpan.FromSeconds(3)));
    }

    // The thawed replica has to catch up first. Each failed try counts too: 100 frozen, the first, and at last this one.
    private static async Task<long> NextAsync(RedisDocumentStore store)
    {
        await Eventually.BeTrueAsync("a write that is confirmed", async () =>
        {
            try
            {
                return (await store.ApplyAsync(Counter, new RecordChange.SetField("m", "1"u8.ToArray()))).Applied;
            }
            catch (CacheStoreTimeoutException)
            {
                return false;
            }
        });
        return (await store.ApplyAsync(Counter, new RecordChange.Increment("n", CacheNumber.From(1)))).Number.ToInt64();
    }

    private RedisDocumentStore Store(RedisDurability durability, string? url = null)
    {
        var client = new RedisClient(
            RedisUrl.Parse(url ?? Primary.Url) with { CommandTimeout = TimeSpan.FromSeconds(20) }, TimeProvider.System, NullLogger.Instance);
        _clients.Add(client);
        return new(client, new() { CommandTimeout = TimeSpan.FromSeconds(20), Durability = durability });
    }
}
