using Wappa.Caching.Documents;

namespace Wappa.Caching;

/// <summary>
/// What each <see cref="RecordChange"/> means, as a pure function from the current document to the next. Stores that keep
/// their records in .NET apply it under the record's lock; a store with scripts says the same there.
/// </summary>
/// <remarks>Source: the table of record operations in <c>docs/reference/semantics.md</c>.</remarks>
public static class RecordTransition
{
    /// <summary>Works out one change.</summary>
    /// <param name="change">What is asked.</param>
    /// <param name="current">What is there; a miss if the record is missing or expired.</param>
    /// <param name="maxBytes">The largest document allowed, in bytes of JSON.</param>
    /// <returns>What to store, or why not. Nothing is stored by this call.</returns>
    /// <exception cref="CacheTypeException">The stored value is of the wrong kind.</exception>
    /// <exception cref="CacheLimitException">The document would be larger than <paramref name="maxBytes"/>.</exception>
    public static RecordStep Apply(RecordChange change, in DocumentRecord current, long maxBytes)
    {
        ArgumentNullException.ThrowIfNull(change);
        var step = Next(change, current);
        if (step is { Document: { } next } && next.ByteCount > maxBytes && !ReferenceEquals(next, current.Document))
        {
            throw new CacheLimitException(
                $"The record would have {next.ByteCount} bytes of JSON; the limit is {maxBytes}. Nothing changed. Cap its lists " +
                "(maxLength), split it, or raise MaxRecordBytes.", maxBytes, next.ByteCount);
        }

        return step;
    }

    private static RecordStep Next(RecordChange change, in DocumentRecord current)
    {
        switch (change)
        {
            case RecordChange.Set set:
                return new(set.Document, set.Ttl is null ? ExpiryStep.Clear : ExpiryStep.Start);
            case RecordChange.Merge merge:
                return Edit(change, current, (current.Document ?? CacheDocument.Empty).Merge(merge.Fields));
            case RecordChange.SetField set:
                return Edit(change, current, (current.Document ?? CacheDocument.Empty).SetField(set.Field, set.Json.Span));
            case RecordChange.Increment add:
                var sum = (current.Document ?? CacheDocument.Empty).Increment(add.Field, add.By, out var number);
                return Edit(change, current, sum) with { Number = number };
            case RecordChange.Append append:
                var longer = (current.Document ?? CacheDocument.Empty)
                    .Append(append.Field, append.Json.Span, append.MaxLength, out var length);
                return Edit(change, current, longer) with { Number = CacheNumber.From(length) };
            case RecordChange.CreateIfAbsent create:
                return current.IsHit ? RecordStep.Refuse(ChangeOutcome.Exists)
                    : new(create.Document, create.Ttl is null ? ExpiryStep.Clear : ExpiryStep.Start);
            case RecordChange.Require require:
                return current.Revision == require.Revision
                    ? new(current.Document, ExpiryStep.Keep, Unchanged: true)
                    : RecordStep.Refuse(ChangeOutcome.RevisionMismatch);
        }

        if (!current.IsHit) return RecordStep.Refuse(ChangeOutcome.Missing);
        switch (change)
        {
            case RecordChange.RemoveField remove:
                var shorter = current.Document.RemoveField(remove.Field);
                return ReferenceEquals(shorter, current.Document)
                    ? RecordStep.Refuse(ChangeOutcome.Missing)
                    : new(shorter, ExpiryStep.Keep);
            case RecordChange.Delete:
                return new(null, ExpiryStep.Clear);
            case RecordChange.Expire:
                return new(current.Document, ExpiryStep.Start);
            case RecordChange.Persist:
                return new(current.Document, ExpiryStep.Clear);
            case RecordChange.ReplaceIf replace when current.Revision != replace.Revision:
                return RecordStep.Refuse(ChangeOutcome.RevisionMismatch);
            case RecordChange.ReplaceIf replace:
                return new(replace.Document, replace.Ttl is null ? ExpiryStep.Keep : ExpiryStep.Start);
            default:
                throw new ArgumentException($"{change.GetType().Name} is not a change this version knows.", nameof(change));
        }
    }

    private static RecordStep Edit(RecordChange change, in DocumentRecord current, CacheDocument next)
    {
        var ttl = current.IsHit ? change.Ttl : change.TtlOnCreate;
        return new(next, ttl is not null ? ExpiryStep.Start : current.IsHit ? ExpiryStep.Keep : ExpiryStep.Clear);
    }
}

/// <summary>What a change does to the expiry.</summary>
public enum ExpiryStep : byte
{
    /// <summary>It stays as it is.</summary>
    Keep,

    /// <summary>It starts anew: <see cref="RecordChange.Ttl"/> if given, else <see cref="RecordChange.TtlOnCreate"/>.</summary>
    Start,

    /// <summary>The record does not expire (or is gone).</summary>
    Clear,
}

/// <summary>The result of <see cref="RecordTransition.Apply"/>: what a store has to do.</summary>
/// <param name="Document">The next document; <see langword="null"/>: the record goes, or a refusal.</param>
/// <param name="Expiry">What happens to the expiry.</param>
/// <param name="Outcome">Anything but <see cref="ChangeOutcome.Applied"/>: leave everything as it is.</param>
/// <param name="Number">The new value of an increment, or the new length of an append.</param>
/// <param name="Unchanged">Applied, yet there is nothing to store and the revision stays.</param>
public readonly record struct RecordStep(
    CacheDocument? Document, ExpiryStep Expiry, ChangeOutcome Outcome = ChangeOutcome.Applied, CacheNumber Number = default,
    bool Unchanged = false)
{
    internal static RecordStep Refuse(ChangeOutcome outcome) => new(null, ExpiryStep.Keep, outcome);
}
