namespace Wappa.Testing;

/// <summary>One call of a recorded history: what was asked, what was answered, and when, as a count of
/// events.</summary>
/// <typeparam name="TOperation">What was asked.</typeparam>
/// <typeparam name="TAnswer">What was answered.</typeparam>
/// <param name="Worker">Who asked.</param>
/// <param name="Operation">What was asked.</param>
/// <param name="Answer">What was answered; meaningless while there is no answer.</param>
/// <param name="Started">The event at which it was asked.</param>
/// <param name="Ended">The event at which it was answered; <see cref="long.MaxValue"/>: never, so that it may have
/// happened at any time since, or not at all.</param>
public readonly record struct HistoryCall<TOperation, TAnswer>(
    int Worker, TOperation Operation, TAnswer Answer, long Started, long Ended)
{
    /// <summary>Whether there was an answer.</summary>
    public bool IsAnswered => Ended != long.MaxValue;
}
