using Wappa.Caching.Json.Files;
using Wappa.Caching.Json.Journal;
using Wappa.Caching.Json.Records;
using Wappa.Caching.Memory;

namespace Wappa.Caching.Json.Entries;

/// <summary>Writes each change of the entries into the journal, in the hold of the table's gate that makes it.</summary>
/// <remarks>
/// <para><b>Line first.</b> A change whose line the journal does not take is not made: memory never has what the journal was not
/// given. So while the journal has stopped the entries stand still, and the base that heals it is exactly what they are.</para>
/// <para><b>Removals of what is not there.</b> An evicted entry has gone without a line, so the journal may still have it, and a
/// removal must be written although memory has nothing to remove. <i>Interleaving:</i> set 1, evict, remove, crash: without
/// the line, 1 is back. Only if nothing was evicted since the base does memory know all that the disk knows, and the line is
/// left out.</para>
/// </remarks>
internal sealed class EntryLog(DiskClock clock) : IEntryLog
{
    private const int LargestKept = 1 << 20;

    [ThreadStatic]
    private static FileBuffer? t_line;

    private readonly List<EntryRemoval> _removals = [];
    private Journal<byte> _journal = null!;
    private EntryTable _table = null!;
    private JournalBatch<byte>? _newest;
    private long _evictionsAtBase;

    /// <summary>The batch that has the newest change; null: all are durable. Whoever waits for it waits for all changes he can
    /// have seen.</summary>
    internal JournalBatch<byte>? Newest => Volatile.Read(ref _newest);

    /// <summary>Whether there is, or was, an entry whose life reads prolong: the base is behind although nothing was written.</summary>
    internal bool HasSliding { get; set; }

    /// <summary>How many removals by prefix the journal may hold; each costs a look at every key when it is opened.</summary>
    internal int Prefixes { get; set; }

    /// <param name="table">What changes.</param>
    /// <param name="journal">Where it is written.</param>
    /// <param name="knowsAll">Whether every entry the disk has is in the table, or was evicted from it.</param>
    internal void Start(EntryTable table, Journal<byte> journal, bool knowsAll) =>
        (_table, _journal, _evictionsAtBase) = (table, journal, knowsAll ? 0 : -1);

    /// <summary>The removals whose entries are still leaving the table, for a base that must not have these.</summary>
    internal EntryRemoval[] Removals()
    {
        lock (_table.Gate) return [.. _removals];
    }

    /// <summary>How many entries have been evicted.</summary>
    internal long Evictions()
    {
        lock (_table.Gate) return _table.Evictions;
    }

    /// <summary>There is a base, and no older line.</summary>
    /// <param name="evictions">As of when it was begun, with no line of an entry evicted before waiting to be written.</param>
    internal void Rebased(long evictions)
    {
        lock (_table.Gate)
        {
            _evictionsAtBase = evictions;
            if (_newest is { Done.IsFaulted: true }) _newest = null; // the base has what that batch had
        }
    }

    public void Prepare(MemoryEntry entry) => EntryLine.Set(Line(), entry, clock);

    public void Storing(MemoryEntry entry)
    {
        HasSliding |= entry.SlidingTtl is not null;
        Append(t_line!.Span); // as prepared
    }

    public void Removing(string key)
    {
        if (!_table.TryFind(key, out _) && _table.Evictions == _evictionsAtBase) ThrowIfStopped();
        else AppendRemoval(EntryAct.Remove, key);
    }

    public void RemovingTag(string tag, long stamp)
    {
        if (_table.Tags.Oldest(tag) is null && _table.Evictions == _evictionsAtBase) ThrowIfStopped();
        else AppendRemoval(EntryAct.RemoveTag, tag);
        _removals.Add(new(EntryAct.RemoveTag, tag, stamp));
    }

    public void RemovingPrefix(string prefix, long stamp)
    {
        AppendRemoval(EntryAct.RemovePrefix, prefix);
        Prefixes++;
        _removals.Add(new(EntryAct.RemovePrefix, prefix, stamp));
    }

    public void Removed(long stamp) => _removals.RemoveAll(removal => removal.Stamp == stamp);

    public void Renewed(MemoryEntry entry)
    {
        var line = Line();
        EntryLine.Renew(line, entry, clock);
        Append(line.Span);
    }

    private void AppendRemoval(EntryAct act, string text)
    {
        var line = Line();
        EntryLine.Remove(line, act, text);
        Append(line.Span);
    }

    private static FileBuffer Line()
    {
        if (t_line is null || t_line.Length > LargestKept) t_line = new FileBuffer();
        t_line.Clear();
        return t_line;
    }

    private void Append(ReadOnlySpan<byte> line)
    {
        var batch = _journal.Append(_journal.Epoch, line, 0) ?? throw Stopped();
        if (!ReferenceEquals(_newest, batch)) Volatile.Write(ref _newest, batch);
    }

    private void ThrowIfStopped()
    {
        if (_journal.State != JournalState.Open) throw Stopped();
    }

    private Exception Stopped() => _journal.State == JournalState.Closed
        ? new ObjectDisposedException(nameof(JsonCacheStore))
        : Failures.ReadOnlyNow(_journal.Error);
}

/// <summary>A removal whose entries are leaving the table.</summary>
/// <param name="Act">By tag or by prefix.</param>
/// <param name="Text">Which.</param>
/// <param name="Stamp">Entries with a lower stamp are meant.</param>
internal readonly record struct EntryRemoval(EntryAct Act, string Text, long Stamp)
{
    internal bool Means(MemoryEntry entry) => entry.Stamp < Stamp && (Act == EntryAct.RemoveTag
        ? entry.Tags.Contains(Text, StringComparer.Ordinal)
        : entry.Key.StartsWith(Text, StringComparison.Ordinal));
}
