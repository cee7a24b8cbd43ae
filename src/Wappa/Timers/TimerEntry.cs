using Wappa.Inbox;

namespace Wappa.Timers;

/// <summary>A timer as it stands in its user's mailbox.</summary>
internal sealed class TimerEntry
{
    /// <summary>The identity of its turn. A timer that takes another's name gets an identity of its own.</summary>
    internal required Fingerprint Id { get; init; }

    /// <summary>The app's name for it; for the end of a state, the state's.</summary>
    internal required string Name { get; init; }

    /// <summary>Whether it watches the end of a state. Those names and the app's do not meet.</summary>
    internal bool IsExpiry { get; init; }

    /// <summary>Not before, to the millisecond.</summary>
    internal required DateTimeOffset Due { get; init; }

    /// <summary>UTF-8 JSON; empty for the end of a state.</summary>
    internal byte[] Payload { get; init; } = [];

    internal string PhoneNumberId { get; init; } = "";

    internal string? DisplayPhoneNumber { get; init; }

    internal string? BusinessAccountId { get; init; }

    /// <summary>The item that goes into the user's lane when it is due.</summary>
    internal Webhook ToWebhook(LaneKey key)
    {
        var user = key.User.Length > 0 ? key.User : null;
        return IsExpiry
            ? new StateExpiredWebhook
            {
                Tenant = key.Tenant, Owner = user, State = Name, DueAt = Due, PhoneNumberId = PhoneNumberId,
                DisplayPhoneNumber = DisplayPhoneNumber, BusinessAccountId = BusinessAccountId, Fingerprint = Id,
            }
            : new TimerWebhook
            {
                Tenant = key.Tenant, Owner = user, Name = Name, DueAt = Due, RawJson = Payload, PhoneNumberId = PhoneNumberId,
                DisplayPhoneNumber = DisplayPhoneNumber, BusinessAccountId = BusinessAccountId, Fingerprint = Id,
            };
    }
}

/// <summary>What a turn does to the timer of a name.</summary>
/// <param name="IsExpiry">See <see cref="TimerEntry.IsExpiry"/>.</param>
/// <param name="Name">The name.</param>
/// <param name="Entry">What takes its place; null: nothing.</param>
internal readonly record struct TimerChange(bool IsExpiry, string Name, TimerEntry? Entry)
{
    /// <summary>Makes the changes of a turn, the end of its own timer among them.</summary>
    /// <returns>The timers that are gone.</returns>
    internal static List<TimerEntry> Apply(IReadOnlyList<TimerChange> changes, Fingerprint done, List<TimerEntry> timers)
    {
        var gone = timers.FindAll(timer => timer.Id == done || changes.Any(change => change.IsFor(timer)));
        timers.RemoveAll(gone.Contains);
        foreach (var change in changes)
        {
            if (change.Entry is { } entry) timers.Add(entry);
        }

        return gone;
    }

    internal bool IsFor(TimerEntry timer) => timer.IsExpiry == IsExpiry && timer.Name == Name;
}
