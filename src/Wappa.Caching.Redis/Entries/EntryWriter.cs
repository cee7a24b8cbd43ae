using Wappa.Caching.Redis.Resp;

namespace Wappa.Caching.Redis.Entries;

/// <summary>Writes of entries. None is repeated when its reply was lost: it could bring back what was removed meanwhile.</summary>
internal sealed class EntryWriter(EntryServer server, EntryReader reader, TagVersions versions)
{
    internal async ValueTask SetAsync(string key, CacheEntry entry, CancellationToken cancellationToken)
    {
        var layout = await server.LayoutAsync(cancellationToken).ConfigureAwait(false);
        var write = new EntryWrite(layout, key, entry);
        await versions.EnterAsync(layout, [write], cancellationToken).ConfigureAwait(false);
        await server.SendAsync(write.Call(SetScript(write)), Replies.Integer, Call(layout), cancellationToken).ConfigureAwait(false);
    }

    internal async ValueTask SetManyAsync(
        IReadOnlyList<KeyValuePair<string, CacheEntry>> entries, CancellationToken cancellationToken)
    {
        var layout = await server.LayoutAsync(cancellationToken).ConfigureAwait(false);
        if (entries.Count == 0) return;
        var writes = entries.Select(pair => new EntryWrite(layout, pair.Key, pair.Value)).ToArray();
        await versions.EnterAsync(layout, writes, cancellationToken).ConfigureAwait(false);
        var calls = Array.ConvertAll(writes, write => write.Call(SetScript(write)));
        await server.SendManyAsync(calls, Replies.Integer, Call(layout), cancellationToken).ConfigureAwait(false);
    }

    internal async ValueTask<bool> AddAsync(string key, CacheEntry entry, CancellationToken cancellationToken)
    {
        var layout = await server.LayoutAsync(cancellationToken).ConfigureAwait(false);
        var write = new EntryWrite(layout, key, entry);
        var script = write.IsTagged ? EntryScripts.AddTagged : EntryScripts.Add;
        while (true)
        {
            await versions.EnterAsync(layout, [write], cancellationToken).ConfigureAwait(false);
            var reply = await server.SendAsync(write.Call(script, isAdd: true), Replies.Integer, Call(layout), cancellationToken)
                .ConfigureAwait(false);
            if (reply != 2) return reply == 1;
            var (there, isCurrent) = await reader.LookAtRemainsAsync(layout, write.Key, cancellationToken).ConfigureAwait(false);
            if (there.Entry is not null && isCurrent) return false;
            write.Lost = there.Id; // it may be replaced, but no other that comes between
        }
    }

    internal async ValueTask<bool> CompleteLoadAsync(string key, CacheEntry entry, LoadFence fence, CancellationToken cancellationToken)
    {
        var layout = await server.LayoutAsync(cancellationToken).ConfigureAwait(false);
        if (fence.Stamp is <= 0 or >= LoadFences.Beyond) return false;
        var write = new EntryWrite(layout, key, entry, fence.Stamp);
        if (layout.IsCluster && write.Tags.Length > 0)
        {
            // The versions first. A removal leaves its moment before it deletes the version: if the moment cannot be seen here, the
            // version that was taken is the one that will be deleted. The other way round a removal could pass between unseen.
            await versions.EnterAsync(layout, [write], cancellationToken).ConfigureAwait(false);
            string[] stripes = [.. entry.Tags.Select(EntryLayout.StripeOf)];
            var moments = await server.SendAsync(
                new MomentsCommand(layout.Fences, stripes), EntryReplies.Moments, Call(layout) with { Idempotent = true },
                cancellationToken).ConfigureAwait(false);
            if (moments is null || moments.Any(moment => moment > fence.Stamp)) return false;
        }

        var script = write.IsTagged ? EntryScripts.LoadTagged : EntryScripts.Load;
        return await server.SendAsync(write.Call(script), Replies.Integer, Call(layout), cancellationToken).ConfigureAwait(false) == 1;
    }

    internal async ValueTask<bool> RenewAsync(string key, TimeSpan ttl, CancellationToken cancellationToken)
    {
        var layout = await server.LayoutAsync(cancellationToken).ConfigureAwait(false);
        var entryKey = layout.KeyOf(key);
        var life = EntryFormat.Milliseconds(ttl);
        while (true)
        {
            var there = await reader.LookAsync(layout, entryKey, cancellationToken).ConfigureAwait(false);
            if (there.Entry is not { } entry) return false;
            if (there.HasTags)
            {
                // A version that ends meanwhile is made anew and is another one: the entry stays lost, as it should.
                await versions.EnsureAsync(layout, [new Reliance([.. entry.Tags.Select(layout.TagOf)], life)], cancellationToken)
                    .ConfigureAwait(false);
            }

            var sliding = entry.SlidingTtl is { } span ? EntryFormat.Milliseconds(span) : long.MaxValue;
            var call = new ScriptCall<RenewArguments>(EntryScripts.Renew, new(entryKey, there, ttl, Math.Min(life, sliding)));
            if (await server.SendAsync(call, Replies.Integer, Call(layout), cancellationToken).ConfigureAwait(false) == 1) return true;
        }
    }

    private static RedisScript SetScript(EntryWrite write) => write.IsTagged ? EntryScripts.SetTagged : EntryScripts.Set;

    private static CallOptions Call(EntryLayout layout) => new() { Database = layout.Database };

    private sealed record Reliance(string[] Tags, long? Life) : IEntryTags;
}
