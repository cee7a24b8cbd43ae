using System.Globalization;
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

    private const string InstancesOwner = "instances";
    private const string TimerOwner = "timers-0";
    private const string MailboxName = CacheName.ReservedPrefix + "mailbox";
    private const string SeenName = CacheName.ReservedPrefix + "seen.";

    /// <summary>The instances that run, each a record that expires.</summary>
    internal static RecordSet Instances { get; } = RecordSet.UserRecords(Tenant, InstancesOwner);

    /// <summary>How many partitions the inbox of this store has.</summary>
    internal static RecordKey PartitionCount { get; } = RecordKey.State(Tenant, "inbox", "partitions");

    internal static RecordKey Instance(string id) => RecordKey.User(Tenant, InstancesOwner, id);

    internal static RecordSet Batches(int partition) => RecordSet.UserRecords(Tenant, OwnerOf(partition));

    internal static RecordKey Batch(int partition, string name) => RecordKey.User(Tenant, OwnerOf(partition), name);

    /// <summary>Stands for the right to run the items of a partition.</summary>
    internal static RecordKey Lease(int partition) => RecordKey.State(Tenant, OwnerOf(partition), "lease");

    internal static RecordKey Mailbox(string tenant, string user) => RecordKey.User(tenant, user, MailboxName);

    internal static RecordKey Mailbox(LaneKey key) => Mailbox(key.Tenant, key.User.Length > 0 ? key.User : NoUser);

    internal static RecordKey Seen(string tenant, string user, int segment) =>
        RecordKey.User(tenant, user, string.Create(CultureInfo.InvariantCulture, $"{SeenName}{segment}"));

    /// <summary>The slices of time in which timers are due.</summary>
    internal static RecordSet TimerSlices { get; } = RecordSet.UserRecords(Tenant, TimerOwner);

    internal static RecordKey TimerSlice(long slice) => RecordKey.User(Tenant, TimerOwner, Text(slice));

    internal static RecordSet TimerHints(long slice, string prefix = "") =>
        RecordSet.UserRecords(Tenant, $"{TimerOwner}-{Text(slice)}", prefix);

    internal static RecordKey TimerHint(long slice, string name) => RecordKey.User(Tenant, $"{TimerOwner}-{Text(slice)}", name);

    internal static RecordKey DeadLetter(string tenant, string id) =>
        RecordKey.Table(tenant, TableKey.Row(DeadLetterTable, id));

    private static string OwnerOf(int partition) => string.Create(CultureInfo.InvariantCulture, $"inbox-{partition}");

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
