namespace Wappa.Emulator;

/// <summary>A POST to the app, with the same bytes at each attempt.</summary>
/// <param name="Updates">What it tells.</param>
/// <param name="Body">Its bytes.</param>
internal sealed record WebhookDelivery(IReadOnlyList<WebhookUpdate> Updates, byte[] Body)
{
    internal const int MaxAttempts = 10;
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(60);

    internal int Attempt { get; init; } = 1;

    /// <summary>How long to wait before the next attempt: not at all, then 1, 2, 4 … seconds.</summary>
    internal TimeSpan Pause
    {
        get
        {
            if (Attempt is 1) return TimeSpan.Zero;
            var pause = TimeSpan.FromSeconds(1 << Math.Min(Attempt - 2, 10));
            return pause < MaxPause ? pause : MaxPause;
        }
    }

    internal string Lane => Updates[0].Lane;
}
