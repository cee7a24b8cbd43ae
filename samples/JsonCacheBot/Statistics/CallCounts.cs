namespace JsonCacheBot.Statistics;

/// <summary>How often the app asked its store since it started, and what came of it.</summary>
public sealed class CallCounts
{
    private long _hits;
    private long _misses;
    private long _writes;
    private long _errors;

    public long Hits => Volatile.Read(ref _hits);

    public long Misses => Volatile.Read(ref _misses);

    public long Reads => Hits + Misses;

    public long Writes => Volatile.Read(ref _writes);

    public long Errors => Volatile.Read(ref _errors);

    public long Total => Reads + Writes + Errors;

    /// <summary>0 to 1; 0 before the first read.</summary>
    public double HitRatio => Reads == 0 ? 0 : (double)Hits / Reads;

    /// <summary>0 to 1; 0 before the first call.</summary>
    public double ErrorRatio => Total == 0 ? 0 : (double)Errors / Total;

    internal void CountRead(bool isHit) => Interlocked.Increment(ref isHit ? ref _hits : ref _misses);

    internal void CountWrites(int count) => Interlocked.Add(ref _writes, count);

    internal void CountError() => Interlocked.Increment(ref _errors);
}
