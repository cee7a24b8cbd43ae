namespace Wappa.Inbox;

/// <summary>Which partition an item belongs to. All items of a user have one, on every instance and in every version: batches that
/// were stored stay where they are.</summary>
internal static class PartitionHash
{
    internal static int Of(Webhook item, int partitions) => Of(item.Tenant, item.UserId, partitions);

    /// <param name="tenant">The tenant.</param>
    /// <param name="user">The user; null: items about no user.</param>
    /// <param name="partitions">How many there are, 1 or more.</param>
    internal static int Of(string tenant, string? user, int partitions) => partitions == 1
        ? 0
        : (int)(new FingerprintBuilder().Add(tenant).Add(user ?? InboxKeys.NoUser).ToFingerprint().Low % (uint)partitions);
}
