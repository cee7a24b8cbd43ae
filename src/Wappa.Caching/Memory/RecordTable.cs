using System.Numerics;

namespace Wappa.Caching.Memory;

/// <summary>
/// The hash table of all records: lock-free to read, striped locks to write, and everything of one user side by side.
/// </summary>
/// <remarks>
/// <para>Buckets come in groups of eight. The group is picked by the owner (a user; a table row by itself), the bucket in it
/// by the name, so that a user's records stand in one cache line of buckets and under one lock: listing, erasing and
/// committing a user cost what the user has, without a second index.</para>
/// <para>Why not <c>ConcurrentDictionary</c>: it costs a node of its own per record (about 60 bytes and one more cache miss
/// per read), and it cannot be walked by user.</para>
/// </remarks>
internal sealed class RecordTable
{
    internal const int StripeCount = 128;
    private const int BucketsPerGroup = 8;

    private readonly Stripe[] _stripes = new Stripe[StripeCount];
    private Record?[] _buckets = new Record?[StripeCount * BucketsPerGroup];

    // Odd while a resize moves records from chain to chain.
    private int _resizes;

    internal RecordTable(long firstRevision)
    {
        for (var i = 0; i < _stripes.Length; i++) _stripes[i] = new Stripe(firstRevision) { Budget = BucketsPerGroup };
    }

    /// <summary>How many records there are; right when nobody writes.</summary>
    internal long Count => _stripes.Sum(stripe => (long)stripe.Count);

    internal Stripe StripeOf(in RecordKey key) => _stripes[Place(key) & (StripeCount - 1)];

    internal Stripe StripeOf(in RecordSet user) => _stripes[user.OwnerHash & (StripeCount - 1)];

    /// <summary>Makes room for so many records; only while the table is empty and nobody else has it.</summary>
    internal void Reserve(int records)
    {
        if (records <= _buckets.Length) return;
        _buckets = new Record?[BitOperations.RoundUpToPowerOf2((uint)records)];
        foreach (var stripe in _stripes) stripe.Budget = _buckets.Length / StripeCount;
    }

    /// <summary>Finds a record without a lock.</summary>
    internal Record? Find(in RecordKey key)
    {
        var resizes = Volatile.Read(ref _resizes);
        if (Walk(key) is { } found) return found;

        // Not found is only believed if no resize could have carried the record past this walk. The chain was read with
        // acquire semantics, so a walk that met a moved link also sees the changed count.
        if ((resizes & 1) == 0 && resizes == Volatile.Read(ref _resizes)) return null;
        lock (StripeOf(key).Lock) return Walk(key);
    }

    /// <summary>Finds a record; the caller holds its stripe's lock.</summary>
    internal Record? FindLocked(in RecordKey key) => Walk(key);

    /// <summary>Adds a record that is not there; the caller holds its stripe's lock.</summary>
    /// <returns>True: the table is crowded, so call <see cref="Grow"/> after the lock is released.</returns>
    internal bool AddLocked(Record record, Stripe stripe)
    {
        var buckets = _buckets;
        ref var bucket = ref buckets[Bucket(record.Key, buckets.Length)];
        record.Next = bucket;
        Volatile.Write(ref bucket, record); // published with its Next
        return ++stripe.Count > stripe.Budget;
    }

    /// <summary>Takes a record out of its chain; the caller holds its stripe's lock. The record keeps its own link.</summary>
    internal void RemoveLocked(Record record, Stripe stripe)
    {
        var buckets = _buckets;
        ref var link = ref buckets[Bucket(record.Key, buckets.Length)];
        while (!ReferenceEquals(link, record)) link = ref link!.Next;
        Volatile.Write(ref link, record.Next);
        stripe.Count--;
        stripe.Removals++;
    }

    /// <summary>The records of one user that belong to the set; the caller holds the user's stripe.</summary>
    internal List<Record> OfUserLocked(in RecordSet set)
    {
        var found = new List<Record>();
        var buckets = _buckets;
        var first = Group(set.OwnerHash, buckets.Length);
        for (var i = first; i < first + BucketsPerGroup; i++)
        {
            for (var record = buckets[i]; record is not null; record = record.Next)
            {
                if (record.IsIn(set)) found.Add(record);
            }
        }

        return found;
    }

    /// <summary>How many groups of buckets there are. It changes with a resize; what is walked group by group may then meet a
    /// record twice or not at all.</summary>
    internal int GroupCount => Volatile.Read(ref _buckets).Length / BucketsPerGroup;

    /// <summary>The lock over a group, the same whatever the number of groups.</summary>
    internal Stripe StripeOfGroup(int group) => _stripes[group & (StripeCount - 1)];

    /// <summary>The records of one group; the caller holds its stripe.</summary>
    internal void OfGroupLocked(int group, List<Record> found)
    {
        var buckets = _buckets;
        var first = (group * BucketsPerGroup) & (buckets.Length - 1);
        for (var i = first; i < first + BucketsPerGroup; i++)
        {
            for (var record = buckets[i]; record is not null; record = record.Next) found.Add(record);
        }
    }

    /// <summary>How long each chain is; for tests of the structure.</summary>
    internal IEnumerable<int> ChainLengths()
    {
        foreach (var head in _buckets)
        {
            var length = 0;
            for (var record = head; record is not null; record = record.Next) length++;
            yield return length;
        }
    }

    /// <summary>Doubles the table if it is crowded as a whole. Takes every stripe; readers go on.</summary>
    internal void Grow(Stripe crowded)
    {
        var seen = Volatile.Read(ref _buckets);
        var taken = 0;
        try
        {
            for (; taken < StripeCount; taken++) _stripes[taken].Lock.Enter();
            if (!ReferenceEquals(seen, _buckets)) return;
            if (_stripes.Sum(stripe => stripe.Count) < seen.Length / 2 || seen.Length >= 1 << 30)
            {
                // One user with very many records: more buckets would not spread them, so the stripe may hold more.
                crowded.Budget *= 2;
                return;
            }

            Rehash(seen, new Record?[seen.Length * 2]);
            foreach (var stripe in _stripes) stripe.Budget = _buckets.Length / StripeCount;
        }
        finally
        {
            while (taken > 0) _stripes[--taken].Lock.Exit();
        }
    }

    private void Rehash(Record?[] from, Record?[] to)
    {
        Interlocked.Increment(ref _resizes);
        foreach (var head in from)
        {
            for (var record = head; record is not null;)
            {
                // A reader on this record goes on in the new chain: through records already moved, each linked only to
                // ones moved before it, so the walk ends; what it missed, the resize count tells it.
                var next = record.Next;
                ref var bucket = ref to[Bucket(record.Key, to.Length)];
                Volatile.Write(ref record.Next, bucket);
                bucket = record;
                record = next;
            }
        }

        Volatile.Write(ref _buckets, to);
        Interlocked.Increment(ref _resizes);
    }

    private static int Place(in RecordKey key) =>
        key.Kind == RecordKind.Table ? HashCode.Combine(key.OwnerHash, key.Name) : key.OwnerHash;

    private static int Group(int place, int buckets) => (place & (buckets / BucketsPerGroup - 1)) * BucketsPerGroup;

    private static int Bucket(in RecordKey key, int buckets)
    {
        var place = Place(key);

        // The name alone would put everybody's "pizza_order" in the same eighth of the table; bits of the owner that did
        // not pick the group turn it.
        return Group(place, buckets) + ((Spread(key.Name) + (place >>> 29)) & (BucketsPerGroup - 1));
    }

    // Up to eight characters from all over the name: three bits of it are needed, and a full hash would cost more than the
    // rest of the look-up.
    private static int Spread(string name)
    {
        var hash = (uint)name.Length;
        var step = (name.Length + 7) >> 3;
        for (var i = 0; i < name.Length; i += step) hash = (hash * 31) + name[i];
        return (int)((hash * 0x9E3779B1u) >> 29);
    }

    private Record? Walk(in RecordKey key)
    {
        var buckets = Volatile.Read(ref _buckets);
        var record = Volatile.Read(ref buckets[Bucket(key, buckets.Length)]);
        while (record is not null && !record.Is(key)) record = Volatile.Read(ref record.Next);
        return record;
    }

    /// <summary>One lock and what it guards.</summary>
    internal sealed class Stripe(long firstRevision)
    {
        private long _revision = firstRevision;

        internal Lock Lock { get; } = new();

        /// <summary>How many records there are under this lock.</summary>
        internal int Count { get; set; }

        /// <summary>How many records have left so far: a store that loads records from elsewhere sees by it that one may have
        /// come and gone meanwhile.</summary>
        internal int Removals { get; set; }

        /// <summary>How many there may be before the table is asked to grow.</summary>
        internal int Budget { get; set; }

        /// <summary>A revision larger than every one before it under this lock, and so larger than the record's own.</summary>
        internal long NextRevision() => ++_revision;
    }
}
