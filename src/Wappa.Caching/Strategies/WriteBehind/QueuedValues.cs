using Microsoft.Extensions.Logging;

namespace Wappa.Caching.WriteBehind;

/// <summary>What waits to be written, as readers see it: newer than what the database would answer.</summary>
/// <remarks>A queue whose journal is this process's own knows the newest value of each key it holds, so it is asked before the cache. Where
/// other nodes write too, the cache they share may be ahead of this node's queue; then only a miss is looked up, in the
/// journal.</remarks>
internal sealed class QueuedValues(WriteQueue queue, IWriteBehindJournal journal, WritePump pump, ILogger logger, string cache)
{
    /// <summary>Whether the queue in memory may be asked before the cache, and holds anything.</summary>
    internal bool ComeFirst => !journal.IsShared && queue.Count > 0;

    /// <summary>Whether what the queue in memory does not have may be in the journal.</summary>
    internal bool MayBeJournalled => journal.IsShared || !pump.KnowsAll;

    /// <summary>The value in the queue in memory.</summary>
    internal JournalRow? Find(string id) => queue.Find(id);

    /// <summary>The values of keys the cache does not have.</summary>
    /// <param name="ids">The keys.</param>
    /// <param name="isStrict">Whether a failing journal is the caller's to know.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>One for each key, in order; null as a whole: the journal failed, and was logged.</returns>
    internal async ValueTask<IReadOnlyList<JournalRow?>?> FindManyAsync(
        IReadOnlyList<string> ids, bool isStrict, CancellationToken cancellationToken)
    {
        try
        {
            var isJournalFirst = journal.IsShared;
            var queued = isJournalFirst ? new JournalRow?[ids.Count] : [.. ids.Select(queue.Find)];
            var open = Enumerable.Range(0, ids.Count).Where(i => queued[i] is null).ToArray();
            if (open.Length == 0 || !MayBeJournalled) return queued;
            var rows = await journal.FindManyAsync([.. open.Select(i => ids[i])], cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < open.Length; i++) queued[open[i]] = rows[i];
            return queued;
        }
        catch (CacheStoreException error)
        {
            WriteBehindLog.JournalFailed(logger, error, cache);
            if (isStrict) throw;
            return null;
        }
    }
}
