namespace Wappa;

/// <summary>A timer that waits; see <see cref="Turn.ScheduleAsync{T}"/>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="DueAt">Not before.</param>
public sealed record ScheduledTimer(string Name, DateTimeOffset DueAt);
