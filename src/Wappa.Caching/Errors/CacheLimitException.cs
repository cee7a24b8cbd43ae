namespace Wappa.Caching;

/// <summary>A record or a store would grow beyond its configured limit. Nothing changed.</summary>
/// <param name="message">The size, the limit, and the way out.</param>
/// <param name="limit">The limit, in the unit the message names.</param>
/// <param name="actual">What was asked for, in the same unit.</param>
public sealed class CacheLimitException(string message, long limit, long actual) : Exception(message)
{
    /// <summary>The limit.</summary>
    public long Limit { get; } = limit;

    /// <summary>The size that was refused.</summary>
    public long Actual { get; } = actual;
}
