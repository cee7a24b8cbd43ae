using Wappa.Caching;

namespace Wappa;

/// <summary>Everything Wappa keeps of one user: to hand over, and to forget. What an app keeps in tables or elsewhere is the
/// app's to add.</summary>
public interface IUserData
{
    /// <summary>Writes what is stored of a user as one JSON object: <c>records</c> (states and user records with their names, values
    /// and the seconds they live), <c>pipeline</c> (the mailbox: what was handled, what is to be sent, timers), <c>inbox</c> (items
    /// that were accepted, some of which may be done), <c>dead_letters</c>, and <c>aliases</c> (other ids of the user this process
    /// has met).</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="userId">The user, as the caches name them.</param>
    /// <param name="output">Where to; it stays open. Written as it is read, so a large user needs no large memory.</param>
    /// <param name="cancellationToken">Stops it; the JSON is cut short then.</param>
    /// <remarks>No snapshot: turns that run meanwhile may show in one part and not in another.</remarks>
    /// <exception cref="ArgumentException">A name cannot be.</exception>
    /// <exception cref="CacheStoreException">The store failed; the JSON is cut short.</exception>
    ValueTask ExportAsync(string tenant, string userId, Stream output, CancellationToken cancellationToken = default);

    /// <summary>Deletes all of it, behind what the user has sent so far: turns that were accepted before end first, in their order,
    /// and what they leave is deleted too. Messages that wait are not sent any more. Waits until it is done.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="userId">The user, as the caches name them.</param>
    /// <param name="cancellationToken">Stops the wait; what was asked for happens nevertheless, also after a crash.</param>
    /// <remarks>What is remembered against repetition goes too, so a message that WhatsApp delivers again later is handled as a new
    /// one.</remarks>
    /// <exception cref="ArgumentException">A name cannot be.</exception>
    /// <exception cref="InvalidOperationException">Nothing will be erased: the app is starting, shutting down or has too much to do,
    /// so ask again; or this is a turn of the very user, which would wait for itself: use
    /// <see cref="RequestErasureAsync"/>.</exception>
    /// <exception cref="CacheStoreException">The store failed; nothing will be erased unless the outcome is unknown, so ask
    /// again.</exception>
    ValueTask EraseAsync(string tenant, string userId, CancellationToken cancellationToken = default);

    /// <summary>The same without waiting, for a handler whose user asks to be forgotten: the erasure comes after this turn, whether
    /// the turn succeeds or not.</summary>
    /// <inheritdoc cref="EraseAsync" path="//param|//exception[@cref='T:Wappa.Caching.CacheStoreException']"/>
    /// <returns>When it is certain to happen.</returns>
    /// <exception cref="InvalidOperationException">Nothing will be erased: the app is starting, shutting down or has too much to do,
    /// so ask again.</exception>
    ValueTask RequestErasureAsync(string tenant, string userId, CancellationToken cancellationToken = default);
}
