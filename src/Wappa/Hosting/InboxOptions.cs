namespace Wappa;

/// <summary>The bounds of what was accepted and not yet handled. <c>Wappa:Inbox</c>.</summary>
public sealed class InboxOptions
{
    /// <summary>How many items may wait or run, 1,000 or more: WhatsApp puts up to 1,000 into one POST. When full,
    /// webhooks are answered with 503 and delivered again later. Default: 10,000.</summary>
    public int Capacity { get; set; } = 10_000;

    /// <summary>For how long an item is known as seen; 1 second to 100 days. Default: 7 days, as long as WhatsApp
    /// repeats a delivery.</summary>
    public TimeSpan DuplicateWindow { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How many items are known as seen, 1,000 or more, 28 bytes each; beyond it the oldest are forgotten
    /// early. Default: 1,000,000.</summary>
    public int DuplicateCapacity { get; set; } = 1_000_000;

    /// <summary>How long a shutdown waits for what was accepted, zero or more, at most a day. The host's own
    /// <c>HostOptions.ShutdownTimeout</c> bounds it too. Default: 20 seconds.</summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(20);

    internal void ThrowIfInvalid()
    {
        Require(
            Capacity >= 1000, nameof(Capacity),
            $"is {Capacity}; the lowest is 1000, the size of WhatsApp's largest batch");
        Require(
            DuplicateWindow >= TimeSpan.FromSeconds(1) && DuplicateWindow <= TimeSpan.FromDays(100),
            nameof(DuplicateWindow), $"is {DuplicateWindow}; it must be between 1 second and 100 days");
        Require(
            DuplicateCapacity is >= 1000 and <= 50_000_000, nameof(DuplicateCapacity),
            $"is {DuplicateCapacity}; it must be between 1000 and 50000000");
        Require(
            DrainTimeout >= TimeSpan.Zero && DrainTimeout <= TimeSpan.FromDays(1), nameof(DrainTimeout),
            $"is {DrainTimeout}; it must be between zero and a day");
    }

    private static void Require(bool condition, string option, string problem)
    {
        if (!condition) throw new ArgumentException($"{nameof(InboxOptions)}.{option} {problem}.");
    }
}
