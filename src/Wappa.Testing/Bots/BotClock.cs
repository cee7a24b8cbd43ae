namespace Wappa.Testing;

/// <summary>The clock of a tested bot: times to live, retries, timers and WhatsApp's own repeats go by it. It stands still until it
/// is told to go on.</summary>
public sealed class BotClock
{
    private readonly Func<Task> _settle;

    internal BotClock(ManualTimeProvider time, Func<Task> settle)
    {
        Time = time;
        _settle = settle;
    }

    /// <summary>The instant it shows, in UTC.</summary>
    public DateTimeOffset Now => Time.GetUtcNow();

    /// <summary>The clock as the app sees it. Moving it directly does not wait for what it wakes.</summary>
    public ManualTimeProvider Time { get; }

    /// <summary>Lets time pass. What becomes due on the way happens at its own instant, to its end, before time goes on.</summary>
    /// <param name="by">Zero or more.</param>
    /// <exception cref="BotTestException">A handler threw meanwhile.</exception>
    public async Task AdvanceAsync(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        // What waits for a timer goes on inside the timer's callback, unless that runs in a test framework's context.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var target = Now + by;
        while (Time.NextTimer is { } next && next <= target)
        {
            Time.Advance(next > Now ? next - Now : TimeSpan.Zero);
            await _settle().ConfigureAwait(false);
        }

        if (target > Now) Time.Advance(target - Now);
        await _settle().ConfigureAwait(false);
    }
}
