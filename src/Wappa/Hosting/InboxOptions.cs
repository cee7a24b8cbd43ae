namespace Wappa;

/// <summary>The bounds of what was accepted and not yet handled. <c>Wappa:Inbox</c>.</summary>
public sealed class InboxOptions
{
    /// <summary>How many items may wait or run, 1,000 or more: WhatsApp puts up to 1,000 into one POST. When full,
    /// webhooks are answered with 503 and delivered again later. Default: 10,000.</summary>
    public int Capacity { get; set; } = 10_000;

    /// <summary>For how long at least an item is known as done; 1 second to 100 days. Default: 7 days, as long as WhatsApp
    /// repeats a delivery.</summary>
    public TimeSpan DuplicateWindow { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How many items of one user are known as done, 256 or more, 11 bytes each; beyond it the oldest are
    /// forgotten early. Default: 20,000.</summary>
    public int DuplicateCapacity { get; set; } = 20_000;

    /// <summary>How often a turn is begun before its item is given up, 1 to 100; see <see cref="IDeadLetters"/>.
    /// Default: 5.</summary>
    public int MaxAttempts { get; set; } = 5;

    /// <summary>The time before the second attempt, above zero; it doubles with each further one. Default: 1 second.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest time between two attempts, of a turn or of a message. Default: 1 minute.</summary>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How many turns run at the same time, 1 to 100,000, and how many messages are on their way. Waiting users are
    /// served by tenants in turn. Default: 256.</summary>
    public int MaxConcurrentTurns { get; set; } = 256;

    /// <summary>How long a shutdown waits for what was accepted, zero or more, at most a day. The host's own
    /// <c>HostOptions.ShutdownTimeout</c> bounds it too. Default: 20 seconds.</summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Into how many parts the inbox of a store is divided that several processes share (Redis), 1 to 1024; each part is run by
    /// one instance at a time. The first instance writes the number down, and all must agree. A store of one process has one part,
    /// whatever is said here. Default: 64, enough for about 16 instances.</summary>
    public int Partitions { get; set; } = 64;

    /// <summary>After an instance has died, or has lost the store, for so long its parts wait for another. For tests; 5 s.</summary>
    internal TimeSpan LeaseTime { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether what waits is stored; null: unless the store lives in this process. For tests.</summary>
    internal bool? IsDurable { get; set; }

    internal void ThrowIfInvalid()
    {
        Require(
            Capacity >= 1000, nameof(Capacity),
            $"is {Capacity}; the lowest is 1000, the size of WhatsApp's largest batch");
        Require(
            DuplicateWindow >= TimeSpan.FromSeconds(1) && DuplicateWindow <= TimeSpan.FromDays(100),
            nameof(DuplicateWindow), $"is {DuplicateWindow}; it must be between 1 second and 100 days");
        Require(
            DuplicateCapacity is >= 256 and <= 1_000_000, nameof(DuplicateCapacity),
            $"is {DuplicateCapacity}; it must be between 256 and 1000000");
        Require(MaxAttempts is >= 1 and <= 100, nameof(MaxAttempts), $"is {MaxAttempts}; it must be between 1 and 100");
        Require(
            RetryDelay > TimeSpan.Zero && RetryDelay <= TimeSpan.FromDays(1), nameof(RetryDelay),
            $"is {RetryDelay}; it must be above zero, at most a day");
        Require(
            MaxRetryDelay >= RetryDelay && MaxRetryDelay <= TimeSpan.FromDays(1), nameof(MaxRetryDelay),
            $"is {MaxRetryDelay}; it must be {nameof(RetryDelay)} or more, at most a day");
        Require(
            MaxConcurrentTurns is >= 1 and <= 100_000, nameof(MaxConcurrentTurns),
            $"is {MaxConcurrentTurns}; it must be between 1 and 100000");
        Require(Partitions is >= 1 and <= 1024, nameof(Partitions), $"is {Partitions}; it must be between 1 and 1024");
        Require(
            DrainTimeout >= TimeSpan.Zero && DrainTimeout <= TimeSpan.FromDays(1), nameof(DrainTimeout),
            $"is {DrainTimeout}; it must be between zero and a day");
    }

    private static void Require(bool condition, string option, string problem)
    {
        if (!condition) throw new ArgumentException($"{nameof(InboxOptions)}.{option} {problem}.");
    }
}
