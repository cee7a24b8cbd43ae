namespace Wappa.Caching;

/// <summary>A store that has to ask for a record's time to live on its own, and can leave that out.</summary>
internal interface IContentStore
{
    /// <summary>Reads one record.</summary>
    /// <param name="key">The record.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>As of <see cref="IDocumentStore.GetAsync"/>, but for the time to live, which means nothing.</returns>
    ValueTask<DocumentRecord> GetContentAsync(RecordKey key, CancellationToken cancellationToken = default);
}
