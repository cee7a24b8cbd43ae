using Wappa.Caching;
using Wappa.Outbox;
using Wappa.Timers;

namespace Wappa.Inbox;

/// <summary>
/// What the pipeline remembers of one user: which items are done, which attempts failed, which messages are to be sent. This
/// is the state in memory; <see cref="MailboxFormat"/> is its form in the store. The lane's lock guards it.
/// </summary>
/// <param name="isDurable">Whether the store outlives the process. If not, messages that wait are kept here only.</param>
internal sealed class Mailbox(bool isDurable)
{
    // Entries that were sent or refused, but stand in the store still: a later write takes them out.
    private readonly HashSet<string> _gone = new(StringComparer.Ordinal);
    private Dictionary<ulong, int>? _tries;

    /// <summary>The revision of the record; 0: there is none.</summary>
    internal long Revision { get; set; }

    internal SeenItems Seen { get; set; } = new();

    /// <summary>The segments that hold older fingerprints: from this one up to <see cref="NextSegment"/>.</summary>
    internal int FirstSegment { get; set; }

    internal int NextSegment { get; set; }

    /// <summary>In the order in which they are to be sent.</summary>
    internal List<OutboxEntry> Entries { get; } = [];

    /// <summary>Until when the user may be written to freely.</summary>
    internal ServiceWindows Windows { get; set; } = new();

    /// <summary>The id the user is also known by, whose alias goes when the user is erased; null: none.</summary>
    internal string? OtherId { get; set; }

    /// <summary>How far the last messages came.</summary>
    internal Deliveries Deliveries { get; set; } = new();

    /// <summary>Entries that are held no more, but stand in the list of held messages still.</summary>
    internal List<string> Unlisted { get; } = [];

    internal IReadOnlyDictionary<ulong, int>? Tries => _tries;

    /// <summary>What is to come by itself.</summary>
    internal List<TimerEntry> Timers { get; set; } = [];

    /// <summary>Whether it only says that its user was erased.</summary>
    internal bool IsErased { get; set; }

    /// <summary>Whether the store does not know something yet.</summary>
    internal bool IsDirty { get; set; }

    internal bool IsStored(OutboxEntry entry) => isDurable || !entry.IsWaiting;

    internal int TriesOf(Fingerprint item) => _tries?.GetValueOrDefault(item.Key) ?? 0;

    internal void SetTries(Fingerprint item, int tries)
    {
        if (tries > 0) (_tries ??= [])[item.Key] = tries;
        else _tries?.Remove(item.Key);
    }

    /// <summary>The message to be sent next; null: none.</summary>
    internal OutboxEntry? NextEntry()
    {
        foreach (var entry in Entries)
        {
            if (entry.IsWaiting) return entry;
        }

        return null;
    }

    /// <summary>The first message that failed and that the handler has not been told about; null: none.</summary>
    internal OutboxEntry? NextFailed() => Entries.Find(static entry => entry.State == OutboxState.Failed);

    /// <summary>A held message; null: there is none of this id.</summary>
    internal OutboxEntry? FindHeld(string id) => Entries.Find(entry => entry.State == OutboxState.Held && entry.Id == id);

    /// <summary>Whether the list of held messages has to be brought up to date.</summary>
    internal bool IsListStale =>
        Unlisted.Count > 0 || Entries.Exists(static entry => entry is { State: OutboxState.Held, IsListed: false });

    /// <summary>Takes out a message that needs nothing more.</summary>
    internal void Remove(OutboxEntry entry)
    {
        if (!Entries.Remove(entry)) return;
        entry.Ticket?.Release();
        entry.Ticket = null;
        Unlist(entry);
        if (!IsStored(entry)) return;
        _gone.Add(entry.Id);
        IsDirty = true;
    }

    /// <summary>A message was refused for good. It stays until the handler knows.</summary>
    internal void Fail(OutboxEntry entry, WebhookError error)
    {
        if (!Entries.Contains(entry)) return; // its user was erased
        (entry.State, entry.Error) = (OutboxState.Failed, error);
        IsDirty = true;
    }

    /// <summary>Nobody knows what became of a message.</summary>
    internal void Hold(OutboxEntry entry, DateTimeOffset now)
    {
        if (!Entries.Contains(entry)) return; // its user was erased
        (entry.State, entry.HeldAt) = (OutboxState.Held, now);
        entry.Ticket?.Release(); // it is not waited for
        entry.Ticket = null;
        IsDirty = true;
    }

    /// <summary>A message that was certainly not sent is tried again.</summary>
    internal void Delay(OutboxEntry entry, DateTimeOffset due)
    {
        if (!Entries.Contains(entry)) return;
        (entry.State, entry.Due) = (OutboxState.Ready, due);
        IsDirty |= isDurable;
    }

    /// <summary>A status of WhatsApp's says what became of a message, or a person has decided.</summary>
    internal void Settle(string id, MessageStatus status, BatchTicket? ticket = null)
    {
        if (FindHeld(id) is not { } entry)
        {
            // WhatsApp has the message, and its status is here before its answer, which may never come.
            var sent = Entries.Find(sending => sending.State == OutboxState.Sending && sending.Id == id);
            if (sent is not null && !status.IsLocal) Remove(sent);
            return;
        }

        switch (status)
        {
            case { IsLocal: true, State: LocalStatus.Held }:
                return; // it is only told
            case { IsLocal: true, State: LocalStatus.Resend }:
                Unlist(entry);
                entry.Ticket ??= ticket?.Hold();
                (entry.State, entry.HeldAt, entry.Due) = (OutboxState.Ready, default, default);
                IsDirty = true;
                return;
            default:
                Remove(entry);
                return;
        }
    }

    /// <summary>Forgets held messages that no status can be expected for any more.</summary>
    internal void ForgetHeldBefore(DateTimeOffset time)
    {
        for (var i = Entries.Count - 1; i >= 0; i--)
        {
            if (Entries[i] is { State: OutboxState.Held } entry && entry.HeldAt != default && entry.HeldAt < time) Remove(entry);
        }
    }

    /// <summary>Everything up to here is in the store.</summary>
    internal void SetStored(long revision)
    {
        Revision = revision;
        IsDirty = false;
        _gone.Clear();
    }

    /// <summary>Brings the state in line with what the store holds after a write whose outcome was another than was thought.</summary>
    /// <param name="stored">The entries of the record.</param>
    /// <param name="claimant">What claims of this lane are marked with.</param>
    /// <param name="drafts">Entries of a commit that did not take effect.</param>
    /// <param name="now">When claims of earlier processes are found.</param>
    internal void Reconcile(
        IReadOnlyList<OutboxEntry> stored, string claimant, IReadOnlyList<OutboxEntry> drafts, DateTimeOffset now)
    {
        var known = Entries.ToDictionary(entry => entry.Id, StringComparer.Ordinal);
        var own = isDurable ? [] : Entries.Where(entry => entry.IsWaiting && !drafts.Contains(entry)).ToArray();
        Entries.Clear();
        foreach (var entry in stored)
        {
            // What this process knows of an entry is newer than what it has stored of it.
            if (known.Remove(entry.Id, out var mine))
            {
                Keep(mine);
                if (!mine.IsWaiting || !IsTakenByAnother(entry, claimant)) continue;
                if (entry is { State: OutboxState.Failed, Error: { } error }) Fail(mine, error);
                else Hold(mine, now);
            }
            else if (_gone.Contains(entry.Id)) IsDirty = true;
            else Adopt(entry, now);
        }

        foreach (var entry in own.Where(entry => known.Remove(entry.Id))) Keep(entry);
        foreach (var entry in known.Values) Drop(entry);
    }

    /// <summary>A message whose turn did not take effect.</summary>
    internal void Drop(OutboxEntry entry)
    {
        Entries.Remove(entry);
        entry.Ticket?.Release();
        entry.Ticket = null;
        Unlist(entry);
        entry.Handle?.SetDropped();
    }

    internal void SetTries(Dictionary<ulong, int>? tries) => _tries = tries;

    /// <summary>The user is forgotten, and what was to be sent with him.</summary>
    internal void Clear()
    {
        foreach (var entry in Entries.ToArray()) Drop(entry);
        _gone.Clear();
        _tries = null;
        (Windows, Deliveries, OtherId) = (new(), new(), null);
        IsDirty = false;
    }

    private void Keep(OutboxEntry entry)
    {
        entry.Handle?.SetCommitted();
        Entries.Add(entry);
    }

    // Another instance took the user over and claimed the message, or found it claimed by us and cannot know. It is not for us to send
    // again; what we know of a request of our own still decides, when it is stored.
    private static bool IsTakenByAnother(OutboxEntry stored, string claimant) => stored.State switch
    {
        OutboxState.Ready => false,
        OutboxState.Sending => stored.ClaimedBy != claimant,
        _ => true,
    };

    private void Adopt(OutboxEntry entry, DateTimeOffset now)
    {
        Entries.Add(entry);
        if (entry.State == OutboxState.Sending) Hold(entry, now); // claimed by a process that is no more
    }

    private void Unlist(OutboxEntry entry)
    {
        if (entry.IsListed) Unlisted.Add(entry.Id);
        entry.IsListed = false;
    }
}
