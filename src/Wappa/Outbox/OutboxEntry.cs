using System.Buffers.Text;
using System.Diagnostics;
using Wappa.Inbox;

namespace Wappa.Outbox;

/// <summary>Where an entry of the outbox stands.</summary>
internal enum OutboxState : byte
{
    /// <summary>To be sent when it is first of its user and due.</summary>
    Ready,

    /// <summary>Claimed: the request goes out, or has gone out.</summary>
    Sending,

    /// <summary>Nobody knows whether it was sent. It waits for a status that carries its id, and is never sent again.</summary>
    Held,

    /// <summary>It was refused, and the handler has not been told yet.</summary>
    Failed,
}

/// <summary>One message to be sent. The mailbox's lock guards what changes.</summary>
internal sealed class OutboxEntry
{
    private int _refusedWith;
    private int _refusals;

    /// <summary>22 characters, never used twice.</summary>
    internal required string Id { get; init; }

    /// <summary>The phone number id it is sent from.</summary>
    internal required string PhoneNumberId { get; init; }

    /// <summary>Who gets it; it stands in the body too.</summary>
    internal required string Recipient { get; init; }

    /// <summary>What is posted, UTF-8 JSON.</summary>
    internal required byte[] Body { get; init; }

    /// <summary>The trace of the turn that wrote it; default: none, or of an earlier process.</summary>
    internal ActivityContext Trace { get; init; }

    internal OutboxState State { get; set; }

    /// <summary>Which lane has claimed it; null: none, or one of an earlier version.</summary>
    internal string? ClaimedBy { get; set; }

    /// <summary>How often WhatsApp said "later" or could not be reached.</summary>
    internal int Attempts { get; set; }

    /// <summary>Not before; default: at once.</summary>
    internal DateTimeOffset Due { get; set; }

    /// <summary>Why it failed; null unless it did.</summary>
    internal WebhookError? Error { get; set; }

    /// <summary>When it was held; default: it is not.</summary>
    internal DateTimeOffset HeldAt { get; set; }

    /// <summary>Whether it stands in the list of held messages.</summary>
    internal bool IsListed { get; set; }

    /// <summary>Whether it is to be sent, now or later.</summary>
    internal bool IsWaiting => State is OutboxState.Ready or OutboxState.Sending;

    /// <summary>What the handler was given; null for an entry of an earlier process.</summary>
    internal MessageHandle? Handle { get; init; }

    /// <summary>The batch it keeps from being deleted.</summary>
    internal BatchTicket? Ticket { get; set; }

    /// <summary>Counts a refusal; the rules of retrying are about one code each.</summary>
    /// <returns>How often this code was the answer, one time after the other, as far as this process knows.</returns>
    internal int CountRefusal(int code)
    {
        _refusals = _refusedWith == code ? _refusals + 1 : 1;
        _refusedWith = code;
        return _refusals;
    }

    internal static string NewId()
    {
        Span<byte> bytes = stackalloc byte[16];
        Guid.CreateVersion7().TryWriteBytes(bytes, bigEndian: true, out _);
        return Base64Url.EncodeToString(bytes);
    }
}
