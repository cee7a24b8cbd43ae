namespace Wappa.Webhooks;

/// <summary>Why items of a signed webhook were not handled. Written to the log as they are named here.</summary>
[Flags]
internal enum IgnoredReasons
{
    None = 0,
    OtherProduct = 1 << 0,
    NoEntries = 1 << 1,
    EntryWithoutChanges = 1 << 2,
    ChangeWithoutField = 1 << 3,
    ChangeWithoutValue = 1 << 4,
    ValueWithoutItems = 1 << 5,
    ItemsNotAnArray = 1 << 6,
    ItemNotAnObject = 1 << 7,
    ItemWithoutId = 1 << 8,
    NoPhoneNumberId = 1 << 9,
    MessageWithoutUser = 1 << 10,
    UnusableUserId = 1 << 11,
    UnusableTenant = 1 << 12,
}

/// <summary>What was ignored while reading one body. A value, so that a change of mind is an assignment.</summary>
internal struct IgnoredItems
{
    internal int Count { get; private set; }

    internal IgnoredReasons Reasons { get; private set; }

    internal void Add(IgnoredReasons reason, int count = 1)
    {
        Count += count;
        Reasons |= reason;
    }
}
