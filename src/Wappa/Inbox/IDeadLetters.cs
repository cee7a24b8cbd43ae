namespace Wappa;

/// <summary>The items that were given up because their turns failed <see cref="InboxOptions.MaxAttempts"/> times, by tenant.
/// Nothing deletes them on its own.</summary>
public interface IDeadLetters
{
    /// <summary>Lists a tenant's dead letters, in no particular order.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    IAsyncEnumerable<DeadLetter> ListAsync(string tenant, CancellationToken cancellationToken = default);

    /// <summary>Accepts an item again, as if it had just come: behind what its user has waiting, with all its attempts.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="id">Which; see <see cref="DeadLetter.Id"/>.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>False: there is no such dead letter, or the inbox is full or shutting down.</returns>
    ValueTask<bool> ReplayAsync(string tenant, string id, CancellationToken cancellationToken = default);

    /// <summary>Forgets an item for good.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="id">Which; see <see cref="DeadLetter.Id"/>.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>Whether it was there.</returns>
    ValueTask<bool> DeleteAsync(string tenant, string id, CancellationToken cancellationToken = default);
}
