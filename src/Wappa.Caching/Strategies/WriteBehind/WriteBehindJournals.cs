namespace Wappa.Caching.WriteBehind;

/// <summary>Chooses a strategy's journal.</summary>
internal static class WriteBehindJournals
{
    private const string Memory = MemoryDocumentStore.BackendName;

    internal static (IWriteBehindJournal Journal, WriteLease? Lease) Open(
        CacheStrategyContext context, string ns, WriteBehindOptions options)
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
        return (
            new RecordJournal(records, options.JournalTenant, ns, isShared),
            isShared ? new WriteLease(records, options.JournalTenant, ns, options.LeaseTime, context.Time) : null);
    }
}
