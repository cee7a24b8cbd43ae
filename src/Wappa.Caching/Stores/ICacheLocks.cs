namespace Wappa.Caching.Stores;

/// <summary>Implemented by a store whose locks all nodes see.</summary>
/// <remarks>A lock saves work; it makes nothing true. What must hold all the same is kept by the fences of loads.</remarks>
internal interface ICacheLocks
{
    /// <summary>Takes the lock of a name, and waits while somebody holds it.</summary>
    /// <param name="name">The key that is about to be loaded.</param>
    /// <param name="lease">After this the lock of a holder that has died is free; a live holder renews it.</param>
    /// <param name="patience">How long to wait.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The lock; dispose of it to let it go. Null: it was still held when patience ended.</returns>
    /// <exception cref="CacheStoreException">Nobody knows who holds it.</exception>
    ValueTask<ILoadLock?> TakeAsync(string name, TimeSpan lease, TimeSpan patience, CancellationToken cancellationToken = default);
}

/// <summary>A lock that is held until it is disposed of.</summary>
internal interface ILoadLock : IAsyncDisposable
{
    /// <summary>Is cancelled when another may hold it: it could not be renewed in time.</summary>
    CancellationToken Lost { get; }
}
