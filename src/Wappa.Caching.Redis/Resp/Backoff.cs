namespace Wappa.Caching.Redis.Resp;

/// <summary>Pauses that double, each cut by up to half at random: a thousand clients must not come back in step.</summary>
internal sealed class Backoff(RedisClientOptions options, TimeProvider time)
{
    private TimeSpan _next = options.FirstBackoff;

    /// <returns>False: cancelled.</returns>
    internal async ValueTask<bool> WaitAsync(CancellationToken cancellationToken)
    {
#pragma warning disable CA5394 // jitter, not a secret
        var pause = _next * (0.5 + (Random.Shared.NextDouble() / 2));
#pragma warning restore CA5394
        _next = TimeSpan.FromTicks(Math.Min(_next.Ticks * 2, options.LongestBackoff.Ticks));
        await Task.Delay(pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !cancellationToken.IsCancellationRequested;
    }
}
