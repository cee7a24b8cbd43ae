namespace Wappa.Inbox;

/// <summary>
/// What was accepted in the last days, so that a second delivery is not handled again. Not thread-safe: the inbox's
/// lock guards it.
/// </summary>
/// <remarks>
/// A ring in order of arrival with a chained hash index in the same entries: 28 bytes an item. All items live equally
/// long, so the oldest is always the next to expire and nothing ever scans. When full, the oldest makes room.
/// </remarks>
internal sealed class SeenItems
{
    private const int None = -1;
    private const int FirstSize = 256;

    private readonly int _capacity;
    private readonly uint _windowSeconds;
    private readonly TimeProvider _time;
    private readonly long _start;

    private Entry[] _ring;
    private int[] _buckets;
    private int _oldest;
    private int _count;

    internal SeenItems(int capacity, TimeSpan window, TimeProvider time)
    {
        _capacity = capacity;
        _windowSeconds = (uint)Math.Ceiling(window.TotalSeconds);
        _time = time;
        _start = time.GetTimestamp();
        _ring = new Entry[Math.Min(FirstSize, capacity)];
        _buckets = NewBuckets(_ring.Length);
    }

    /// <summary>How many items are remembered; expired ones may still be among them until the next call.</summary>
    internal int Count => _count;

    /// <summary>Whether an item was added within the window.</summary>
    internal bool Contains(Fingerprint key)
    {
        DropExpired();
        return Find(key);
    }

    /// <summary>Adds an item.</summary>
    /// <returns>False if it was there already; its time is left as it is.</returns>
    internal bool TryAdd(Fingerprint key)
    {
        var now = DropExpired();
        if (Find(key)) return false;
        if (_count == _ring.Length)
        {
            if (_ring.Length < _capacity) Grow();
            else DropOldest();
        }

        var index = IndexOf(_count++);
        ref var bucket = ref _buckets[BucketOf(key, _buckets.Length)];
        // Rounded up, so that an item is remembered for the whole window and at most a second more.
        _ring[index] = new Entry { Key = key, Second = now + 1, Next = bucket };
        bucket = index;
        return true;
    }

    private bool Find(Fingerprint key)
    {
        for (var i = _buckets[BucketOf(key, _buckets.Length)]; i != None; i = _ring[i].Next)
        {
            if (_ring[i].Key == key) return true;
        }

        return false;
    }

    private uint DropExpired()
    {
        var now = (uint)_time.GetElapsedTime(_start).TotalSeconds;
        while (_count > 0 && now >= _ring[_oldest].Second + _windowSeconds) DropOldest();
        return now;
    }

    private void DropOldest()
    {
        ref var link = ref _buckets[BucketOf(_ring[_oldest].Key, _buckets.Length)];
        while (link != _oldest) link = ref _ring[link].Next;
        link = _ring[_oldest].Next;
        _oldest = IndexOf(1);
        _count--;
    }

    private void Grow()
    {
        var ring = new Entry[(int)Math.Min((long)_ring.Length * 2, _capacity)];
        var buckets = NewBuckets(ring.Length);
        for (var i = 0; i < _count; i++)
        {
            var entry = _ring[IndexOf(i)];
            ref var bucket = ref buckets[BucketOf(entry.Key, buckets.Length)];
            entry.Next = bucket;
            ring[i] = entry;
            bucket = i;
        }

        (_ring, _buckets, _oldest) = (ring, buckets, 0);
    }

    private int IndexOf(int position)
    {
        var index = _oldest + position;
        return index < _ring.Length ? index : index - _ring.Length;
    }

    private static int BucketOf(Fingerprint key, int buckets) => (int)(key.Low % (uint)buckets);

    private static int[] NewBuckets(int size)
    {
        var buckets = new int[size];
        Array.Fill(buckets, None);
        return buckets;
    }

    private struct Entry
    {
        public Fingerprint Key;
        public uint Second;
        public int Next;
    }
}
