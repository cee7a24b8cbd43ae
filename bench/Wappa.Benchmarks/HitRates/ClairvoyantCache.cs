namespace Wappa.Benchmarks.HitRates;

/// <summary>Knows the future and drops what is asked for last, the newcomer included (Belady 1966). Where sizes vary there is no
/// such simple optimum; then it is a very good cache that cannot be built.</summary>
internal sealed class ClairvoyantCache : ISimulatedCache
{
    private readonly Room _room;
    private readonly int[] _nextUse;
    private readonly Dictionary<int, int> _kept = []; // key → when it is asked for next
    private readonly PriorityQueue<(int Key, int Next), int> _last = new();
    private int _now = -1;
    private long _taken;

    public ClairvoyantCache(Room room, int[] requests)
    {
        _room = room;
        _nextUse = new int[requests.Length];
        var seen = new Dictionary<int, int>();
        for (var i = requests.Length - 1; i >= 0; i--)
        {
            _nextUse[i] = seen.GetValueOrDefault(requests[i], int.MaxValue);
            seen[requests[i]] = i;
        }
    }

    public bool Ask(int key)
    {
        var next = _nextUse[++_now];
        var hit = _kept.ContainsKey(key);
        if (!hit) _taken += _room.SizeOf(key);
        _kept[key] = next;
        _last.Enqueue((key, next), -next);
        while (_taken > _room.Limit)
        {
            // What was asked for since stands in the queue once more, with a later time.
            var (victim, at) = _last.Dequeue();
            if (!_kept.TryGetValue(victim, out var current) || current != at) continue;
            _kept.Remove(victim);
            _taken -= _room.SizeOf(victim);
        }

        return hit;
    }
}
