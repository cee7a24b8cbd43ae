namespace Wappa.Caching;

/// <summary>A load did not finish within its <see cref="CacheEntryPolicy.HardTimeout"/>, and there was no stale value to give
/// instead. Its key is free: the next caller starts another load. Its token is cancelled; what it brings nevertheless is still stored
/// if nothing newer was.</summary>
/// <param name="message">What took too long, the limit, and the way out.</param>
/// <param name="timeout">The limit.</param>
public sealed class CacheLoadTimeoutException(string message, TimeSpan timeout) : TimeoutException(message)
{
    /// <summary>How long the load was given.</summary>
    public TimeSpan Timeout { get; } = timeout;
}
