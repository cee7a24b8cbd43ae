namespace Wappa.Caching.Redis.Tests.Servers;

/// <summary>A cluster of three primaries, each with as many replicas as asked for.</summary>
internal sealed class RedisCluster : IAsyncDisposable
{
    private const int PrimaryCount = 3;
    private const int SlotCount = 16_384;
    private const string NodeTimeout = "2000";

    private RedisCluster(IReadOnlyList<RedisServer> nodes) => Nodes = nodes;

    /// <summary>The three primaries as they were at the start, then the replicas.</summary>
    internal IReadOnlyList<RedisServer> Nodes { get; }

    internal IEnumerable<RedisServer> Primaries => Nodes.Take(PrimaryCount);

    /// <summary>How a client of the product is told to connect: any node will do.</summary>
    internal string Url => Nodes[0].Url;

    internal static async Task<RedisCluster> StartAsync(int replicasEach = 0, ServerProgram? program = null)
    {
        var options = new RedisServerOptions
        {
            Program = program ?? ServerProgram.Redis,
            Lines = ["cluster-enabled yes", $"cluster-node-timeout {NodeTimeout}", "cluster-announce-ip 127.0.0.1", "databases 1"],
        };
        options.Program.PathOrSkip();
        var cluster = new RedisCluster(await StartTogetherAsync(options, PrimaryCount * (1 + replicasEach)));
        try
        {
            await cluster.FormAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>The slot of a key, and the primary that has it as long as no slot was moved.</summary>
    internal async Task<(int Slot, RedisServer Owner)> OwnerOfAsync(string key)
    {
        var slot = (int)(long)(await Nodes[0].CallAsync("CLUSTER", "KEYSLOT", key))!;
        return (slot, Nodes[Enumerable.Range(0, PrimaryCount).First(i => slot < (i + 1) * SlotCount / PrimaryCount)]);
    }

    /// <summary>Waits until every living node holds the cluster to be complete.</summary>
    internal async Task WaitUntilCompleteAsync(params RedisServer[] without)
    {
        foreach (var node in Nodes.Except(without))
        {
            await Eventually.BeTrueAsync("a complete cluster", async () =>
                ((string)(await node.CallAsync("CLUSTER", "INFO"))!).Contains("cluster_state:ok", StringComparison.Ordinal));
        }
    }

    /// <summary>Moves a slot, with what is in it, to another primary.</summary>
    internal static async Task MoveSlotAsync(int slot, RedisServer from, RedisServer to)
    {
        var (source, target) = ((string)(await from.CallAsync("CLUSTER", "MYID"))!, (string)(await to.CallAsync("CLUSTER", "MYID"))!);
        await to.CallAsync("CLUSTER", "SETSLOT", $"{slot}", "IMPORTING", source);
        await from.CallAsync("CLUSTER", "SETSLOT", $"{slot}", "MIGRATING", target);
        await using var keys = await from.ConnectAsync();
        while (await keys.ListAsync("CLUSTER", "GETKEYSINSLOT", $"{slot}", "100") is { Length: > 0 } some)
            await keys.CallAsync(["MIGRATE", "127.0.0.1", $"{to.Port}", "", "0", "5000", "KEYS", .. some]);

        // The source's older claim may still be on its way to the target, which would yield the slot to a higher epoch: then each names
        // the other for good. So the target takes the highest epoch, and it is said until both agree.
        await Eventually.BeTrueAsync("the slot's new owner is known", async () =>
        {
            await to.CallAsync("CLUSTER", "SETSLOT", $"{slot}", "NODE", target);
            await to.CallAsync("CLUSTER", "BUMPEPOCH");
            await from.CallAsync("CLUSTER", "SETSLOT", $"{slot}", "NODE", target);
            return await OwnerInViewOfAsync(to, slot) == to.Port && await OwnerInViewOfAsync(from, slot) == to.Port;
        });
    }

    private static async Task<long> OwnerInViewOfAsync(RedisServer node, int slot)
    {
        foreach (var range in ((object?[])(await node.CallAsync("CLUSTER", "SLOTS"))!).Cast<object?[]>())
        {
            if ((long)range[0]! <= slot && slot <= (long)range[1]!) return (long)((object?[])range[2]!)[1]!;
        }

        return 0;
    }

    /// <summary>Empties every primary.</summary>
    internal async Task ClearAsync()
    {
        foreach (var primary in Primaries) await primary.CallAsync("FLUSHALL");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes) await node.DisposeAsync();
    }

    private static async Task<RedisServer[]> StartTogetherAsync(RedisServerOptions options, int count)
    {
        var starting = Enumerable.Range(0, count).Select(_ => RedisServer.StartAsync(options)).ToArray();
        try
        {
            return await Task.WhenAll(starting);
        }
        catch
        {
            foreach (var started in starting.Where(one => one.IsCompletedSuccessfully)) await (await started).DisposeAsync();
            throw;
        }
    }

    private async Task FormAsync()
    {
        for (var i = 0; i < Nodes.Count; i++)
        {
            await Nodes[i].CallAsync("CLUSTER", "SET-CONFIG-EPOCH", $"{i + 1}");
            if (i < PrimaryCount) await Nodes[i].CallAsync(["CLUSTER", "ADDSLOTS", .. SlotsOf(i)]);
            if (i > 0) await Nodes[i].CallAsync("CLUSTER", "MEET", "127.0.0.1", $"{Nodes[0].Port}");
        }

        foreach (var node in Nodes) await Eventually.BeTrueAsync("nodes that know each other", () => KnowsAllAsync(node));
        foreach (var (replica, i) in Nodes.Skip(PrimaryCount).Select((node, i) => (node, i)))
        {
            var primary = (string)(await Nodes[i % PrimaryCount].CallAsync("CLUSTER", "MYID"))!;
            await replica.CallAsync("CLUSTER", "REPLICATE", primary);
            await Eventually.BeTrueAsync("a replica in step", async () =>
            {
                await using var raw = await replica.ConnectAsync();
                return await raw.InfoAsync("master_link_status") == "up";
            });
        }

        await WaitUntilCompleteAsync();
    }

    private static IEnumerable<string> SlotsOf(int primary)
    {
        var (first, end) = (primary * SlotCount / PrimaryCount, (primary + 1) * SlotCount / PrimaryCount);
        return Enumerable.Range(first, end - first).Select(slot => $"{slot}");
    }

    private async Task<bool> KnowsAllAsync(RedisServer node)
    {
        var lines = ((string)(await node.CallAsync("CLUSTER", "NODES"))!).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return lines.Length == Nodes.Count && lines.All(line => !line.Contains("handshake", StringComparison.Ordinal));
    }
}
