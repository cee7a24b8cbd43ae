namespace Wappa.Caching;

/// <summary>A value the database would not take, set aside for a person to look at.</summary>
/// <param name="Key">The key it was written under.</param>
/// <param name="Json">The value as JSON: it may be one that no longer fits the type.</param>
/// <param name="Sequence">Its number among the writes of the key.</param>
/// <param name="Reason">Type and message of the last failure.</param>
/// <param name="GivenUpAt">When it was given up, UTC.</param>
public sealed record WriteBehindDeadLetter(
    CacheKeyParts Key, ReadOnlyMemory<byte> Json, long Sequence, string Reason, DateTimeOffset GivenUpAt)
{
    /// <summary>Neither key nor value: they may be somebody's.</summary>
    public override string ToString() => $"dead letter {Sequence}";
}

/// <summary>How a drain of the queue ended.</summary>
/// <param name="Left">How many values still wait; 0: the database has everything.</param>
/// <param name="IsJournalled">Whether what is left outlives the process.</param>
public readonly record struct WriteBehindDrain(int Left, bool IsJournalled)
{
    /// <summary>Whether nothing waits.</summary>
    public bool IsComplete => Left == 0;
}
