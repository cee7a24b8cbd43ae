namespace Wappa.Testing;

/// <summary>How a bot is tested.</summary>
public sealed class WappaTestOptions
{
    /// <summary>What the clock shows at the start. Default: 2025-01-15T10:30:00Z.</summary>
    public DateTimeOffset Start { get; set; } = new(2025, 1, 15, 10, 30, 0, TimeSpan.Zero);

    /// <summary>How long, in real time, the bot may take to come to rest before the test fails. Only a test that hangs ever
    /// waits for it. Default: 30 seconds.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Makes message ids the same in each run. Default: 1.</summary>
    public int Seed { get; set; } = 1;
}
