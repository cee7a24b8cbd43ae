namespace Wappa.Benchmarks.HitRates;

/// <summary>Textbook LRU and SIEVE: a queue in order of arrival; LRU moves what is read to the new end, SIEVE marks
/// it.</summary>
internal sealed class QueueCache(Room room, bool isLru) : ISimulatedCache
{
    private readonly Dictionary<int, LinkedListNode<(int Key, bool Read)>> _nodes = [];
    private readonly LinkedList<(int Key, bool Read)> _queue = new();
    private LinkedListNode<(int Key, bool Read)>? _hand;
    private long _taken;

    public bool Ask(int key)
    {
        if (_nodes.TryGetValue(key, out var node))
        {
            node.ValueRef.Read = true;
            if (isLru)
            {
                _queue.Remove(node);
                _queue.AddFirst(node);
            }

            return true;
        }

        var size = room.SizeOf(key);
        if (size > room.Limit) return false;
        while (_taken + size > room.Limit) Evict();
        _taken += size;
        _nodes[key] = _queue.AddFirst((key, false));
        return false;
    }

    private void Evict()
    {
        var victim = isLru ? _queue.Last! : _hand ?? _queue.Last!;
        while (!isLru && victim.Value.Read)
        {
            victim.ValueRef.Read = false;
            victim = victim.Previous ?? _queue.Last!;
        }

        _hand = victim.Previous;
        _queue.Remove(victim);
        _nodes.Remove(victim.Value.Key);
        _taken -= room.SizeOf(victim.Value.Key);
    }
}
