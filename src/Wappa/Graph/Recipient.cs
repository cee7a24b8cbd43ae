namespace Wappa.Graph;

/// <summary>Tells the two kinds of user id apart. WhatsApp wants them under different names.</summary>
internal static class Recipient
{
    internal const int MaxLength = 256;

    /// <summary>A business-scoped user id: <c>CC.</c> or <c>CC.ENT.</c> and up to 128 letters and digits.</summary>
    internal static bool IsBsuid(ReadOnlySpan<char> recipient)
    {
        if (recipient is not [>= 'A' and <= 'Z', >= 'A' and <= 'Z', '.', .. var rest]) return false;
        if (rest.StartsWith("ENT.", StringComparison.Ordinal)) rest = rest[4..];
        if (rest.Length is 0 or > 128) return false;
        foreach (var character in rest)
        {
            if (!char.IsAsciiLetterOrDigit(character)) return false;
        }

        return true;
    }

    // Everything else is a phone number or a group to WhatsApp, which accepts blanks and signs: its judgement, not
    // ours.
    internal static void ThrowIfInvalid(string recipient)
    {
        ArgumentNullException.ThrowIfNull(recipient);
        if (recipient.Length is > 0 and <= MaxLength && !recipient.AsSpan().ContainsAnyInRange('\0', '\x1f')) return;
        throw new ArgumentException(
            $"The recipient has {recipient.Length} characters or holds a control character; it needs 1 to " +
            $"{MaxLength}. Pass webhook.User.UserId, a phone number with its country code, or a business-scoped user id.",
            nameof(recipient));
    }
}
