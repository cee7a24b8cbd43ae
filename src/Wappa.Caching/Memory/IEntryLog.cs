namespace Wappa.Caching.Memory;

/// <summary>Is told of every change of a <see cref="MemoryCacheStore"/> before it happens, so that a store that survives a
/// restart can keep it.</summary>
/// <remarks>
/// <para>All but <see cref="Prepare"/> are called under <see cref="EntryTable.Gate"/>, in the hold that makes the change: the
/// order of the calls is the order of the changes. They may throw, and then nothing has changed.</para>
/// <para>Evictions, expiry and what reads do to sliding lives are not changes anybody asked for, and are not told.</para>
/// </remarks>
internal interface IEntryLog
{
    /// <summary>An entry is about to be stored, perhaps: the work that needs no lock. The same thread calls
    /// <see cref="Storing"/> next if it is.</summary>
    void Prepare(MemoryEntry entry);

    /// <summary>An entry is stored in place of the one under its key.</summary>
    void Storing(MemoryEntry entry);

    /// <summary>A key's entry is removed, or there was none: one that was evicted may still be in the log.</summary>
    void Removing(string key);

    /// <summary>All entries that carry a tag are removed. They leave the table later, some in each hold.</summary>
    /// <param name="tag">The tag.</param>
    /// <param name="stamp">Entries with a lower <see cref="MemoryEntry.Stamp"/> are meant.</param>
    void RemovingTag(string tag, long stamp);

    /// <summary>All entries whose keys have a prefix are removed, as in <see cref="RemovingTag"/>.</summary>
    void RemovingPrefix(string prefix, long stamp);

    /// <summary>The entries of a removal by tag or prefix have left the table.</summary>
    void Removed(long stamp);

    /// <summary>An entry has a new life. The only call that comes after its change: whether an entry is still alive to be
    /// renewed is decided by renewing it. If it throws, the renewal stands until the log is whole again or the process
    /// ends.</summary>
    void Renewed(MemoryEntry entry);
}
