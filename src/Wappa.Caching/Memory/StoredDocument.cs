namespace Wappa.Caching.Memory;

/// <summary>One version of a record: the document and what the store knows of it, in one object, so that a reader gets all
/// of it with one reference and never a mixture of two versions.</summary>
internal sealed class StoredDocument : CacheDocument
{
    /// <summary>Stands in a record while a commit of several records publishes; readers who see it take the lock.</summary>
    internal static readonly StoredDocument Pending = new(Empty, 0, 0);

    internal StoredDocument(CacheDocument document, long revision, long expiresAt)
        : base(document.RawJson)
    {
        Revision = revision;
        ExpiresAt = expiresAt;
    }

    internal long Revision { get; }

    /// <summary>An instant of the store's clock, or <see cref="Stores.StoreClock.Never"/>.</summary>
    internal long ExpiresAt { get; }
}
