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

    /// <summary>When the user last wrote; null: not within the window of 24 hours, as far as is known.</summary>
    internal DateTimeOffset? LastInbound { get; set; }

    internal IReadOnlyDictionary<ulong, int>? Tries => _tries;

    /// <summary>What is to come by itself.</summary>
    internal List<TimerEntry> Timers { get; set; } = [];

    /// <summary>Whether it only says that its user was erased.</summary>
    internal bool IsErased { get; set; }

    /// <summary>Whether the store does not know something yet.</summary>
    internal bool IsDirty { get; set; }

    internal bool IsStored(OutboxEntry entry) => isDurable || entry.State == OutboxState.Held;

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
            if (entry.State != OutboxState.Held) return entry;
        }

        return null;
    }

    /// <summary>Takes out a message that needs nothing more.</summary>
    internal void Remove(OutboxEntry entry)
    {
        if (!Entries.Remove(entry)) return;
        entry.Ticket?.Release();
        entry.Ticket = null;
        if (!IsStored(entry)) return;
        _gone.Add(entry.Id);
        IsDirty = true;
    }

    /// <summary>Nobody knows what became of a message.</summary>
    internal void Hold(OutboxEntry entry)
    {
        if (!Entries.Contains(entry)) return; // its user was erased
        entry.State = OutboxState.Held;
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

    /// <summary>A status says that a message was sent after all.</summary>
    internal void Settle(string id)
    {
        if (Entries.Find(entry => entry.State == OutboxState.Held && entry.Id == id) is { } entry) Remove(entry);
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
    internal void Reconcile(IReadOnlyList<OutboxEntry> stored, string claimant, IReadOnlyList<OutboxEntry> drafts)
    {
        var known = Entries.ToDictionary(entry => entry.Id, StringComparer.Ordinal);
        var own = isDurable ? [] : Entries.Where(entry => entry.State != OutboxState.Held && !drafts.Contains(entry)).ToArray();
        Entries.Clear();
        foreach (var entry in stored)
        {
            // What this process knows of an entry is newer than what it has stored of it.
            if (known.Remove(entry.Id, out var mine))
            {
                Keep(mine);
                if (IsTakenByAnother(entry, claimant) && mine.State != OutboxState.Held) Hold(mine);
            }
            else if (_gone.Contains(entry.Id)) IsDirty = true;
            else Adopt(entry);
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
        entry.Handle?.SetDropped();
    }

    internal void SetTries(Dictionary<ulong, int>? tries) => _tries = tries;

    /// <summary>The user is forgotten, and what was to be sent with him.</summary>
    internal void Clear()
    {
        foreach (var entry in Entries.ToArray()) Drop(entry);
        _gone.Clear();
        _tries = null;
        LastInbound = null;
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

    private void Adopt(OutboxEntry entry)
    {
        Entries.Add(entry);
        if (entry.State == OutboxState.Sending) Hold(entry); // claimed by a process that is no more
    }
}
