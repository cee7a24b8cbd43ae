using System.Text.Json;

namespace Wappa.Graph;

/// <summary>Who a message goes to. WhatsApp wants phone numbers, business-scoped ids and groups named
/// differently.</summary>
internal readonly struct Recipient
{
    internal const int MaxLength = 256;

    // Base64 of "capi_group:"; the last character of it also depends on what follows.
    private const string GroupPrefix = "Y2FwaV9ncm91cD";

    private readonly string _id;

    private Recipient(string id) => _id = id;

    /// <summary>The id as it was given.</summary>
    internal string Id => _id ?? throw new InvalidOperationException("No recipient was given.");

    /// <summary>Checks an id. Everything that is no business-scoped id and no group is a phone number to WhatsApp, which
    /// accepts blanks and signs: its judgement, not ours.</summary>
    /// <exception cref="ArgumentException">Empty, too long, or with a control character.</exception>
    internal static Recipient Of(string recipient)
    {
        ArgumentNullException.ThrowIfNull(recipient);
        if (recipient.Length is > 0 and <= MaxLength && !recipient.AsSpan().ContainsAnyInRange('\0', '\x1f'))
            return new(recipient);
        throw new ArgumentException(
            $"The recipient has {recipient.Length} characters or holds a control character; it needs 1 to " +
            $"{MaxLength}. Pass webhook.User.UserId, a phone number with its country code, or a business-scoped user id.",
            nameof(recipient));
    }

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

    /// <summary>The id of a group, as <see cref="Message.GroupId"/> has it.</summary>
    internal static bool IsGroup(ReadOnlySpan<char> recipient) =>
        recipient.StartsWith(GroupPrefix, StringComparison.Ordinal);

    /// <summary>Writes its properties into an object that is open.</summary>
    internal void WriteTo(Utf8JsonWriter json)
    {
        json.WriteString("recipient_type"u8, IsGroup(Id) ? "group"u8 : "individual"u8);
        json.WriteString(IsBsuid(Id) ? "recipient"u8 : "to"u8, Id);
    }
}
