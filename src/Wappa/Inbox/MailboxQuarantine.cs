using Wappa.Caching;

namespace Wappa.Inbox;

/// <summary>What is done about a mailbox that cannot be read. Left alone it would stop its user for ever; so after some tries,
/// in case it was the disk and not the record, it is set aside and the user goes on with an empty one.</summary>
/// <remarks>That costs what the mailbox knew: messages that waited in it are not sent, and what was delivered before may be
/// handled again. The record set aside is kept for a month, among the user's own, so that it is exported and erased with
/// them.</remarks>
internal sealed class MailboxQuarantine(PipelineServices services, RecordKey mailbox)
{
    /// <summary>How often a mailbox is read before it is given up.</summary>
    internal const int MaxTries = 3;

    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(30);

    private int _tries;

    internal RecordKey Key => mailbox;

    /// <summary>Where it is set aside.</summary>
    internal static RecordKey AsideOf(RecordKey mailbox) =>
        RecordKey.User(mailbox.Tenant, mailbox.Owner, mailbox.Name + ".broken");

    /// <summary>Counts a failed read, and sets the mailbox aside when there have been enough.</summary>
    /// <param name="record">What was read; a miss if the store itself could not read it, and then it keeps the bytes.</param>
    /// <returns>False: try again.</returns>
    internal async ValueTask<bool> TrySetAsideAsync(DocumentRecord record)
    {
        if (++_tries < MaxTries) return false;
        List<RecordWrite> writes = [new(mailbox, new RecordChange.Delete())];
        if (record.IsHit)
        {
            // Whoever mends or replaces it meanwhile wins.
            writes.Insert(0, new(mailbox, new RecordChange.Require(record.Revision)));
            writes.Add(new(AsideOf(mailbox), new RecordChange.Set(record.Document, KeptFor)));
        }

        if (!(await services.Store.CommitAsync(writes).ConfigureAwait(false)).Committed) return false;
        Log.MailboxSetAside(services.Logger, _tries);
        _tries = 0;
        return true;
    }

    /// <summary>Reads the segments of the mailbox.</summary>
    /// <returns>One for each key; misses if the store cannot read them, however often it is asked.</returns>
    internal async ValueTask<IReadOnlyList<DocumentRecord>> ReadSegmentsAsync(RecordKey[] keys)
    {
        try
        {
            return await services.Store.GetManyAsync(keys).ConfigureAwait(false);
        }
        catch (CacheStoreCorruptException) when (++_tries >= MaxTries)
        {
            Log.SegmentUnreadable(services.Logger);
            _tries = 0;
            return [.. keys.Select(static _ => DocumentRecord.Miss)];
        }
    }
}
