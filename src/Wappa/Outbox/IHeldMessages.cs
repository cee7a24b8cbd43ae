namespace Wappa;

/// <summary>The messages of which nobody knows whether they were sent, because the answer was lost: listed from that moment on
/// until a status settles them, somebody decides, or <see cref="InboxOptions.DuplicateWindow"/> has passed.</summary>
public interface IHeldMessages
{
    /// <summary>Lists a tenant's held messages, in no particular order.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    IAsyncEnumerable<HeldMessage> ListAsync(string tenant, CancellationToken cancellationToken = default);

    /// <summary>Sends a message again, before what its user has waiting. If it was sent the first time, the user gets it
    /// twice.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="id">Which; see <see cref="HeldMessage.Id"/>.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>False: there is no such message, or the inbox is full or shutting down. True: it will be sent, unless a status
    /// settles it first.</returns>
    ValueTask<bool> ResendAsync(string tenant, string id, CancellationToken cancellationToken = default);

    /// <summary>Forgets a message: it is taken for sent.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="id">Which; see <see cref="HeldMessage.Id"/>.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>False: there is no such message, or the inbox is full or shutting down.</returns>
    ValueTask<bool> DropAsync(string tenant, string id, CancellationToken cancellationToken = default);
}

/// <summary>A message that may have been sent. Not a record: its text form must not show what it holds.</summary>
public sealed class HeldMessage
{
    /// <summary>Names it in the calls of <see cref="IHeldMessages"/>; equal to <see cref="MessageHandle.Id"/>.</summary>
    public required string Id { get; init; }

    /// <summary>WhatsApp's name of the kind, such as <c>text</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The user whose turn sent it; <see langword="null"/> for a turn about no user.</summary>
    public string? UserId { get; init; }

    /// <summary>Who it is for: a user or a group.</summary>
    public required string Recipient { get; init; }

    /// <summary>The number it was sent from.</summary>
    public required string PhoneNumberId { get; init; }

    /// <summary>When the answer was lost, or its loss was found.</summary>
    public required DateTimeOffset HeldAt { get; init; }

    /// <summary>Whether <see cref="WhatsAppOptions.HeldFor"/> has passed, and the handler was told.</summary>
    public required bool IsReported { get; init; }

    /// <summary>What was posted, UTF-8 JSON. It is somebody's data.</summary>
    public required ReadOnlyMemory<byte> RawJson { get; init; }
}
