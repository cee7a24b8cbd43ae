using System.Collections.Concurrent;
using Wappa.Caching.Stores;

namespace Wappa.Caching.Loading;

/// <summary>The keys whose last load failed and that are not to be tried again yet, as there is a stale value to serve.</summary>
/// <remarks>Of this node, and forgotten with it. Bounded: a pause that is forgotten costs one more attempt.</remarks>
internal sealed class LoadPauses(StoreClock clock)
{
    internal const int Capacity = 10_000;

    private readonly ConcurrentDictionary<string, long> _until = new(StringComparer.Ordinal);
    private volatile bool _isUsed; // nearly never; asking the dictionary whether it is empty takes all its locks

    internal int Count => _until.Count;

    internal bool IsPaused(string key)
    {
        if (!_isUsed || !_until.TryGetValue(key, out var until)) return false;
        if (!clock.HasPassed(until)) return true;
        _until.TryRemove(new(key, until));
        return false;
    }

    internal void Begin(string key, TimeSpan pause)
    {
        if (pause == TimeSpan.Zero) return;
        if (_until.Count >= Capacity) MakeRoom();
        _until[key] = clock.After(pause);
        _isUsed = true;
    }

    internal void End(string key)
    {
        if (_isUsed) _until.TryRemove(key, out _);
    }

    private void MakeRoom()
    {
        foreach (var pause in _until)
        {
            if (clock.HasPassed(pause.Value)) _until.TryRemove(pause);
        }

        if (_until.Count >= Capacity) _until.Clear();
    }
}
