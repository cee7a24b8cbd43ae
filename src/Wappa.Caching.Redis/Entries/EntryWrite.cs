using Wappa.Caching.Redis.Resp;

namespace Wappa.Caching.Redis.Entries;

/// <summary>One write of an entry, ready to be sent and sent again: see <c>entry-put.lua</c>.</summary>
internal sealed class EntryWrite : IEntryTags
{
    private readonly CacheEntry _entry;
    private readonly string[] _keys;
    private readonly string[] _stripes;
    private readonly long _timeToLive;
    private readonly long _fence;

    /// <param name="layout">Where entries stand.</param>
    /// <param name="key">The entry's.</param>
    /// <param name="entry">What to write.</param>
    /// <param name="fence">Of the load that brought it; 0: of none.</param>
    /// <exception cref="ArgumentException">A tag is no text, or there are too many.</exception>
    internal EntryWrite(EntryLayout layout, string key, CacheEntry entry, long fence = 0)
    {
        _entry = entry;
        _fence = fence;
        Head = EntryFormat.Head(entry, fence);
        Tags = entry.Tags.IsDefaultOrEmpty ? [] : [.. entry.Tags.Select(layout.TagOf)];
        Life = entry.Ttl is { } ttl ? EntryFormat.Milliseconds(ttl) : null;
        var sliding = entry.SlidingTtl is { } span ? EntryFormat.Milliseconds(span) : long.MaxValue;
        _timeToLive = Math.Min(sliding, Life ?? long.MaxValue);
        var entryKey = layout.KeyOf(key);
        var loads = layout.LoadsOf(entryKey);
        var isTogether = Tags.Length > 0 && !layout.IsCluster;
        IsTagged = isTogether;
        _stripes = isTogether && fence != 0 ? [.. entry.Tags.Select(EntryLayout.StripeOf)] : [];
        if (!isTogether) _keys = [entryKey, loads];
        else _keys = fence != 0 ? [entryKey, loads, layout.Fences, .. Tags] : [entryKey, loads, .. Tags];
    }

    /// <inheritdoc/>
    public string[] Tags { get; }

    /// <inheritdoc/>
    public long? Life { get; }

    internal string Key => _keys[0];

    /// <summary>What stands before the value; on a cluster the versions are entered here.</summary>
    internal EntryHead Head { get; }

    /// <summary>Whether the script looks after the tags.</summary>
    internal bool IsTagged { get; }

    /// <summary>The id of an entry that has lost a tag and may be replaced; 0: none.</summary>
    internal long Lost { get; set; }

    /// <summary>As the arguments of its script.</summary>
    internal ScriptCall<Arguments> Call(RedisScript script, bool isAdd = false) => new(script, new(this, isAdd));

    internal readonly struct Arguments(EntryWrite write, bool isAdd) : IScriptArguments
    {
        public string? Key => write.Key;

        public int KeyCount => write._keys.Length;

        public int ArgumentCount => (write.IsTagged || isAdd || write._fence != 0 ? 6 : 4) + write._stripes.Length;

        public void Write(ref CommandWriter writer)
        {
            foreach (var key in write._keys) writer.Write(key);
            if (write._timeToLive == long.MaxValue) writer.Write(""u8);
            else writer.Write(write._timeToLive);
            TagArguments.WriteLife(ref writer, write.Life);

            // The new id serves as the version of tags that have none yet: it is as random.
            writer.Write(write.Head.Id);
            writer.Write(write.Head.Bytes.AsSpan(EntryFormat.StampLength), write._entry.Value.Span);
            if (ArgumentCount == 4) return;
            if (write._fence != 0) writer.Write(EntryFormat.Digits(write._fence));
            else writer.Write(write.Lost == 0 ? [] : BitConverter.GetBytes(write.Lost));
            writer.Write(write.Head.VersionsAt);
            foreach (var stripe in write._stripes) writer.Write(stripe);
        }
    }
}
