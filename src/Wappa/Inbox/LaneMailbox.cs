using Microsoft.Extensions.Logging;
using Wappa.Caching;
using Wappa.Outbox;
using Wappa.Timers;
using Wappa.UserData;

namespace Wappa.Inbox;

/// <summary>What became of a commit.</summary>
internal enum TurnCommit
{
    /// <summary>It took effect.</summary>
    Done,

    /// <summary>Somebody else wrote the mailbox: it has to be read again before anything is said about the item.</summary>
    Overtaken,

    /// <summary>A record that the handler relied on has changed.</summary>
    Conflict,
}

/// <summary>The mailbox of a lane: read once for as long as the lane lives, and written by one at a time, each time on the
/// condition that nobody else has.</summary>
/// <remarks>The lane's turns and its sender both write. A write that fails leaves <c>_isStale</c>, and the next who needs the
/// mailbox reads it first: whether the write took effect is then plain to see.</remarks>
internal sealed class LaneMailbox : IDisposable
{
    private readonly PipelineServices _services;
    private readonly LaneKey _key;
    private readonly string _user;
    private readonly SemaphoreSlim _lock = new(1, 1);
    private readonly Mailbox _mailbox;
    private readonly string _claimant = OutboxEntry.NewId(); // not the process: it may have two lanes of a user, one after the other
    private bool _isStale = true;
    private (Fingerprint Item, IReadOnlyList<OutboxEntry> Entries) _draft = (default, []);
    private (string Id, SeenItems Seen)? _alias;
    private long _erasure; // the revision of the newest mark that another process erased the user
    private (Fingerprint Item, long Erasure) _begun; // the item whose turn it is, and what was known then

    internal LaneMailbox(PipelineServices services, LaneKey key)
    {
        _services = services;
        _key = key;
        _user = key.User.Length > 0 ? key.User : InboxKeys.NoUser;
        _mailbox = new(services.IsDurable);
    }

    /// <summary>Whether there is a message to send, or something to store.</summary>
    internal bool HasWork => _mailbox.IsDirty || _mailbox.NextEntry() is not null;

    /// <summary>How many messages wait; those held do not. While somebody writes, those held are among them.</summary>
    internal int Unsent
    {
        get
        {
            if (!_lock.Wait(0)) return _mailbox.Entries.Count;
            try
            {
                return _mailbox.Entries.Count(static entry => entry.State != OutboxState.Held);
            }
            finally
            {
                _lock.Release();
            }
        }
    }

    public void Dispose() => _lock.Dispose();

    /// <summary>Whether the item was done before, as far as the store knows.</summary>
    internal async ValueTask<bool> HasSeenAsync(Webhook item)
    {
        using var held = await EnterAsync().ConfigureAwait(false);
        if (_mailbox.Seen.Contains(item.Fingerprint)) return true;
        if (_begun.Item == item.Fingerprint && _begun.Erasure != _erasure) return true; // what it had done is to be forgotten
        _begun = (item.Fingerprint, _erasure);
        if (item.IsTimer && !_mailbox.Timers.Exists(timer => timer.Id == item.Fingerprint)) return true; // replaced, or cancelled
        return item.AliasId is { } alias && (await SeenByAliasAsync(alias).ConfigureAwait(false)).Contains(item.Fingerprint);
    }

    /// <summary>How often earlier processes have begun the item.</summary>
    internal int TriesOf(Webhook item) => _mailbox.TriesOf(item.Fingerprint);

    /// <summary>Stores how often the item was begun, so that a process which dies of it is not its only witness.</summary>
    internal async ValueTask CountAsync(Webhook item)
    {
        if (!_services.IsDurable) return;
        using var held = await EnterAsync().ConfigureAwait(false);
        _mailbox.SetTries(item.Fingerprint, item.Attempts);
        _mailbox.IsDirty = true;
        await SaveAsync().ConfigureAwait(false);
    }

    /// <summary>Commits a turn: what it changed, what it sends, and that its item is done.</summary>
    internal async ValueTask<TurnCommit> CommitAsync(
        Webhook item, List<RecordWrite> changes, IReadOnlyList<OutboxEntry> entries, IReadOnlyList<TimerChange> timers)
    {
        await _services.Timers.AnnounceAsync(_key, timers).ConfigureAwait(false);
        using var held = await EnterAsync().ConfigureAwait(false);
        if (_mailbox.Seen.Contains(item.Fingerprint) || _begun.Erasure != _erasure)
        {
            _services.Timers.Withdraw(_key, timers);
            return TurnCommit.Overtaken;
        }

        Prepare(item, entries);
        var gone = TimerChange.Apply(timers, item.Fingerprint, _mailbox.Timers);
        var roll = Roll();
        try
        {
            var refused = await WriteAsync([.. roll, .. changes]).ConfigureAwait(false);
            if (refused is null)
            {
                _services.Timers.Settle(_key, timers, gone);
                return TurnCommit.Done;
            }

            _services.Timers.Withdraw(_key, timers);
            return refused <= roll.Count ? TurnCommit.Overtaken : TurnCommit.Conflict;
        }
        catch (Exception error) when (error is not CacheStoreException { OutcomeUnknown: true })
        {
            // Certain not to have happened, so what was to be sent is nobody's any more.
            foreach (var entry in entries) _mailbox.Drop(entry);
            _services.Timers.Withdraw(_key, timers);
            throw;
        }
    }

    /// <summary>What is to come by itself, as far as the store knows.</summary>
    internal async ValueTask<List<TimerEntry>> TimersAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var held = await EnterAsync().ConfigureAwait(false);
        return [.. _mailbox.Timers];
    }

    /// <summary>The first message that waits, whether it is due or not.</summary>
    internal async ValueTask<OutboxEntry?> NextEntryAsync()
    {
        using var held = await EnterAsync().ConfigureAwait(false);
        return _mailbox.NextEntry();
    }

    /// <summary>Claims a message for sending, durably. Of several instances one can.</summary>
    /// <returns>False: it is gone, because the user was erased, or another instance has sent or claimed it.</returns>
    /// <exception cref="CacheStoreException">The store failed; the message is not claimed.</exception>
    internal async ValueTask<bool> TryClaimAsync(OutboxEntry entry)
    {
        using var held = await EnterAsync().ConfigureAwait(false);
        if (entry.State != OutboxState.Ready || !_mailbox.Entries.Contains(entry)) return false;
        (entry.State, entry.ClaimedBy) = (OutboxState.Sending, _claimant);
        _mailbox.IsDirty = true;
        try
        {
            await SaveAsync().ConfigureAwait(false);
        }
        catch
        {
            entry.State = OutboxState.Ready; // the request was not made, whatever the store says now
            throw;
        }

        return entry.State == OutboxState.Sending && _mailbox.Entries.Contains(entry);
    }

    /// <summary>Makes a change of the outbox and stores it, unless the store does not outlive the process.</summary>
    /// <param name="change">Runs once.</param>
    /// <param name="later">Whether it may wait for the next write.</param>
    internal async ValueTask ChangeAsync(Action<Mailbox> change, bool later = false)
    {
        using var held = await EnterAsync().ConfigureAwait(false);
        change(_mailbox);
        if (_mailbox.IsDirty && !later) await SaveAsync().ConfigureAwait(false);
    }

    /// <summary>Stores what the store does not know yet.</summary>
    internal async ValueTask FlushAsync()
    {
        using var held = await EnterAsync().ConfigureAwait(false);
        if (_mailbox.IsDirty) await SaveAsync().ConfigureAwait(false);
    }

    /// <summary>Lets the messages that wait keep the item's batch: found in the mailbox, they have none of their own.</summary>
    internal async ValueTask LendTicketAsync(Webhook item)
    {
        if (item.Ticket is not { } ticket) return;
        using var held = await EnterAsync().ConfigureAwait(false);
        foreach (var entry in _mailbox.Entries)
        {
            if (entry.State != OutboxState.Held) entry.Ticket ??= ticket.Hold();
        }
    }

    /// <summary>Forgets the user: what is known here, and the states and records in the store. The mailbox is not read first, so one
    /// that cannot be read is erased too.</summary>
    internal async ValueTask EraseAsync(UserErasure erasure)
    {
        await _lock.WaitAsync().ConfigureAwait(false);
        try
        {
            _isStale = true;
            _alias = null;
            _draft = (default, []);
            _mailbox.Clear();
            await erasure.EraseRecordsAsync(_key).ConfigureAwait(false);
        }
        finally
        {
            _lock.Release();
        }
    }

    private void Prepare(Webhook item, IReadOnlyList<OutboxEntry> entries)
    {
        _mailbox.Seen.Add(item.Fingerprint);
        _mailbox.SetTries(item.Fingerprint, 0);
        if (item is MessageWebhook) _mailbox.LastInbound = _services.Time.GetUtcNow();
        else if (item is StatusWebhook { Status.OutboxId: { } id }) _mailbox.Settle(id);
        foreach (var entry in entries)
        {
            entry.Ticket ??= item.Ticket?.Hold();
            _mailbox.Entries.Add(entry);
        }

        _draft = (item.Fingerprint, entries);
    }

    // Full fingerprints move to a record that nobody writes again; the oldest goes when a user has too many.
    private List<RecordWrite> Roll()
    {
        var writes = new List<RecordWrite>();
        if (!_mailbox.Seen.IsSegmentFull) return writes;
        writes.Add(new(
            InboxKeys.Seen(_key.Tenant, _user, _mailbox.NextSegment++),
            new RecordChange.Set(MailboxFormat.WriteSegment(_mailbox.Seen), _services.RememberFor)));
        _mailbox.Seen.Roll();
        while ((_mailbox.NextSegment - _mailbox.FirstSegment) * SeenItems.SegmentSize > _services.Inbox.DuplicateCapacity)
        {
            writes.Add(new(InboxKeys.Seen(_key.Tenant, _user, _mailbox.FirstSegment++), new RecordChange.Delete()));
            _mailbox.Seen.DropOldest();
        }

        return writes;
    }

    // Each time it is refused somebody else's write went through; what is to be stored stays in memory until it is.
    private async ValueTask SaveAsync()
    {
        while (_mailbox.IsDirty && await WriteAsync([]).ConfigureAwait(false) is not null) await LoadAsync().ConfigureAwait(false);
    }

    /// <returns>The position of the write that was refused, 0 being the mailbox; null: all took effect.</returns>
    private async ValueTask<int?> WriteAsync(List<RecordWrite> with)
    {
        _isStale = true;
        var document = MailboxFormat.Write(_mailbox);
        RecordChange own = _mailbox.Revision == 0
            ? new RecordChange.CreateIfAbsent(document, Life())
            : new RecordChange.ReplaceIf(document, _mailbox.Revision, Life());
        var key = InboxKeys.Mailbox(_key.Tenant, _user);
        if (with.Count == 0)
        {
            // One record needs no commit.
            var result = await _services.Store.ApplyAsync(key, own, CancellationToken.None).ConfigureAwait(false);
            if (!result.Applied) return 0;
            _mailbox.SetStored(result.Record.Revision);
        }
        else
        {
            with.Insert(0, new(key, own));
            var commit = await _services.Store.CommitAsync(with, CancellationToken.None).ConfigureAwait(false);
            if (!commit.Committed) return commit.RefusedAt;
            _mailbox.SetStored(commit.Results[0].Record.Revision);
        }

        _isStale = false;
        return null;
    }

    // Its timers must find it, however long the user says nothing.
    private TimeSpan Life()
    {
        var life = _services.RememberFor;
        if (_mailbox.Timers.Count == 0) return life;
        var latest = TimerHints.LifeOf(_mailbox.Timers.Max(static timer => timer.Due), _services.Time.GetUtcNow());
        return latest > life ? latest : life;
    }

    private async ValueTask<Holder> EnterAsync()
    {
        await _lock.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_isStale) await LoadAsync().ConfigureAwait(false);
            return new(_lock);
        }
        catch
        {
            _lock.Release();
            throw;
        }
    }

    private async ValueTask LoadAsync()
    {
        var record = await _services.Store.GetAsync(InboxKeys.Mailbox(_key.Tenant, _user)).ConfigureAwait(false);
        var entries = MailboxFormat.Read(record.Document, _mailbox);
        _mailbox.Revision = record.Revision;
        await LoadSegmentsAsync(_mailbox, _user).ConfigureAwait(false);
        _mailbox.Reconcile(entries, _claimant, _mailbox.Seen.Contains(_draft.Item) ? [] : _draft.Entries);
        _draft = (default, []);
        if (_mailbox.IsErased && record.Revision != _erasure)
        {
            _erasure = record.Revision;
            _mailbox.Clear();
        }

        _services.Timers.Adopt(_key, _mailbox.Timers);
        _isStale = false;
    }

    private async ValueTask LoadSegmentsAsync(Mailbox mailbox, string user)
    {
        if (mailbox.FirstSegment == mailbox.NextSegment) return;
        var keys = Enumerable.Range(mailbox.FirstSegment, mailbox.NextSegment - mailbox.FirstSegment)
            .Select(segment => InboxKeys.Seen(_key.Tenant, user, segment)).ToArray();
        var segments = await _services.Store.GetManyAsync(keys).ConfigureAwait(false);
        var alive = false;
        foreach (var segment in segments)
        {
            alive |= segment.IsHit;
            if (alive) MailboxFormat.ReadSegment(segment.Document, mailbox.Seen);
            else mailbox.FirstSegment++; // the oldest expire first
        }
    }

    // A user is known by a business-scoped id until their number is learned. What was done under the one name must not be
    // done again under the other.
    private async ValueTask<SeenItems> SeenByAliasAsync(string alias)
    {
        if (_alias is { } known && known.Id == alias) return known.Seen;
        var other = new Mailbox(_services.IsDurable);
        var record = await _services.Store.GetAsync(InboxKeys.Mailbox(_key.Tenant, alias)).ConfigureAwait(false);
        MailboxFormat.Read(record.Document, other);
        await LoadSegmentsAsync(other, alias).ConfigureAwait(false);
        _alias = (alias, other.Seen);
        return other.Seen;
    }

    private readonly struct Holder(SemaphoreSlim held) : IDisposable
    {
        public void Dispose() => held.Release();
    }
}
