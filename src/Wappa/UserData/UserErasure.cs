using System.Text.Json;
using Wappa.Caching;
using Wappa.Inbox;

namespace Wappa.UserData;

/// <summary>Deletes what the store holds of a user. Doing it again changes nothing.</summary>
internal sealed class UserErasure(PipelineServices services, DeadLetters letters, Func<Fingerprint, bool> isPending)
{
    // Long enough for a turn of another process to come to its commit, be refused, and see why.
    internal static readonly TimeSpan MarkLife = TimeSpan.FromMinutes(1);

    private readonly IDocumentStore _store = services.Store;

    /// <summary>Deletes the states and records. The caller holds the mailbox.</summary>
    /// <remarks>Another process may be about to commit a turn of this user. It does so on the condition that the mailbox is the one it
    /// has read; if that was none, it would be right again. So where there are other processes, an empty mailbox that says why
    /// takes the old one's place for a minute.</remarks>
    internal async ValueTask EraseRecordsAsync(LaneKey key)
    {
        var set = RecordSet.OfUser(key.Tenant, key.User);
        if (!services.Timers.IsShared)
        {
            await _store.DeleteAllAsync(set).ConfigureAwait(false);
            return;
        }

        var mailbox = InboxKeys.Mailbox(key);
        await _store.ApplyAsync(mailbox, new RecordChange.Set(MailboxFormat.Erased, MarkLife)).ConfigureAwait(false);
        var deletes = new List<RecordWrite>();
        await foreach (var (record, _) in _store.ListAsync(set).ConfigureAwait(false))
        {
            if (record != mailbox) deletes.Add(new(record, new RecordChange.Delete()));
        }

        if (deletes.Count > 0) await _store.WriteManyAsync(deletes).ConfigureAwait(false);
    }

    /// <summary>Deletes what stands elsewhere: hints of timers, dead letters, and items in batches that other users' items keep.</summary>
    internal async ValueTask EraseTracesAsync(EraseItem item)
    {
        var key = new LaneKey(item.Tenant, item.User);
        await services.Timers.Hints.EraseAsync(key, CancellationToken.None).ConfigureAwait(false);
        await letters.EraseAsync(item.Tenant, item.User).ConfigureAwait(false);
        if (item.Ticket is not { } ticket) return;
        var own = await _store.GetAsync(ticket.Key).ConfigureAwait(false);
        var before = own.IsHit ? BatchLog.OrderOf(own) : long.MaxValue;
        while (!await TryEraseItemsAsync(key, before).ConfigureAwait(false))
        {
            // Somebody changed a batch meanwhile; what was erased in the others stays so.
        }
    }

    private async ValueTask<bool> TryEraseItemsAsync(LaneKey key, long before)
    {
        var all = true;
        await foreach (var (batch, record) in _store.ListAsync(services.BatchesOf(key)).ConfigureAwait(false))
        {
            if (!record.IsHit || BatchLog.OrderOf(record) >= before) continue;
            var items = BatchLog.ItemsOf(record.Document);
            var kept = items.Where(item => !IsOf(item, key) || IsStillToDo(item)).ToArray();
            if (kept.Length == items.Count) continue;
            RecordChange change = kept.Length == 0
                ? new RecordChange.Delete()
                : new RecordChange.ReplaceIf(BatchLog.Rewritten(kept, record), record.Revision);
            var result = await _store.ApplyAsync(batch, change).ConfigureAwait(false);
            all &= result.Outcome is ChangeOutcome.Applied or ChangeOutcome.Missing;
        }

        return all;
    }

    private static bool IsOf(StoredItem item, LaneKey key) => item.User?.Id == key.User && item.Tenant == key.Tenant;

    private bool IsStillToDo(StoredItem item)
    {
        try
        {
            return item.ToWebhook() is var webhook && (webhook is EraseItem || isPending(webhook.Fingerprint));
        }
        catch (Exception error) when (error is JsonException or FormatException or InvalidDataException)
        {
            return false; // it could never be handled
        }
    }
}
