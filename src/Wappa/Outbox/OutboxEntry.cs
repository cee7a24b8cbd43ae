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
}

/// <summary>One message to be sent. The mailbox's lock guards what changes.</summary>
internal sealed class OutboxEntry
{
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

    /// <summary>What the handler was given; null for an entry of an earlier process.</summary>
    internal MessageHandle? Handle { get; init; }

    /// <summary>The batch it keeps from being deleted.</summary>
    internal BatchTicket? Ticket { get; set; }

    internal static string NewId()
    {
        Span<byte> bytes = stackalloc byte[16];
        Guid.CreateVersion7().TryWriteBytes(bytes, bigEndian: true, out _);
        return Base64Url.EncodeToString(bytes);
    }
}
