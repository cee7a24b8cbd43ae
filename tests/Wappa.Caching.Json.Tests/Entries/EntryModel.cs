using System.Collections.Immutable;

namespace Wappa.Caching.Json.Tests.Entries;

/// <summary>What is done to the store of entries in a workload.</summary>
internal enum EntryStepKind
{
    Set,
    SetMany,
    Add,
    Load,
    Remove,
    RemoveTag,
    RemovePrefix,
    Renew,
    Advance,
    Flush,
    Compact,
    Reopen,
}

/// <summary>One step.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="Key">To which entry; a tag or prefix has the same number.</param>
/// <param name="Number">Makes values differ, and says which tags, how many seconds, how many entries.</param>
internal readonly record struct EntryStep(EntryStepKind Kind, int Key, int Number);

/// <summary>One entry of the model.</summary>
internal readonly record struct ModelEntry(string Text, int Tags, DateTimeOffset EndsAt);

/// <summary>What the store should hold, as data, without evictions.</summary>
internal static class EntryModel
{
    internal const int Keys = 4;

    internal static string KeyOf(int key) => $"p{key % 2}:k{key}";

    internal static string TagOf(int tag) => $"t{tag % 2}";

    internal static string PrefixOf(int prefix) => $"p{prefix % 2}:";

    internal static CacheEntry EntryOf(in EntryStep step)
    {
        var tags = step.Number;
        return EntryView.Entry(TextOf(step)) with
        {
            Tags = [.. Enumerable.Range(0, 2).Where(tag => (tags & (1 << tag)) != 0).Select(TagOf)],
            Ttl = step.Number % 5 == 0 ? TimeSpan.FromSeconds(10) : null,
        };
    }

    /// <summary>The states on the way from before a step to after it, that one included.</summary>
    internal static IEnumerable<ImmutableSortedDictionary<int, ModelEntry>> Apply(
        EntryStep step, ImmutableSortedDictionary<int, ModelEntry> state, DateTimeOffset now)
    {
        var written = new ModelEntry(TextOf(step), step.Number & 3, step.Number % 5 == 0 ? now.AddSeconds(10) : DateTimeOffset.MaxValue);
        var isLive = state.TryGetValue(step.Key, out var there) && there.EndsAt > now;
        switch (step.Kind)
        {
            case EntryStepKind.Set or EntryStepKind.Load: yield return state.SetItem(step.Key, written); break;
            case EntryStepKind.Add: yield return isLive ? state : state.SetItem(step.Key, written); break;
            case EntryStepKind.SetMany:
                for (var key = 0; key <= step.Key; key++) yield return state = state.SetItem(key, written);
                break;
            case EntryStepKind.Remove: yield return state.Remove(step.Key); break;
            case EntryStepKind.RemoveTag: yield return Without(state, entry => (entry.Value.Tags & (1 << (step.Key % 2))) != 0); break;
            case EntryStepKind.RemovePrefix: yield return Without(state, entry => entry.Key % 2 == step.Key % 2); break;
            case EntryStepKind.Renew when isLive: yield return state.SetItem(step.Key, there with { EndsAt = now.AddSeconds(20) }); break;
            default: yield return state; break;
        }
    }

    /// <summary>The state as a text, without what has ended.</summary>
    internal static string Show(ImmutableSortedDictionary<int, ModelEntry> state, DateTimeOffset now) => string.Join(", ",
        state.Where(entry => entry.Value.EndsAt > now).Select(entry => Show(KeyOf(entry.Key), entry.Value.Text, entry.Value.EndsAt)));

    /// <summary>What a store holds, in the same words.</summary>
    internal static string Show(JsonCacheStore store, DateTimeOffset now) => string.Join(", ", Enumerable.Range(0, Keys).Select(KeyOf)
        .Select(key =>
        {
            var ttl = store.GetTtlAsync(key).AsTask().GetAwaiter().GetResult();
            var text = EntryView.Text(store.GetAsync(key).AsTask().GetAwaiter().GetResult());
            return text is null ? null : Show(key, text, ttl.Remaining is { } left ? now + left : DateTimeOffset.MaxValue);
        }).OfType<string>());

    private static string Show(string key, string text, DateTimeOffset ends) =>
        $"{key}={text}{(ends == DateTimeOffset.MaxValue ? "" : $" until {ends:mm:ss.fffffff}")}";

    private static string TextOf(in EntryStep step) => $"v{step.Number}";

    private static ImmutableSortedDictionary<int, ModelEntry> Without(
        ImmutableSortedDictionary<int, ModelEntry> state, Func<KeyValuePair<int, ModelEntry>, bool> match) =>
        state.RemoveRange(state.Where(match).Select(entry => entry.Key).ToList());
}
