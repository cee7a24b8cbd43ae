namespace Wappa.Caching;

/// <summary>Implemented by a store of records that several processes share and that can carry short messages between them. Its
/// presence tells both. Find it with <see cref="DocumentStoreLayers.Find"/>.</summary>
/// <remarks>A message only says that it may be worth looking: any of them may be lost, come twice or late. Whoever relies on one looks by
/// itself now and then.</remarks>
public interface IStoreSignals
{
    /// <summary>Up to how many user records of one user <see cref="IDocumentStore.ListAsync"/> finds as they were at one instant. With more
    /// records than this, one that was made first may be missed though one that was made later is found. 0: always.</summary>
    int ListedAtOnce { get; }

    /// <summary>Sends a message to everyone who listens now, the sender too if it does.</summary>
    /// <param name="channel">Its name; apps of one store that use the same name hear each other.</param>
    /// <param name="message">Up to a kilobyte of text, without anything personal.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="CacheStoreException">The store failed or refused; the message may have been sent.</exception>
    ValueTask PublishAsync(string channel, string message, CancellationToken cancellationToken = default);

    /// <summary>Begins to listen. Connections that are lost are the store's to make again.</summary>
    /// <param name="channel">Its name.</param>
    /// <param name="received">Is given each message, one at a time; <see langword="null"/>: messages may have been lost. It is quick,
    /// never blocks and never throws.</param>
    /// <param name="cancellationToken">Stops the wait for the beginning.</param>
    /// <returns>Once every later message is heard. Dispose it to stop.</returns>
    /// <exception cref="CacheStoreException">The store failed or refused; ask again.</exception>
    ValueTask<IAsyncDisposable> SubscribeAsync(string channel, Action<string?> received, CancellationToken cancellationToken = default);
}
