namespace Wappa.Caching;

/// <summary>How a <see cref="WriteBehindCacheStrategy{T}"/> queues and writes. Immutable; change it with
/// <c>options with { … }</c>.</summary>
/// <remarks>Every option is checked when it is set, and against the others when a strategy is made; both throw
/// <see cref="ArgumentException"/> naming the option.</remarks>
public sealed record WriteBehindOptions
{
    /// <summary>What holds when nothing is set.</summary>
    public static WriteBehindOptions Default { get; } = new();

    /// <summary>The most keys that wait, 1 or more; several writes of a key count once. Beyond it writers of further keys wait: none is
    /// refused, none is dropped. Default: 10,000, some megabytes of small values.</summary>
    public int Capacity
    {
        get;
        init => field = AtLeast1(value, nameof(Capacity));
    } = 10_000;

    /// <summary>The most values in one batch, 1 or more. Default: 100, one statement's worth for most databases.</summary>
    public int BatchSize
    {
        get;
        init => field = AtLeast1(value, nameof(BatchSize));
    } = 100;

    /// <summary>How long a value waits for others to share its batch, and for newer ones of its key to replace it; zero or more. A full
    /// batch does not wait. Default: 100 milliseconds.</summary>
    public TimeSpan FlushDelay
    {
        get;
        init => field = value >= TimeSpan.Zero ? value : throw NotAbove(value, nameof(FlushDelay), "zero or more");
    } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long the first retry waits, above zero; each further one twice as long, and between half of that and all of it by
    /// chance, so that nodes do not retry together. Default: 100 milliseconds.</summary>
    public TimeSpan RetryDelay
    {
        get;
        init => field = Above0(value, nameof(RetryDelay));
    } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest wait before a retry, at least <see cref="RetryDelay"/>. Default: 30 seconds.</summary>
    public TimeSpan MaxRetryDelay
    {
        get;
        init => field = Above0(value, nameof(MaxRetryDelay));
    } = TimeSpan.FromSeconds(30);

    /// <summary>How often a value is tried at least before it becomes a dead letter, 1 or more. Default: 10.</summary>
    public int MaxAttempts
    {
        get;
        init => field = AtLeast1(value, nameof(MaxAttempts));
    } = 10;

    /// <summary>How long a value is tried at least before it becomes a dead letter, zero or more. Both this and
    /// <see cref="MaxAttempts"/> must have passed, and the value must have failed alone, so that neither an outage nor a bad neighbour
    /// in a batch makes dead letters of good values. Default: 1 hour.</summary>
    public TimeSpan GiveUpAfter
    {
        get;
        init => field = value >= TimeSpan.Zero ? value : throw NotAbove(value, nameof(GiveUpAfter), "zero or more");
    } = TimeSpan.FromHours(1);

    /// <summary>How long one batch may take until its token is cancelled, above zero. The queue waits for it even then: what has been
    /// begun may still land, and the next value of the same key must not overtake it. Default: 30 seconds.</summary>
    public TimeSpan PersistTimeout
    {
        get;
        init => field = Above0(value, nameof(PersistTimeout));
    } = TimeSpan.FromSeconds(30);

    /// <summary>How long the app's end waits for the queue to empty, zero or more. What is left is logged, and a journalled queue keeps
    /// it. Default: 20 seconds, within the 30 a host gives its services.</summary>
    public TimeSpan DrainTimeout
    {
        get;
        init => field = value >= TimeSpan.Zero ? value : throw NotAbove(value, nameof(DrainTimeout), "zero or more");
    } = TimeSpan.FromSeconds(20);

    /// <summary>Whether the queue is kept as records too, so that no acknowledged write is lost with the process.
    /// <see langword="null"/>: if the app's store of records outlives the process (JSON, Redis). Default: null.</summary>
    public bool? Journalled { get; init; }

    /// <summary>Whether other processes use the same journal, so that one of them at a time must be chosen to write.
    /// <see langword="null"/>: unless the store of records is <c>memory</c> or <c>json</c>, which one process owns.
    /// Default: null.</summary>
    public bool? Shared { get; init; }

    /// <summary>On a shared journal: how long a node that has vanished is waited for until another goes on with its work; at least twice
    /// <see cref="PersistTimeout"/>. Default: 1 minute.</summary>
    public TimeSpan LeaseTime
    {
        get;
        init => field = Above0(value, nameof(LeaseTime));
    } = TimeSpan.FromMinutes(1);

    /// <summary>On a shared journal: how often a node looks for what others have written or queued, above zero; what a write of another
    /// node than the one that writes to the database waits at most. Default: 1 second.</summary>
    public TimeSpan PollInterval
    {
        get;
        init => field = Above0(value, nameof(PollInterval));
    } = TimeSpan.FromSeconds(1);

    /// <summary>How long the journal may take to keep a value or to do any other of the queue's work, above zero;
    /// <see langword="null"/>: as long as its store lets it. Then the writer gets <see cref="CacheStoreTimeoutException"/> and does not
    /// know whether the value will be written; the queue itself asks again. Readers wait for
    /// <see cref="CacheEntryPolicy.StoreTimeout"/>. Default: 10 seconds: a disk that is busy may need some, and the Redis store gives
    /// up by itself after 5.</summary>
    public TimeSpan? JournalTimeout
    {
        get;
        init => field = value is { } span ? Above0(span, nameof(JournalTimeout)) : null;
    } = TimeSpan.FromSeconds(10);

    /// <summary>The tenant the journal's records belong to. Default: <c>wappa</c>.</summary>
    public string JournalTenant
    {
        get;
        init
        {
            CacheName.ThrowIfInvalid(value, nameof(JournalTenant));
            field = value;
        }
    } = "wappa";

    internal WriteBehindOptions ThrowIfInvalid()
    {
        if (MaxRetryDelay < RetryDelay)
        {
            throw new ArgumentException(
                $"WriteBehindOptions.MaxRetryDelay is {MaxRetryDelay}; it must be at least RetryDelay, {RetryDelay}.");
        }

        if (LeaseTime < PersistTimeout * 2)
        {
            throw new ArgumentException(
                $"WriteBehindOptions.LeaseTime is {LeaseTime}; it must be at least twice PersistTimeout, {PersistTimeout}: a batch " +
                "that has begun must end before another node takes over.");
        }

        return this;
    }

    /// <summary>How long the n-th retry waits.</summary>
    internal TimeSpan BackOff(int attempts)
    {
        var longest = Math.Min(MaxRetryDelay.Ticks, RetryDelay.Ticks * Math.Pow(2, Math.Min(attempts - 1, 40)));
#pragma warning disable CA5394 // nobody gains by knowing it
        return new TimeSpan((long)(longest * (0.5 + (Random.Shared.NextDouble() / 2))));
#pragma warning restore CA5394
    }

    private static int AtLeast1(int value, string name) =>
        value >= 1 ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} is 1 or more.");

    private static TimeSpan Above0(TimeSpan value, string name) =>
        value > TimeSpan.Zero ? value : throw NotAbove(value, name, "above zero");

    private static ArgumentOutOfRangeException NotAbove(TimeSpan value, string name, string rule) => new(name, value, $"{name} is {rule}.");
}
