using Wappa.Caching.Memory;

namespace Wappa.Caching.Tests.Memory;

/// <summary>The invariants of <see cref="EntryTable"/>, looked at from every side; nothing may run meanwhile.</summary>
internal static class EntryTableCheck
{
    internal static void Verify(EntryTable table)
    {
        lock (table.Gate)
        {
            List<MemoryEntry> queued = [.. Queued(table.Policy.Window, inMain: false), .. Queued(table.Policy.Main, inMain: true)];
            queued.Count.ShouldBe(table.Count);
            queued.ToHashSet(ReferenceEqualityComparer.Instance).SetEquals(table.All.Select(pair => pair.Value)).ShouldBeTrue();
            queued.ShouldAllBe(entry => ReferenceEquals(Found(table, entry.Key), entry));
            table.All.ShouldAllBe(pair => ReferenceEquals(pair.Key, pair.Value.Key) && !pair.Value.Removed);
            table.Bytes.ShouldBe(queued.Sum(entry => entry.Size));
            queued.ShouldAllBe(entry => entry.Size == MemoryEntry.SizeOf(entry.Key, entry));
            queued.Count(entry => entry.Timer >= 0).ShouldBe(table.TimerCount);
            queued.ShouldAllBe(entry => (entry.Timer >= 0) == (entry.Deadline != long.MaxValue));
            foreach (var entry in queued) VerifyTags(table.Tags, entry);
            var carried = queued.SelectMany(entry => entry.Tags).Distinct(StringComparer.Ordinal).ToList();
            table.Tags.Count.ShouldBe(carried.Count);
            carried.Sum(tag => Tagged(table.Tags, tag).Count)
                .ShouldBe(queued.Sum(entry => entry.Tags.Distinct().Count()));
        }
    }

    private static MemoryEntry? Found(EntryTable table, string key) => table.TryFind(key, out var entry) ? entry : null;

    private static List<MemoryEntry> Queued(EntryQueue queue, bool inMain)
    {
        var entries = new List<MemoryEntry>();
        MemoryEntry? older = null;
        for (var entry = queue.Oldest; entry is not null; older = entry, entry = entry.Newer)
        {
            entry.Older.ShouldBeSameAs(older);
            entries.Add(entry);
            entry.InMain.ShouldBe(inMain);
            entries.Count.ShouldBeLessThanOrEqualTo(queue.Count, "the queue runs in a circle");
        }

        queue.Newest.ShouldBeSameAs(older);
        queue.Count.ShouldBe(entries.Count);
        queue.Bytes.ShouldBe(entries.Sum(entry => entry.Size));
        if (queue.Hand is { } hand) entries.ShouldContain(entry => ReferenceEquals(entry, hand));
        return entries;
    }

    private static void VerifyTags(TagIndex tags, MemoryEntry entry)
    {
        var links = new List<TagLink>();
        for (var link = entry.Tagged; link is not null; link = link.Other) links.Add(link);
        links.ShouldAllBe(link => ReferenceEquals(link.Entry, entry));
        links.Select(link => link.List.Tag).ShouldBe(entry.Tags.Distinct(), ignoreOrder: true);
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
