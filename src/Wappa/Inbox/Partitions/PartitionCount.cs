using System.Text;
using Wappa.Caching;

namespace Wappa.Inbox;

/// <summary>The number of partitions an inbox has for as long as it lives: the first instance writes it down, and the others must
/// agree, or items of one user would go two ways.</summary>
internal static class PartitionCount
{
    private const string Field = "count";

    /// <exception cref="PartitionCountException">The store says another number.</exception>
    /// <exception cref="CacheStoreException">The store failed; ask again.</exception>
    internal static async ValueTask AgreeAsync(IDocumentStore store, int count, CancellationToken cancellationToken)
    {
        var document = CacheDocument.Parse(Encoding.ASCII.GetBytes($$"""{"{{Field}}":{{count}}}"""));
        var first = await store.ApplyAsync(InboxKeys.PartitionCount, new RecordChange.CreateIfAbsent(document), cancellationToken)
            .ConfigureAwait(false);
        if (first.Applied || !first.Record.IsHit || first.Record.Document.Equals(document)) return;
        var stored = first.Record.Document.TryGetField(Field, out var json) ? Encoding.UTF8.GetString(json) : "an unreadable number of";
        throw new PartitionCountException(
            $"The inbox in this store has {stored} partitions, and {nameof(InboxOptions)}.{nameof(InboxOptions.Partitions)} is {count}. " +
            "Set it to what the store has. To change it, stop all instances when nothing waits (no record of tenant " +
            $"'{InboxKeys.Tenant}' whose user begins with 'inbox-'), delete the state record 'partitions' of user 'inbox' in that " +
            "tenant, and start them anew.");
    }
}

/// <summary>The instances of an app disagree about the number of partitions. No retry helps.</summary>
internal sealed class PartitionCountException(string message) : InvalidOperationException(message);
