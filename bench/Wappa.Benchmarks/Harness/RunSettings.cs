namespace Wappa.Benchmarks.Harness;

/// <summary>How much time a run takes to be sure.</summary>
internal sealed record RunSettings
{
    /// <summary>As the report calls it.</summary>
    public required string Name { get; init; }

    /// <summary>How many samples of each case.</summary>
    public required int Samples { get; init; }

    /// <summary>How long one sample takes, about; four times as long if the case allocates or has
    /// several threads.</summary>
    public required TimeSpan SampleTime { get; init; }

    /// <summary>How long a case is run before it may count as settled.</summary>
    public required TimeSpan WarmUpAtLeast { get; init; }

    /// <summary>When to stop waiting for it to settle.</summary>
    public required TimeSpan WarmUpAtMost { get; init; }

    /// <summary>How much time may go into repeating disturbed samples, over the whole run; after that they are kept and
    /// marked.</summary>
    public required TimeSpan Patience { get; init; }

    /// <summary>How often each server is put under load.</summary>
    public required int WebhookRounds { get; init; }

    /// <summary>How many requests a round sends.</summary>
    public required int WebhookRequests { get; init; }

    /// <summary>How many turns each way of writing gets.</summary>
    public required int WriteRounds { get; init; }

    /// <summary>How long a turn takes.</summary>
    public required TimeSpan WriteTime { get; init; }

    /// <summary>How many records are in the folder that is opened.</summary>
    public required int RecordsOnDisk { get; init; }

    /// <summary>About four minutes.</summary>
    public static RunSettings Quick { get; } = new()
    {
        Name = "quick",
        Samples = 5,
        SampleTime = TimeSpan.FromMilliseconds(50),
        WarmUpAtLeast = TimeSpan.FromMilliseconds(200),
        WarmUpAtMost = TimeSpan.FromMilliseconds(700),
        Patience = TimeSpan.FromSeconds(8),
        WebhookRounds = 5,
        WebhookRequests = 40_000,
        WriteRounds = 7,
        WriteTime = TimeSpan.FromMilliseconds(400),
        RecordsOnDisk = 100_000,
    };

    /// <summary>Up to fifteen minutes.</summary>
    public static RunSettings Full { get; } = new()
    {
        Name = "full",
        Samples = 11,
        SampleTime = TimeSpan.FromMilliseconds(100),
        WarmUpAtLeast = TimeSpan.FromMilliseconds(500),
        WarmUpAtMost = TimeSpan.FromSeconds(2),
        Patience = TimeSpan.FromSeconds(60),
        WebhookRounds = 9,
        WebhookRequests = 80_000,
        WriteRounds = 9,
        WriteTime = TimeSpan.FromMilliseconds(1200),
        RecordsOnDisk = 1_000_000,
    };
}
