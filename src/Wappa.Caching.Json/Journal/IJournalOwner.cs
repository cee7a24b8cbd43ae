namespace Wappa.Caching.Json.Journal;

/// <summary>Whose changes a journal keeps.</summary>
/// <typeparam name="TItem">A change that waits to be published.</typeparam>
internal interface IJournalOwner<TItem>
{
    /// <summary>No revision given out so far is higher.</summary>
    long Revision { get; }

    /// <summary>Shows changes to readers: they are durable. Called by one thread at a time, in the journal's order.</summary>
    void Publish(List<TItem> items);

    /// <summary>Forgets changes that failed; nobody has seen them.</summary>
    void Rollback(List<TItem> items);

    /// <summary>The journal can take no more until <see cref="Journal{TItem}.Restart()"/>; try it soon, on another thread or after
    /// the call in progress.</summary>
    void Stopped(Exception error);

    /// <summary>Much of the journal is not in the files yet: a checkpoint is due now.</summary>
    void Crowded();
}
