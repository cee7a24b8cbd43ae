namespace Wappa.Caching;

/// <summary>The answer to a write that may be refused.</summary>
/// <typeparam name="T">The record's type.</typeparam>
public readonly struct WriteResult<T>
{
    private readonly DocumentRecord _record;

    internal WriteResult(ChangeOutcome outcome, in DocumentRecord record, T? value)
    {
        Outcome = outcome;
        _record = record;
        Value = value;
    }

    /// <summary><see cref="ChangeOutcome.Applied"/>, or why not.</summary>
    public ChangeOutcome Outcome { get; }

    /// <summary>Whether this write won.</summary>
    public bool Written => Outcome == ChangeOutcome.Applied;

    /// <summary>The record that is there now: one's own after a win, the winner's after a refusal; <see langword="default"/> if
    /// there is none.</summary>
    public T? Value { get; }

    /// <summary>The revision of that record; 0 if there is none.</summary>
    public long Revision => _record.Revision;

    /// <summary>How long that record still lives, from now.</summary>
    public CacheTtl Ttl => _record.Ttl;
}

/// <summary>One record of a listing.</summary>
/// <typeparam name="T">The record's type.</typeparam>
/// <param name="Name">The handler, record name or record id.</param>
/// <param name="Value">The value.</param>
/// <param name="Revision">The revision.</param>
/// <param name="Ttl">How long it still lived when it was listed.</param>
public readonly record struct CacheItem<T>(string Name, T Value, long Revision, CacheTtl Ttl);
