namespace Wappa.Caching.Memory;

/// <summary>The optional limit on the number of records. Without one, nothing is counted.</summary>
/// <remarks>An expired record counts until the wheel has reclaimed it, a second or two later: a write under a stripe's lock
/// cannot reclaim records of other stripes.</remarks>
/// <param name="limit">The most records; null: no limit.</param>
internal sealed class RecordQuota(long? limit)
{
    private long _count;

    /// <exception cref="CacheLimitException">There is no room; nothing is reserved.</exception>
    internal void Reserve(int records)
    {
        if (limit is not { } most || records == 0) return;
        var wanted = Interlocked.Add(ref _count, records);
        if (wanted <= most) return;
        Interlocked.Add(ref _count, -records);
        throw new CacheLimitException(
            $"The memory store holds {wanted - records} records; its limit MaxRecords is {most}. Nothing changed. Delete records, " +
            "give them a time to live, or raise the limit.", most, wanted);
    }

    /// <summary>As <see cref="Reserve"/>; gives back how many places are held, 0 without a limit.</summary>
    internal int ReserveUpTo(int records)
    {
        Reserve(records);
        return limit is null ? 0 : records;
    }

    internal void Release(int records)
    {
        if (limit is not null) Interlocked.Add(ref _count, -records);
    }
}
