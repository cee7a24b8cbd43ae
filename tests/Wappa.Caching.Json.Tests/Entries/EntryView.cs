using System.Text;

namespace Wappa.Caching.Json.Tests.Entries;

/// <summary>All that an entry is, as text, so that two stores can be compared.</summary>
internal static class EntryView
{
    /// <summary>The live entries of a store; looks without reading, which would prolong sliding lives.</summary>
    internal static SortedDictionary<string, string> Of(JsonCacheStore store, TimeProvider time)
    {
        var view = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, entry) in store.Engine.Memory.Table.All)
        {
            var left = store.GetTtlAsync(key).AsTask().GetAwaiter().GetResult();
            if (!left.Exists) continue;
            var content = entry;
            view.Add(key, $"{Convert.ToHexString(content.Value.Span)} tags [{string.Join(' ', content.Tags)}] ttl {content.Ttl} sliding " +
                $"{content.SlidingTtl} fresh {content.FreshFor} stored {content.StoredAt:O} ends " +
                (left.Remaining is { } remaining ? EndOf(time.GetUtcNow(), remaining) : "never"));
        }

        return view;
    }

    private static string EndOf(DateTimeOffset now, TimeSpan left) =>
        left > DateTimeOffset.MaxValue - now ? "beyond all dates" : (now + left).ToString("O");

    internal static CacheEntry Entry(string text, params ReadOnlySpan<string> tags) =>
        new(Encoding.UTF8.GetBytes(text)) { Tags = [.. tags] };

    internal static string? Text(CacheEntry? entry) => entry is null ? null : Encoding.UTF8.GetString(entry.Value.Span);
}
