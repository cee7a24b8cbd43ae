namespace Wappa.Caching;

/// <summary>How <c>UseETags</c> makes ETags.</summary>
public sealed class ETagOptions
{
    /// <summary>The largest body that is held back to be given an ETag, in bytes, 0 or more; what is larger goes through as it is
    /// written. Default: 1,048,576.</summary>
    public int MaxBodyBytes { get; set; } = 1 << 20;

    /// <summary>How long what a handler has flushed is held back, above zero and at most a minute. Most responses are flushed once,
    /// right before they end; one that goes on longer is a stream and goes through from then on, without an ETag. Default: 100
    /// milliseconds.</summary>
    public TimeSpan FlushHold { get; set; } = TimeSpan.FromMilliseconds(100);

    internal void ThrowIfInvalid()
    {
        if (MaxBodyBytes < 0)
            throw new ArgumentException($"{nameof(ETagOptions)}.{nameof(MaxBodyBytes)} is {MaxBodyBytes}; it is 0 or more.");
        if (FlushHold <= TimeSpan.Zero || FlushHold > TimeSpan.FromMinutes(1))
        {
            throw new ArgumentException(
                $"{nameof(ETagOptions)}.{nameof(FlushHold)} is {FlushHold}; it is above zero and at most a minute.");
        }
    }
}
