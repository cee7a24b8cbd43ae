namespace Wappa.Caching.Json.Entries;

/// <summary>What a line of the journal of entries says.</summary>
/// <param name="Act">What is done.</param>
/// <param name="Text">The key, the tag or the prefix.</param>
/// <param name="Content">The entry; null unless one is set.</param>
/// <param name="Ttl">Of a renewal.</param>
/// <param name="Limit">When its time to live ends, in Unix milliseconds; 0: never.</param>
/// <param name="Deadline">When it ends if nobody reads it, likewise.</param>
internal readonly record struct EntryChange(
    EntryAct Act, string Text, CacheEntry? Content = null, TimeSpan Ttl = default, long Limit = 0, long Deadline = 0);

/// <summary>What is done to entries.</summary>
internal enum EntryAct
{
    /// <summary>One is stored in place of the one under its key.</summary>
    Set,

    /// <summary>One has a new life.</summary>
    Renew,

    /// <summary>The one under a key is gone.</summary>
    Remove,

    /// <summary>Those that carry a tag are gone.</summary>
    RemoveTag,

    /// <summary>Those whose keys have a prefix are gone.</summary>
    RemovePrefix,
}
