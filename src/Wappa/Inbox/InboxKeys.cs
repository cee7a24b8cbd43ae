using Wappa.Caching;

namespace Wappa.Inbox;

/// <summary>The records the pipeline keeps for itself. All names begin with <see cref="CacheName.ReservedPrefix"/>, which no
/// cache of an app accepts.</summary>
internal static class InboxKeys
{
    internal const string Tenant = CacheName.ReservedPrefix + "inbox";
    internal const string DeadLetterTable = CacheName.ReservedPrefix + "deadletters";

    /// <summary>Stands for the user of items about no user.</summary>
    internal const string NoUser = CacheName.ReservedPrefix + "tenant";

    private const string Owner = "inbox-0";
    private const string TimerOwner = "timers-0";
    private const string MailboxName = CacheName.ReservedPrefix + "mailbox";
    private const string SeenName = CacheName.ReservedPrefix + "seen.";

    internal static RecordSet Batches { get; } = RecordSet.UserRecords(Tenant, Owner);

    internal static RecordKey Batch(string name) => RecordKey.User(Tenant, Owner, name);

    internal static RecordKey Mailbox(string tenant, string user) => RecordKey.User(tenant, user, MailboxName);

    internal static RecordKey Mailbox(LaneKey key) => Mailbox(key.Tenant, key.User.Length > 0 ? key.User : NoUser);

    internal static RecordKey Seen(string tenant, string user, int segment) =>
        RecordKey.User(tenant, user, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{SeenName}{segment}"));

    /// <summary>The slices of time in which timers are due.</summary>
    internal static RecordSet TimerSlices { get; } = RecordSet.UserRecords(Tenant, TimerOwner);

    internal static RecordKey TimerSlice(long slice) => RecordKey.User(Tenant, TimerOwner, Text(slice));

    internal static RecordSet TimerHints(long slice, string prefix = "") =>
        RecordSet.UserRecords(Tenant, $"{TimerOwner}-{Text(slice)}", prefix);

    internal static RecordKey TimerHint(long slice, string name) => RecordKey.User(Tenant, $"{TimerOwner}-{Text(slice)}", name);

    internal static RecordKey DeadLetter(string tenant, string id) =>
        RecordKey.Table(tenant, TableKey.Row(DeadLetterTable, id));

    private static string Text(long number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
