using Wappa.Caching.Stores;

namespace Wappa.Caching.Memory;

/// <summary>One version of a record: the document and what the store knows of it, in one object, so that a reader gets all
/// of it with one reference and never a mixture of two versions.</summary>
internal sealed class StoredDocument : CacheDocument
{
    /// <summary>Stands in a record while a commit of several records publishes; readers who see it take the lock.</summary>
    internal static readonly StoredDocument Pending = new(Empty, 0, 0);

    /// <summary>The expiry of what is not there: it has always passed, so a reader needs no second test.</summary>
    internal const long Gone = 0;

    internal StoredDocument(CacheDocument document, long revision, long expiresAt)
        : base(document.RawJson)
    {
        Revision = revision;
        ExpiresAt = expiresAt;
    }

    /// <summary>When the version expires that a step leads to.</summary>
    internal static long ExpiryAfter(in RecordStep step, RecordChange change, StoredDocument? current, StoreClock clock) =>
        step.Expiry switch
        {
            ExpiryStep.Keep => current?.ExpiresAt ?? StoreClock.Never,
            ExpiryStep.Start => clock.After((change.Ttl ?? change.TtlOnCreate)!.Value),
            _ => StoreClock.Never,
        };

    internal long Revision { get; }

    /// <summary>An instant of the store's clock, or <see cref="StoreClock.Never"/>.</summary>
    internal long ExpiresAt { get; }
}
