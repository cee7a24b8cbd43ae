using Wappa.Caching.Stores;

namespace Wappa.Caching.WriteBehind;

/// <summary>Chooses a strategy's journal.</summary>
internal static class WriteBehindJournals
{
    private const string Journal = "journal of a write-behind queue";
    private const string Memory = MemoryDocumentStore.BackendName;

    /// <param name="context">Its records hold the journal.</param>
    /// <param name="ns">The strategy's namespace.</param>
    /// <param name="options">Whether there is a journal, and how long it may take.</param>
    /// <param name="policy">How long a reader waits for it.</param>
    /// <param name="landed">Is given a row whose writer was told that the journal took too long.</param>
    internal static (IWriteBehindJournal Journal, StoreLease? Lease) Open(
        CacheStrategyContext context, string ns, WriteBehindOptions options, CacheEntryPolicy policy, Func<JournalRow, Task> landed)
    {
        var records = context.Records;
        if (!(options.Journalled ?? records is { Backend: not Memory })) return (new MemoryJournal(context.Time), null);
        if (records is null)
        {
            throw new ArgumentException(
                $"{nameof(WriteBehindOptions)}.{nameof(WriteBehindOptions.Journalled)} is set, but this {nameof(CacheStrategyContext)} " +
                "was made without records. Give its constructor an IDocumentStore, or take the context from an app that called " +
                "AddWappaCaching.");
        }

        _ = RecordKey.User(options.JournalTenant, "write-behind-dead:" + ns); // throws for a namespace that is too long
        var isShared = options.Shared ?? records.Backend is not (Memory or "json");
        var writes = new StoreDeadline(Journal, options.JournalTimeout, nameof(WriteBehindOptions.JournalTimeout), context.Time);
        var reads = new StoreDeadline(Journal, policy.StoreTimeout, nameof(CacheEntryPolicy.StoreTimeout), context.Time);
        var journal = new RecordJournal(records, options.JournalTenant, ns, isShared, context.Logger);
        return (
            new TimedJournal(journal, writes, reads, landed),
            isShared ? new StoreLease(records, LeaseOf(options.JournalTenant, ns), options.LeaseTime, writes, context.Time) : null);
    }

    /// <summary>Which of the processes that share a journal writes to the database: the one whose lease it is.</summary>
    private static RecordKey LeaseOf(string tenant, string ns) => RecordKey.State(tenant, "write-behind:" + ns, "lease");
}
