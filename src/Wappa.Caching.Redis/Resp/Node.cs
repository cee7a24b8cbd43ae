using System.Collections.Concurrent;

namespace Wappa.Caching.Redis.Resp;

/// <summary>Says where a node is, each time somebody connects to it.</summary>
internal interface INodeFinder
{
    /// <summary>The address to connect to now.</summary>
    ValueTask<RedisNode> FindAsync(CancellationToken cancellationToken);

    /// <summary>An address that was found did not work.</summary>
    /// <param name="address">Which; null: the one found last.</param>
    void OnUnreachable(RedisNode? address);

    /// <summary>Throws unless what answered is what was looked for.</summary>
    void Check(Greeting greeting);
}

/// <summary>One server as the client sees it: how it is found, and a lane for each database.</summary>
/// <param name="host">The client.</param>
/// <param name="finder">Where it is.</param>
/// <param name="name">What it is called in logs.</param>
internal sealed class Node(ILaneHost host, INodeFinder finder, string name)
{
    private readonly ConcurrentDictionary<int, Lane> _others = new();
    private readonly Lock _gate = new();
    private Lane? _first;
    private bool _closed;

    /// <summary>Its lanes so far.</summary>
    internal IEnumerable<Lane> Lanes => _first is { } first ? _others.Values.Prepend(first) : _others.Values;

    internal bool IsClosed => Volatile.Read(ref _closed);

    /// <summary>Its lane to a database.</summary>
    internal Lane Lane(int database)
    {
        // One database is the rule, and the dictionary's lookup a tenth of a command's cost.
        if (_first is { } first && first.Database == database) return first;
        return _others.TryGetValue(database, out var lane) ? lane : Make(database);
    }

    internal ValueTask<RedisNode> FindAsync(CancellationToken cancellationToken) => finder.FindAsync(cancellationToken);

    internal void OnUnreachable(RedisNode? address) => finder.OnUnreachable(address);

    internal void Check(Greeting greeting) => finder.Check(greeting);

    internal void Close()
    {
        lock (_gate) _closed = true;
        foreach (var lane in Lanes) lane.Close();
    }

    /// <inheritdoc/>
    public override string ToString() => name;

    private Lane Make(int database)
    {
        lock (_gate)
        {
            if (_first?.Database == database) return _first;
            if (_others.TryGetValue(database, out var known)) return known;
            var made = new Lane(host, this, database);
            if (_closed) made.Close();
            else if (_first is null) Volatile.Write(ref _first, made);
            else _others[database] = made;
            return made;
        }
    }
}

/// <summary>A fixed address, or several of which any will do: the next one is tried when one fails.</summary>
/// <param name="addresses">At least one.</param>
internal sealed class FixedAddresses(IReadOnlyList<RedisNode> addresses) : INodeFinder
{
    private int _current;

    public ValueTask<RedisNode> FindAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult(addresses[(int)((uint)Volatile.Read(ref _current) % (uint)addresses.Count)]);

    // Lanes to several databases fail at the same time; together they go on by one address, not past the good one.
    public void OnUnreachable(RedisNode? address)
    {
        var current = Volatile.Read(ref _current);
        if (address is null || addresses[(int)((uint)current % (uint)addresses.Count)] == address)
            Interlocked.CompareExchange(ref _current, current + 1, current);
    }

    // Of several addresses the one that takes writes is meant. The only one there is may be a replica: it says READONLY itself.
    public void Check(Greeting greeting)
    {
        if (addresses.Count > 1 && !greeting.IsPrimary && !greeting.Facts.IsCluster)
            throw new IOException("It is a replica; the next address of the URL is tried.");
    }
}
