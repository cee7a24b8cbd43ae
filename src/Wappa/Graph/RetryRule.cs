namespace Wappa.Graph;

/// <summary>Whom a refusal is about, and so what has to wait.</summary>
internal enum RetryScope
{
    /// <summary>This message only.</summary>
    Message,

    /// <summary>The number and this recipient.</summary>
    Pair,

    /// <summary>The number, whoever it writes to.</summary>
    Number,

    /// <summary>The whole account or app.</summary>
    Account,
}

/// <summary>What to do after a refusal. Whatever the rule, nothing was sent.</summary>
/// <param name="Scope">Who has to wait, or to stop.</param>
/// <param name="MaxRetries">How often to try again; 0: never, <see cref="int.MaxValue"/>: until it is given up for
/// other reasons.</param>
/// <param name="FirstDelay">The wait before the first retry.</param>
/// <param name="Factor">What each further wait is multiplied by.</param>
/// <param name="MaxDelay">The longest wait.</param>
/// <param name="NeedsAttention">Whether a person has to act: a wrong token, a locked account, an unpaid bill.</param>
internal readonly record struct RetryRule(
    RetryScope Scope, int MaxRetries, TimeSpan FirstDelay, double Factor, TimeSpan MaxDelay, bool NeedsAttention)
{
    /// <summary>How much of a wait chance may add, so that many who wait do not return at the same instant.</summary>
    internal const double Jitter = 0.25;

    internal bool IsRetryable => MaxRetries > 0;

    internal static RetryRule Never(RetryScope scope = RetryScope.Message, bool needsAttention = false) =>
        new(scope, 0, default, 1, default, needsAttention);

    internal static RetryRule After(
        RetryScope scope, TimeSpan first, double factor, TimeSpan max, int maxRetries = int.MaxValue) =>
        new(scope, maxRetries, first, factor, max, false);

    /// <summary>The rule with no wait shorter than what WhatsApp itself asked for.</summary>
    internal RetryRule NotBefore(TimeSpan? asked) => asked is { } wait && wait > FirstDelay
        ? this with { FirstDelay = wait, MaxDelay = wait > MaxDelay ? wait : MaxDelay }
        : this;

    /// <summary>The wait before the next attempt.</summary>
    /// <param name="failures">How many attempts have failed with this rule: 1 or more.</param>
    /// <param name="chance">From 0 to 1, at random; 0: the wait itself.</param>
    /// <returns>Null: do not try again.</returns>
    internal TimeSpan? DelayAfter(int failures, double chance = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(failures, 1);
        if (failures > MaxRetries) return null;
        // Compared as numbers: the power soon is larger than any time span.
        var ticks = Math.Min(FirstDelay.Ticks * Math.Pow(Factor, failures - 1), MaxDelay.Ticks);
        return TimeSpan.FromTicks((long)(ticks * (1 + (Jitter * chance))));
    }
}
