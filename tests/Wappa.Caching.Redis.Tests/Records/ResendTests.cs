using Microsoft.Extensions.Logging.Abstractions;
using Wappa.Caching.Redis.Records;
using Wappa.Caching.Redis.Resp;
using Wappa.Caching.Redis.Tests.Servers;

namespace Wappa.Caching.Redis.Tests.Records;

/// <summary>Lost replies: increments and appends happen once all the same, other writes say that nobody knows.</summary>
public sealed class ResendTests : IAsyncLifetime
{
    private static readonly RecordKey Counter = RecordKey.User("hotel123", "1234567890", "stats");

    private RedisServer? _server;
    private FaultProxy? _proxy;
    private RedisClient? _client;
    private RedisDocumentStore? _store;

    private FaultProxy Proxy => _proxy!;

    private RedisDocumentStore Store => _store!;

    public async ValueTask InitializeAsync()
    {
        _server = await RedisServer.StartAsync();
        _proxy = FaultProxy.To(_server);
        _client = new RedisClient(RedisUrl.Parse(_proxy.Url) with { CommandTimeout = TimeSpan.FromSeconds(20) }, TimeProvider.System, NullLogger.Instance);
        _store = new RedisDocumentStore(_client, new() { CommandTimeout = TimeSpan.FromSeconds(20) });
        await _store.ApplyAsync(Counter, new RecordChange.Set(CacheDocument.Empty));
    }

    public async ValueTask DisposeAsync()
    {
        await _client!.DisposeAsync();
        await _proxy!.DisposeAsync();
        await _server!.DisposeAsync();
    }

    public static TheoryData<string> Sums => ["long", "decimal", "double"];

    [Theory, MemberData(nameof(Sums))]
    public async Task Increment_ReplyLost_IsMadeOnceAndTellsItsNumber(string kind)
    {
        var by = kind switch { "long" => CacheNumber.From(1), "decimal" => CacheNumber.From(1m), _ => CacheNumber.From(1.0) };
        for (var i = 1; i <= 10; i++)
        {
            // The decimal's read comes back, its write's reply does not: 5 bytes are less than either, so both are repeated.
            Proxy.CutRepliesAfter(i % 2 == 0 ? 5 : 200);
            var result = await Store.ApplyAsync(Counter, new RecordChange.Increment("n", by));
            result.Applied.ShouldBeTrue();
            result.Number.ToString().ShouldBe($"{i}");
        }

        (await Store.GetAsync(Counter)).Document!.GetField<double>("n").ShouldBe(10);
    }

    [Fact]
    public async Task Append_ReplyLost_IsMadeOnce()
    {
        for (var i = 1; i <= 10; i++)
        {
            Proxy.CutRepliesAfter(5);
            (await Store.ApplyAsync(Counter, new RecordChange.Append("list", "1"u8.ToArray(), 7))).Number.ToInt64().ShouldBe(Math.Min(i, 7));
        }
    }

    [Fact]
    public async Task Set_ReplyLost_SaysThatNobodyKnows()
    {
        Proxy.CutRepliesAfter(5);

        var error = await Should.ThrowAsync<CacheStoreUnavailableException>(
            async () => await Store.ApplyAsync(Counter, new RecordChange.Set(CacheDocument.Parse("""{"n":1}"""))));

        error.OutcomeUnknown.ShouldBeTrue();
        (await Store.GetAsync(Counter)).Document!.GetField<int>("n").ShouldBe(1);
    }

    [Fact]
    public async Task Increments_OfManyRecordsWhileConnectionsAreCut_AreAllMadeOnce()
    {
        const int Records = 20;
        const int Each = 50;
        using var done = new CancellationTokenSource();
        var cutting = CutAsync(done.Token);

        await Task.WhenAll(Enumerable.Range(0, Records).Select(i => Task.Run(async () =>
        {
            var key = RecordKey.User("hotel123", $"user{i}", "stats");
            for (var n = 1; n <= Each; n++)
            {
                var made = await Store.ApplyAsync(key, new RecordChange.Increment("n", CacheNumber.From(1)));
                made.Number.ToInt64().ShouldBe(n);
            }
        })));

        await done.CancelAsync();
        (await cutting).ShouldBeGreaterThan(1);
    }

    [Fact]
    public async Task Increment_ForgottenAmongManyOthers_SaysThatNobodyKnows()
    {
        // The reply is held back while eight others push the operation out of the record's memory.
        await using var other = new RedisClient(RedisUrl.Parse(_server!.Url), TimeProvider.System, NullLogger.Instance);
        var direct = new RedisDocumentStore(other, new());
        var one = new RecordChange.Increment("n", CacheNumber.From(1));
        Proxy.SwallowReplies();
        var lost = Store.ApplyAsync(Counter, one).AsTask();
        await Eventually.BeTrueAsync("an increment that arrived", async () => (await direct.GetAsync(Counter)).Document!.Contains("n"));
        for (var i = 0; i < 8; i++) await direct.ApplyAsync(Counter, one);
        Proxy.CutAll();
        Proxy.PassOn();

        var error = await Should.ThrowAsync<CacheStoreUnavailableException>(() => lost);

        error.OutcomeUnknown.ShouldBeTrue();
        (await direct.GetAsync(Counter)).Document!.GetField<int>("n").ShouldBe(9);
    }

    private async Task<int> CutAsync(CancellationToken done)
    {
        var cuts = 0;
        using var pauses = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!done.IsCancellationRequested)
        {
            Proxy.CutAll();
            cuts++;
            await pauses.WaitForNextTickAsync(CancellationToken.None);
        }

        return cuts;
    }
}
