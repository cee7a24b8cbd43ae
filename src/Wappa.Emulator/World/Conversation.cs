namespace Wappa.Emulator;

/// <summary>What a number and a customer wrote each other. Guarded by the <see cref="World"/>.</summary>
internal sealed class Conversation(string number, string customer)
{
    internal const int Capacity = 1000;
    internal static readonly TimeSpan Window = TimeSpan.FromHours(24);

    private readonly List<LocalMessage> _messages = [];

    internal string Number => number;

    internal string Customer => customer;

    internal IReadOnlyList<LocalMessage> Messages => _messages;

    internal int Unread { get; set; }

    /// <summary>When the customer wrote last.</summary>
    internal DateTimeOffset? LastInbound { get; set; }

    /// <summary>Until when the business is shown as typing.</summary>
    internal DateTimeOffset? TypingUntil { get; set; }

    /// <summary>Adds a message; the oldest goes when there are too many.</summary>
    /// <returns>The one that went; null if none.</returns>
    internal LocalMessage? Add(LocalMessage message)
    {
        _messages.Add(message);
        if (_messages.Count <= Capacity) return null;
        var oldest = _messages[0];
        _messages.RemoveAt(0);
        return oldest;
    }

    /// <summary>Puts a changed message in its place.</summary>
    internal void Replace(LocalMessage message)
    {
        // Changes concern recent messages: looked for from the end.
        var index = _messages.FindLastIndex(known => known.Id == message.Id);
        if (index >= 0) _messages[index] = message;
    }

    internal bool IsOpen(DateTimeOffset now) => LastInbound + Window > now;

    internal ConversationView View(DateTimeOffset now) => new(
        number, customer, Unread, IsOpen(now) ? LastInbound + Window : null, TypingUntil > now ? TypingUntil : null,
        _messages.Count > 0 ? _messages[^1] : null);
}

/// <summary>A conversation as it is told.</summary>
/// <param name="Number">The business's number.</param>
/// <param name="Customer">The customer's id.</param>
/// <param name="Unread">Messages of the business the customer has not seen.</param>
/// <param name="WindowEndsAt">Until when anything may be sent; null: only templates.</param>
/// <param name="TypingUntil">Until when the business is typing; null: it is not.</param>
/// <param name="Last">The latest message; null before the first.</param>
internal sealed record ConversationView(
    string Number, string Customer, int Unread, DateTimeOffset? WindowEndsAt, DateTimeOffset? TypingUntil, LocalMessage? Last);
