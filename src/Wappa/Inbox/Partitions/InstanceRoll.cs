using Wappa.Caching;

namespace Wappa.Inbox;

/// <summary>Which instances live: each keeps a record that expires soon after its last sign of life, by the store's clock.</summary>
/// <param name="store">The store they share.</param>
/// <param name="length">How long a sign of life counts.</param>
internal sealed class InstanceRoll(IDocumentStore store, TimeSpan length)
{
    private static readonly CacheDocument Alive = CacheDocument.Parse("""{"alive":true}"""u8);

    /// <summary>This instance.</summary>
    internal string Id { get; } = Guid.NewGuid().ToString("N");

    /// <summary>Gives a sign of life and counts those of all.</summary>
    /// <returns>How many live, 1 or more.</returns>
    internal async ValueTask<int> CallAsync(CancellationToken cancellationToken)
    {
        await store.ApplyAsync(InboxKeys.Instance(Id), new RecordChange.Set(Alive, length), cancellationToken).ConfigureAwait(false);
        var count = 0;
        await foreach (var (_, record) in store.ListAsync(InboxKeys.Instances, cancellationToken).ConfigureAwait(false))
        {
            if (record.IsHit) count++;
        }

        return Math.Max(1, count);
    }

    /// <summary>This instance takes no part any more.</summary>
    internal async ValueTask SignOffAsync(CancellationToken cancellationToken) =>
        await store.ApplyAsync(InboxKeys.Instance(Id), new RecordChange.Delete(), cancellationToken).ConfigureAwait(false);
}
