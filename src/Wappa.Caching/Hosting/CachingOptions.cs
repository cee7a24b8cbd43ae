namespace Wappa.Caching;

/// <summary>What holds for records on every backend.</summary>
public sealed class CachingOptions
{
    /// <summary>How values become JSON. Default: snake_case names.</summary>
    public CacheSerializer Serializer { get; set; } = CacheSerializer.Default;

    /// <summary>The keys' prefixes. Default: <c>user</c>, <c>state</c>, <c>df</c>, <c>pkid</c>.</summary>
    public KeyFactory Keys { get; set; } = KeyFactory.Default;

    /// <summary>Time to live of a state when the call gives none. Default: none.</summary>
    public TimeSpan? StateTtl { get; set; }

    /// <summary>Time to live of a user record when the call gives none. Default: none.</summary>
    public TimeSpan? UserTtl { get; set; }

    /// <summary>Time to live of a table row when the call gives none. Default: none.</summary>
    public TimeSpan? TableTtl { get; set; }

    /// <summary>The largest record, in bytes of JSON, 2 or more. Larger ones are refused, never cut. It is
    /// given to the store the app's backend opens; a store made by hand has its own limit. Default: 1,048,576.</summary>
    public int MaxRecordBytes { get; set; } = 1 << 20;

    /// <summary>What record operations do when the store fails. Default: <see cref="FailureMode.Throw"/>.</summary>
    public FailureMode OnFailure { get; set; }

    internal void ThrowIfInvalid()
    {
        Require(Serializer is not null, nameof(Serializer), "is null");
        Require(Keys is not null, nameof(Keys), "is null");
        Require(StateTtl is null || StateTtl > TimeSpan.Zero, nameof(StateTtl), $"is {StateTtl}; it must be above zero, or null for none");
        Require(UserTtl is null || UserTtl > TimeSpan.Zero, nameof(UserTtl), $"is {UserTtl}; it must be above zero, or null for none");
        Require(TableTtl is null || TableTtl > TimeSpan.Zero, nameof(TableTtl), $"is {TableTtl}; it must be above zero, or null for none");
        Require(MaxRecordBytes >= 2, nameof(MaxRecordBytes), $"is {MaxRecordBytes}; the smallest record '{{}}' has 2 bytes");
        Require(Enum.IsDefined(OnFailure), nameof(OnFailure), $"is {(int)OnFailure}; it must be Throw or ReturnDefault");
    }

    private static void Require(bool condition, string option, string problem)
    {
        if (!condition) throw new ArgumentException($"{nameof(CachingOptions)}.{option} {problem}.");
    }
}
