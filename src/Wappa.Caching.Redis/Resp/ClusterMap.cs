using System.Collections.Concurrent;
using System.Text;

namespace Wappa.Caching.Redis.Resp;

/// <summary>Which node serves which slot, as far as is known. Being wrong costs a redirection, no more.</summary>
/// <param name="client">The client.</param>
/// <param name="seed">Found by the addresses given; asked when no known node answers.</param>
internal sealed class ClusterMap(RedisClient client, Node seed)
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(500);

    private readonly Node?[] _bySlot = new Node?[HashSlot.Count];
    private readonly ConcurrentDictionary<RedisNode, Node> _nodes = new();
    private volatile IReadOnlyList<RedisNode> _primaries = [];
    private int _anyNext;
    private int _refreshing;
    private long _nextLook;

    /// <summary>Those that own slots.</summary>
    internal IReadOnlyList<RedisNode> Primaries => _primaries;

    /// <summary>Sends a waiting command to its node.</summary>
    /// <param name="pending">The command.</param>
    /// <param name="isNew">See <see cref="Wire.TryPost"/>.</param>
    internal void Dispatch(PendingCommand pending, bool isNew)
    {
        if (pending.Options.Database != 0)
        {
            if (pending.TryClaimWaiting())
                pending.Fail(new InvalidOperationException($"A cluster has only database 0; {pending.Options.Database} was asked for."));
            return;
        }

        if (Find(pending) is { IsClosed: false } node) node.Lane(0).Enqueue(pending, isNew);
        else
        {
            RefreshSoon();
            client.Refusals.Delay(pending, "no node of the cluster serves the slot.");
        }
    }

    /// <summary>The node at an address, known or not.</summary>
    internal Node NodeAt(RedisNode address) => _nodes.TryGetValue(address, out var node) ? node : _nodes.GetOrAdd(address, Make);

    /// <summary>A node said that another serves a slot now.</summary>
    internal void OnMoved(int slot, Node target)
    {
        Volatile.Write(ref _bySlot[slot], target);
        RefreshSoon();
    }

    /// <summary>Reads the map again in the background, once for all who ask meanwhile.</summary>
    internal void RefreshSoon()
    {
        if (Interlocked.Exchange(ref _refreshing, 1) == 0) _ = RefreshAsync();
    }

    /// <summary>Reads the map again while commands wait for a node that cannot be reached: it may have been replaced, and it will not be
    /// the one that says so.</summary>
    internal void Tick(long now)
    {
        if (now < _nextLook || !Lanes.Any(lane => lane.IsStuck)) return;
        _nextLook = now + client.Clock.Ticks(LookAgain);
        RefreshSoon();
    }

    /// <summary>Takes a map over.</summary>
    /// <param name="ranges">Of slots, by primary.</param>
    /// <param name="asked">Who gave it; stands for a node that does not know its own name.</param>
    internal void Apply(IReadOnlyList<SlotRange> ranges, RedisNode? asked)
    {
        var served = new Node?[HashSlot.Count];
        HashSet<RedisNode> primaries = [];
        foreach (var range in ranges)
        {
            var address = range.Primary.Host.Length > 0 ? range.Primary : range.Primary with { Host = asked?.Host ?? "127.0.0.1" };
            primaries.Add(address);
            served.AsSpan(range.First, range.Last - range.First + 1).Fill(NodeAt(address));
        }

        for (var slot = 0; slot < served.Length; slot++) Volatile.Write(ref _bySlot[slot], served[slot]);
        var changed = !primaries.SetEquals(_primaries);
        _primaries = [.. primaries];
        foreach (var (address, node) in _nodes)
            if (!primaries.Contains(address) && _nodes.TryRemove(address, out _)) node.Close();
        if (!changed) return;
        Log.ClusterChanged(client.Logger, primaries.Count);
        client.OnPrimariesChanged();
    }

    internal void Close()
    {
        foreach (var node in _nodes.Values) node.Close();
    }

    /// <summary>All lanes there are.</summary>
    internal IEnumerable<Lane> Lanes => _nodes.Values.SelectMany(node => node.Lanes);

    private Node Make(RedisNode address) => new(client, new FixedAddresses([address]), address.ToString());

    private Node? Find(PendingCommand pending)
    {
        if (pending.Options.Node is { } named) return NodeAt(named);
        if (pending.Key is { } key) return Volatile.Read(ref _bySlot[HashSlot.Of(key)]);
        var primaries = _primaries;
        return primaries.Count == 0 ? null : NodeAt(primaries[(int)((uint)Interlocked.Increment(ref _anyNext) % (uint)primaries.Count)]);
    }

    private async Task RefreshAsync()
    {
        try
        {
            // One refusal after another asks for a refresh; the cluster needs a moment to make up its mind.
            await Task.Delay(client.Options.FirstBackoff, client.Time).ConfigureAwait(false);
            Volatile.Write(ref _refreshing, 0);

            // All there are: the only one that is connected, and the only one that was named, may both be the one that is gone.
            var lanes = _nodes.Values.Append(seed).Select(node => node.Lane(0));
            foreach (var lane in lanes.OrderBy(lane => lane.IsConnected ? 0 : lane.IsStuck ? 2 : 1).ToList())
            {
                if (client.IsClosed || await TryReadAsync(lane).ConfigureAwait(false)) return;
            }
        }
        catch (ObjectDisposedException)
        {
            // the client was closed meanwhile
        }
    }

    private async Task<bool> TryReadAsync(Lane lane)
    {
        try
        {
            var ranges = await client.AskAsync(lane, SlotRange.Question, SlotRangeParser.Instance).ConfigureAwait(false);
            if (ranges.Count == 0) return false;
            Apply(ranges, lane.Address);
            return true;
        }
        catch (Exception error) when (error is CacheStoreException or RedisServerException or RespFormatException)
        {
            Log.NoMap(client.Logger, error.Message);
            return false;
        }
    }
}

/// <summary>Slots that one primary serves.</summary>
/// <param name="First">The first of them.</param>
/// <param name="Last">The last of them.</param>
/// <param name="Primary">An empty host: whoever was asked.</param>
internal readonly record struct SlotRange(int First, int Last, RedisNode Primary)
{
    // CLUSTER SLOTS rather than SHARDS: every version from 3.0 on and every look-alike has it.
    internal static Words Question => new("CLUSTER", "SLOTS");
}

/// <summary>Reads CLUSTER SLOTS.</summary>
internal sealed class SlotRangeParser : ReplyParser<IReadOnlyList<SlotRange>>
{
    internal static SlotRangeParser Instance { get; } = new();

    public override IReadOnlyList<SlotRange> Parse(ref RespReader reader)
    {
        List<SlotRange> ranges = [];
        for (var left = reader.ReadArrayLength(); left > 0; left--)
        {
            var parts = reader.ReadArrayLength();
            var first = (int)reader.ReadInteger();
            var last = (int)reader.ReadInteger();
            if (parts < 3 || first < 0 || last >= HashSlot.Count || first > last)
                throw new RespFormatException("CLUSTER SLOTS answered with a range that cannot be.");
            var details = reader.ReadArrayLength();
            var host = reader.TryReadNull() ? "" : Encoding.UTF8.GetString(reader.ReadBytes());
            var port = (int)reader.ReadInteger();
            for (var rest = details - 2; rest > 0; rest--) reader.Skip();
            for (var replicas = parts - 3; replicas > 0; replicas--) reader.Skip();
            ranges.Add(new SlotRange(first, last, new RedisNode(host == "?" ? "" : host, port)));
        }

        return ranges;
    }
}
