namespace Wappa.Emulator;

/// <summary>The moment after a turn, to which time can be turned back.</summary>
/// <param name="Id">The turn's id.</param>
/// <param name="Tenant">Whose data it saw.</param>
/// <param name="User">The user, as the caches name them.</param>
/// <param name="At">When it was committed.</param>
/// <param name="Attempt">The attempt that was.</param>
/// <param name="Kind">What it was about: <c>message</c>, <c>timer</c> and so on.</param>
/// <param name="Number">The phone number id it came in on; empty: none.</param>
/// <param name="Entries">The ids, in the outbox, of what it sent.</param>
internal sealed record TurnMark(
    string Id, string Tenant, string User, DateTimeOffset At, int Attempt, string Kind, string Number, IReadOnlyList<string> Entries)
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _messages = new(StringComparer.Ordinal);

    /// <summary>The last change up to it.</summary>
    internal long Seq { get; set; }

    /// <summary>Notes a message it handled or sent, by WhatsApp's id.</summary>
    internal void Add(string message)
    {
        lock (_lock) _messages.Add(message);
    }

    internal bool Holds(string message)
    {
        lock (_lock) return _messages.Contains(message);
    }
}
