namespace Wappa.Testing;

/// <summary>A webhook as it was written and signed: it can be delivered late, in another order, and again.</summary>
public sealed class BotDelivery
{
    internal BotDelivery(string? messageId, byte[] body, string? signature)
    {
        MessageId = messageId;
        Body = body;
        Signature = signature;
    }

    /// <summary>The id of the customer's message, <c>wamid.…</c>; <see langword="null"/> if it brings none.</summary>
    public string? MessageId { get; }

    /// <summary>The bytes of the POST.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    internal string? Signature { get; }
}
