using Wappa.Outbox;

namespace Wappa.Inbox;

/// <summary>What the mailbox knows of messages that WhatsApp did not simply take.</summary>
internal sealed partial class LaneMailbox
{
    /// <summary>What the handler has to be told about a message that failed; null: nothing. It does not read the store, so it
    /// does not fail.</summary>
    internal async ValueTask<StatusWebhook?> NextFailureAsync()
    {
        await _lock.WaitAsync().ConfigureAwait(false);
        using var held = new Holder(_lock);
        return _mailbox.NextFailed() is { } entry
            ? LocalStatus.Of(_key, entry, LocalStatus.Failed, _services.Time.GetUtcNow())
            : null;
    }

    /// <summary>The handler was told about a message that failed.</summary>
    internal async ValueTask ForgetFailureAsync(string id)
    {
        await _lock.WaitAsync().ConfigureAwait(false);
        using var held = new Holder(_lock);
        if (_mailbox.NextFailed() is { } entry && entry.Id == id) _mailbox.Remove(entry);
    }

    /// <summary>Whether WhatsApp would refuse the message because the user has not written for too long.</summary>
    internal async ValueTask<bool> IsWindowClosedAsync(OutboxEntry entry)
    {
        if (entry.Recipient != _key.User || !_services.Graph.Options.ChecksServiceWindow) return false;
        using var held = await EnterAsync().ConfigureAwait(false);
        return _mailbox.Windows.IsClosed(entry.PhoneNumberId, _services.Time.GetUtcNow()) && BodyField.TypeOf(entry.Body) != "template";
    }

    /// <summary>Brings the list of held messages up to date.</summary>
    internal async ValueTask ListHeldAsync()
    {
        using var held = await EnterAsync().ConfigureAwait(false);
        if (!_mailbox.IsListStale) return;
        // Deletions first: a message that was sent again may be held again.
        for (var left = _mailbox.Unlisted; left.Count > 0; left.RemoveAt(left.Count - 1))
            await _services.Held.DeleteAsync(left[^1]).ConfigureAwait(false);
        foreach (var entry in _mailbox.Entries)
        {
            if (entry is not { State: OutboxState.Held, IsListed: false }) continue;
            await _services.Held.AddAsync(_key, entry).ConfigureAwait(false);
            entry.IsListed = _mailbox.IsDirty = true;
        }
    }

    // A row of the list may be left over: then there is nothing to tell or to decide any more.
    private bool IsSettled(Webhook item)
    {
        if (item is not StatusWebhook { Status: { IsLocal: true, State: not LocalStatus.Failed, HandleId: { } id } }) return false;
        if (_mailbox.FindHeld(id) is not null) return false;
        _mailbox.Unlisted.Add(id);
        return true;
    }
}
