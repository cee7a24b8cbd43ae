namespace Wappa.Webhooks;

/// <summary>What messages of every type have in common, as far as it was read.</summary>
internal struct MessageParts
{
    internal string? Id;
    internal string? Type;
    internal string? Text;
    internal string? GroupId;
    internal DateTimeOffset? Timestamp;
    internal MessageContext? Context;
    internal Referral? Referral;
    internal MessageIdentity? Identity;
    internal WebhookError[]? Errors;
    internal byte[] RawJson;
}
