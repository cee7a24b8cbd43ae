using Wappa.Caching.Redis.Tests.Servers;

namespace Wappa.Caching.Redis.Tests.Strategies;

/// <summary>Write-behind caches of several nodes over one Redis: nodes vanish, the server goes away, and what was acknowledged arrives in
/// order.</summary>
public sealed class WriteBehindNodesTests : IAsyncLifetime
{
    private readonly NumberTable _table = new();
    private readonly List<NumberNode> _nodes = [];
    private RedisServer? _server;

    private RedisServer Server => _server ?? throw new InvalidOperationException("The test has not begun.");

    public async ValueTask InitializeAsync() => _server = await RedisServer.StartAsync(new() { Durable = true });

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes) await node.DisposeAsync();
        await Server.DisposeAsync();
    }

    [Fact]
    public async Task WriteAsync_NodeVanishesWithAFullQueue_AnotherWritesAllOfItWhenTheLeaseEnds()
    {
        var (reached, never) = (Signal(), Signal());
        var first = Node(before: batch =>
        {
            reached.TrySetResult();
            return never.Task;
        });
        for (var key = 0; key < 10; key++) await first.WriteAsync($"k{key}", 1);
        await reached.Task.WaitAsync(Eventually.Patience);
        await first.WriteAsync("k3", 2); // one that is on its way, and one that waits
        await first.WriteAsync("k9", 2);
        await first.KillAsync();
        _table.Arrivals.ShouldBeEmpty();

        var second = Node();
        (await second.Cache.ReadAsync("k3")).ShouldBe(2, "what a dead node has acknowledged is read before it is written");
        await second.Cache.StartAsync();
        await second.FinishedAsync();
        _table.ShouldHold(first.Acknowledged);
        _table.Arrivals.Count.ShouldBe(10, "of each key only the newest is left in the journal");
    }

    [Fact]
    public async Task WriteAsync_KeyGoesOnOnAnotherNodeAfterTheFirstVanished_SequencesGoOn()
    {
        var first = Node();
        await first.WriteAsync("k", 1);
        await first.FinishedAsync();
        await first.KillAsync();
        var second = Node();
        for (var number = 2; number <= 4; number++)
        {
            await second.WriteAsync("k", number);
            await second.FinishedAsync();
        }

        _table.ShouldHold(second.Acknowledged);
        _table.Arrivals.Select(row => row.Number).ShouldBe([1, 2, 3, 4]);
        _table.Arrivals.Select(row => row.Sequence).Distinct().Count().ShouldBe(4);
    }

    [Fact]
    public async Task PersistAsync_NodeThatWasThoughtDeadWritesLate_SequenceTellsTheDatabaseWhatIsNewer()
    {
        var (reached, thaw, late) = (Signal(), Signal(), Signal());
        var frozen = Node(before: async batch =>
        {
            reached.TrySetResult();
            await thaw.Task;
            _table.Write(batch); // a database that has begun does not ask whether the node still has the lease
            late.TrySetResult();
        });
        await frozen.WriteAsync("k", 1);
        await reached.Task.WaitAsync(Eventually.Patience);
        await frozen.KillAsync();

        var second = Node();
        await second.WriteAsync("k", 2);
        await second.FinishedAsync();
        _table.Row("k").ShouldBe(2);
        thaw.SetResult();
        await late.Task.WaitAsync(Eventually.Patience);
        _table.Arrivals[^1].Number.ShouldBe(1);
        _table.Row("k").ShouldBe(2);
    }

    [Fact]
    public async Task WriteAsync_ServerIsAwayForAWhile_WhatWasAcknowledgedArrivesInOrder()
    {
        var node = Node();
        using var end = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 6).Select(key => Task.Run(() => CountAsync(node, $"k{key}", end.Token))).ToArray();
        for (var outage = 0; outage < 2; outage++)
        {
            var before = node.Acknowledged.Values.Sum();
            await Eventually.BeTrueAsync("some writes", () => Task.FromResult(node.Acknowledged.Values.Sum() > before + 200));
            await Server.KillAsync();
            await Server.StartAgainAsync();
        }

        var last = node.Acknowledged.Values.Sum();
        await Eventually.BeTrueAsync("writes after the outages", () => Task.FromResult(node.Acknowledged.Values.Sum() > last + 200));
        await end.CancelAsync();
        await Task.WhenAll(writers);
        await node.FinishedAsync();
        _table.ShouldHold(node.Acknowledged);
    }

    [Fact]
    public async Task WriteAsync_NodesVanishOneAfterAnotherAtWork_EveryAcknowledgedWriteArrivesInOrder()
    {
        const int Seed = 20_26;
        var random = new Random(Seed);
        var acknowledged = new Dictionary<string, long>();
        var left = 0;
        for (var round = 1; round <= 5; round++)
        {
            var node = Node();
            using var end = new CancellationTokenSource();
            var writers = Enumerable.Range(0, 6).Select(key => Task.Run(() => CountAsync(node, $"k{key}", end.Token, round * 1_000_000))).ToArray();
            var enough = random.Next(20, 200);
            await Eventually.BeTrueAsync("some writes", () => Task.FromResult(node.Acknowledged.Values.Sum(number => number % 1_000_000) > enough));
            await node.KillAsync();
            await end.CancelAsync();
            await Task.WhenAll(writers);
            foreach (var (key, number) in node.Acknowledged) acknowledged[key] = number;
            await using var looker = new NumberNode(Server.Url, _table);
            left += await looker.RowsAsync();
        }

        left.ShouldBeGreaterThan(0, "nodes must have been killed with something left to do, or nothing was tested");
        var last = Node();
        await last.Cache.StartAsync();
        await last.FinishedAsync();
        _table.ShouldHold(acknowledged);
    }

    // One writer for each key, as the order of writers of one key is not what this is about.
    private static async Task CountAsync(NumberNode node, string key, CancellationToken end, long from = 0)
    {
        for (var number = from + 1; !end.IsCancellationRequested; number++)
        {
            try
            {
                await node.WriteAsync(key, number);
            }
            catch (Exception error) when (error is CacheStoreException or ObjectDisposedException)
            {
                // Not acknowledged; it may arrive all the same, and the next number is larger.
            }
        }
    }

    private NumberNode Node(Func<WriteBehindBatch<long>, Task>? before = null)
    {
        var node = new NumberNode(Server.Url, _table, before);
        _nodes.Add(node);
        return node;
    }

    private static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
