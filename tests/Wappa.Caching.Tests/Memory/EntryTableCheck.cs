using Wappa.Caching.Memory;

namespace Wappa.Caching.Tests.Memory;

/// <summary>The invariants of <see cref="EntryTable"/>, looked at from every side; nothing may run meanwhile.</summary>
internal static class EntryTableCheck
{
    internal static void Verify(EntryTable table)
    {
        lock (table.Gate)
        {
            var queued = Queued(table.Queue);
            queued.Count.ShouldBe(table.Count);
            queued.ShouldBe(table.All.Select(pair => pair.Value), ignoreOrder: true);
            table.All.ShouldAllBe(pair => ReferenceEquals(pair.Key, pair.Value.Key) && !pair.Value.Removed);
            table.Bytes.ShouldBe(queued.Sum(entry => entry.Size));
            queued.ShouldAllBe(entry => entry.Size == MemoryEntry.SizeOf(entry.Key, entry.Content));
            queued.Count(entry => entry.Timer >= 0).ShouldBe(table.TimerCount);
            queued.ShouldAllBe(entry => (entry.Timer >= 0) == (entry.Deadline != long.MaxValue));
            if (table.Queue.Hand is { } hand) queued.ShouldContain(hand);
            foreach (var entry in queued) VerifyTags(table.Tags, entry);
            var carried = queued.SelectMany(entry => entry.Content.Tags).Distinct(StringComparer.Ordinal).ToList();
            table.Tags.Count.ShouldBe(carried.Count);
            carried.Sum(tag => Tagged(table.Tags, tag).Count)
                .ShouldBe(queued.Sum(entry => entry.Content.Tags.Distinct().Count()));
        }
    }

    private static List<MemoryEntry> Queued(SieveQueue queue)
    {
        var entries = new List<MemoryEntry>();
        MemoryEntry? older = null;
        for (var entry = queue.Oldest; entry is not null; older = entry, entry = entry.Newer)
        {
            entry.Older.ShouldBeSameAs(older);
            entries.Add(entry);
            entries.Count.ShouldBeLessThanOrEqualTo(queue.Count, "the queue runs in a circle");
        }

        queue.Newest.ShouldBeSameAs(older);
        return entries;
    }

    private static void VerifyTags(TagIndex tags, MemoryEntry entry)
    {
        var links = new List<TagLink>();
        for (var link = entry.Tagged; link is not null; link = link.Other) links.Add(link);
        links.ShouldAllBe(link => ReferenceEquals(link.Entry, entry));
        links.Select(link => link.List.Tag).ShouldBe(entry.Content.Tags.Distinct(), ignoreOrder: true);
        foreach (var link in links) Tagged(tags, link.List.Tag).ShouldContain(entry);
    }

    private static List<MemoryEntry> Tagged(TagIndex tags, string tag)
    {
        var entries = new List<MemoryEntry>();
        TagLink? older = null;
        var oldest = tags.Oldest(tag)?.Tagged;
        while (oldest is not null && oldest.List.Tag != tag) oldest = oldest.Other;
        for (var link = oldest; link is not null; older = link, link = link.Newer)
        {
            link.Older.ShouldBeSameAs(older);
            entries.Add(link.Entry);
        }

        oldest?.List.Newest.ShouldBeSameAs(older);
        return entries;
    }
}
