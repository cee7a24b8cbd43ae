namespace Wappa.Testing;

/// <summary>Where a simulated process ends; see <see cref="BotTest.CrashAfter"/>.</summary>
public enum CrashStep
{
    /// <summary>The item is stored; WhatsApp does not get its 200 any more.</summary>
    Stored,

    /// <summary>The handler has returned; nothing it did is committed.</summary>
    HandlerEnded,

    /// <summary>The turn is committed; none of its messages has been sent.</summary>
    Committed,

    /// <summary>A message is marked as being sent; the request has not left.</summary>
    Claimed,

    /// <summary>WhatsApp has accepted a message; the bot has not written that down.</summary>
    Posted,
}
