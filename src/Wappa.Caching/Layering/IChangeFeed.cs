namespace Wappa.Caching.Layering;

/// <summary>What a shared backend offers so that memory may stand in front of it: it tells what changed, whoever changed it.</summary>
/// <typeparam name="TListener"><see cref="IRecordChangeListener"/> or <see cref="IEntryChangeListener"/>.</typeparam>
internal interface IChangeFeed<in TListener>
    where TListener : IChangeListener
{
    /// <summary>Begins to tell. Connections that are lost later are the feed's to make again; it tells the gap.</summary>
    /// <param name="listener">Is told, one call at a time.</param>
    /// <param name="cancellationToken">Stops the wait for the beginning.</param>
    /// <returns>Dispose it to end the telling.</returns>
    /// <exception cref="NotSupportedException">This backend cannot tell, now or later.</exception>
    /// <exception cref="CacheStoreException">It cannot be reached; ask again.</exception>
    ValueTask<IAsyncDisposable> ListenAsync(TListener listener, CancellationToken cancellationToken = default);
}

/// <summary>Is told of changes, its own node's among them. Implementations are quick and never block or throw.</summary>
/// <remarks>A change must be told after it is made, and to everyone who may have read what was there before: a read that began after the
/// change was told sees it. A change may be told twice, and one that did not happen may be told too.</remarks>
internal interface IChangeListener
{
    /// <summary>Everything may have changed.</summary>
    void OnEverythingChanged();

    /// <summary>Changes may have been missed, and are not told until <see cref="OnListening"/>.</summary>
    void OnGap();

    /// <summary>Every change that is made from now on is told.</summary>
    void OnListening();
}

/// <summary>Is told of changes of records.</summary>
internal interface IRecordChangeListener : IChangeListener
{
    /// <summary>A record was created, changed, deleted, or has expired.</summary>
    void OnChanged(in RecordKey key);
}

/// <summary>Is told of changes of entries.</summary>
internal interface IEntryChangeListener : IChangeListener
{
    /// <summary>An entry was created, changed, removed, or has expired.</summary>
    void OnChanged(string key);

    /// <summary>The entries that carry a tag were removed. A backend that tells their keys instead need not call this.</summary>
    void OnTagChanged(string tag);

    /// <summary>The entries whose keys begin with a prefix were removed. A backend that tells their keys instead need not call
    /// this.</summary>
    void OnPrefixChanged(string prefix);
}
