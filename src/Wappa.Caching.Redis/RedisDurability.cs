using System.ComponentModel;
using Wappa.Caching.Redis.Hosting;

namespace Wappa.Caching;

/// <summary>When a write of a record to Redis is acknowledged.</summary>
/// <remarks>Whether the servers themselves keep what they have over a restart is their configuration's (<c>appendonly</c>,
/// <c>appendfsync</c>), in both cases.</remarks>
[TypeConverter(typeof(RedisDurabilityConverter))]
public sealed class RedisDurability
{
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(1);

    // The connection answers nothing while the server waits, and one that is silent for three seconds is given up.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    private RedisDurability(int replicas, TimeSpan within)
    {
        Replicas = replicas;
        Within = within;
    }

    /// <summary>As soon as the primary has made it. A failover loses what had not reached the replica that takes over.</summary>
    public static RedisDurability Primary { get; } = new(0, TimeSpan.Zero);

    /// <summary>How many replicas must have a write; 0: none.</summary>
    public int Replicas { get; }

    /// <summary>How long the primary waits for them.</summary>
    public TimeSpan Within { get; }

    /// <summary>As soon as that many replicas have it too (<c>WAIT</c>): a failover to one that has it loses nothing. Writes made at the
    /// same time share the wait; reads of the same database stand behind it.</summary>
    /// <param name="replicas">1 or more. Ask for fewer than there are, or no write succeeds while one of them is away.</param>
    /// <param name="within">From 1 ms to 2 s, by default 1 s; shorter than the <c>silenceLimit</c> of the URL (3 s). With fewer
    /// replicas by then the write fails with <see cref="CacheStoreTimeoutException"/> and an unknown outcome: the primary has it, and
    /// keeps it unless it fails.</param>
    /// <exception cref="ArgumentOutOfRangeException">No replicas, or a time outside these bounds.</exception>
    public static RedisDurability Replicated(int replicas, TimeSpan? within = null)
    {
        var wait = within ?? Usual;
        ArgumentOutOfRangeException.ThrowIfLessThan(replicas, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(wait, TimeSpan.FromMilliseconds(1), nameof(within));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(wait, Longest, nameof(within));
        return new(replicas, wait);
    }

    /// <inheritdoc/>
    public override string ToString() =>
        Replicas == 0 ? nameof(Primary) : $"{nameof(Replicated)}({Replicas}, {Within.TotalSeconds:0.###} s)";
}
