namespace Wappa.Caching.Memory;

/// <summary>Which entries carry a tag, oldest first. Linking, unlinking and finding the oldest are O(1), and a tag that
/// no entry carries any more is forgotten. Not thread-safe: under the store's lock.</summary>
/// <remarks>Linked lists through the entries, not hash sets: a set keeps the room of its fullest day.</remarks>
internal sealed class TagIndex
{
    private readonly Dictionary<string, TagList> _lists = new(StringComparer.Ordinal);

    /// <summary>How many tags are carried by at least one entry.</summary>
    internal int Count => _lists.Count;

    internal MemoryEntry? Oldest(string tag) => _lists.GetValueOrDefault(tag)?.Oldest?.Entry;

    internal void Add(MemoryEntry entry)
    {
        foreach (var tag in entry.Tags)
        {
            if (!_lists.TryGetValue(tag, out var list)) _lists.Add(tag, list = new TagList(tag));

            // An entry's links are made in one go, so a tag it names twice finds it at the newest end already.
            if (!ReferenceEquals(list.Newest?.Entry, entry)) entry.Tagged = list.Add(entry, entry.Tagged);
        }
    }

    /// <summary>Puts an entry where its predecessor stands: the lists stay in the order of the stamps.</summary>
    internal static void Replace(MemoryEntry old, MemoryEntry entry)
    {
        for (var link = old.Tagged; link is not null; link = link.Other) link.Entry = entry;
        entry.Tagged = old.Tagged;
        old.Tagged = null;
    }

    internal void Remove(MemoryEntry entry)
    {
        for (var link = entry.Tagged; link is not null; link = link.Other)
        {
            link.List.Remove(link);
            if (link.List.Oldest is null) _lists.Remove(link.List.Tag);
        }

        entry.Tagged = null;
    }
}

/// <summary>The entries of one tag in the order in which they were stored.</summary>
internal sealed class TagList(string tag)
{
    internal string Tag => tag;

    internal TagLink? Oldest { get; private set; }

    internal TagLink? Newest { get; private set; }

    internal TagLink Add(MemoryEntry entry, TagLink? other)
    {
        var link = new TagLink(entry, this, other) { Older = Newest };
        if (Newest is null) Oldest = link;
        else Newest.Newer = link;
        return Newest = link;
    }

    internal void Remove(TagLink link)
    {
        if (link.Newer is null) Newest = link.Older;
        else link.Newer.Older = link.Older;
        if (link.Older is null) Oldest = link.Newer;
        else link.Older.Newer = link.Newer;
    }
}

/// <summary>An entry's place in the list of one of its tags.</summary>
internal sealed class TagLink(MemoryEntry entry, TagList list, TagLink? other)
{
    internal MemoryEntry Entry { get; set; } = entry;

    /// <summary>The link of another tag of the same entry.</summary>
    internal TagLink? Other => other;

    internal TagList List => list;

    internal TagLink? Newer { get; set; }

    internal TagLink? Older { get; set; }
}
