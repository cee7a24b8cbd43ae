using Wappa.Caching.Redis.Resp;

namespace Wappa.Caching.Redis.Entries;

/// <summary>Removals of entries. They are repeated when a reply was lost: that a copy of something is gone twice harms nobody, and
/// that it stays would.</summary>
internal sealed class EntryRemover(EntryServer server, TagVersions versions)
{
    internal async ValueTask<bool> RemoveAsync(string key, CancellationToken cancellationToken)
    {
        var layout = await server.LayoutAsync(cancellationToken).ConfigureAwait(false);
        var removed = await server.SendAsync(Removal(layout, layout.KeyOf(key)), EntryReplies.Removed, Call(layout), cancellationToken)
            .ConfigureAwait(false);
        if (removed.IsForeign) throw EntryFailures.NoEntry();
        return removed.Stored.Entry is not null &&
            await versions.AreCurrentAsync(layout, removed.Stored, cancellationToken).ConfigureAwait(false);
    }

    internal async ValueTask RemoveByTagAsync(string tag, CancellationToken cancellationToken)
    {
        var layout = await server.LayoutAsync(cancellationToken).ConfigureAwait(false);
        var stripe = EntryLayout.StripeOf(tag);
        var version = layout.TagOf(tag);
        if (!layout.IsCluster)
        {
            var both = new ScriptCall<ScriptWords>(EntryScripts.RemoveTag, new([layout.Fences, version], stripe, "", ""));
            await server.SendAsync(both, Replies.Any, Call(layout), cancellationToken).ConfigureAwait(false);
            return;
        }

        // In this order: see EntryWriter.CompleteLoadAsync.
        var moment = new ScriptCall<ScriptWords>(EntryScripts.Moment, new([layout.Fences], stripe, "", ""));
        await server.SendAsync(moment, Replies.Any, Call(layout), cancellationToken).ConfigureAwait(false);
        await server.SendAsync(new KeyCommand(version, isRemoval: true), Replies.Any, Call(layout), cancellationToken)
            .ConfigureAwait(false);
    }

    internal async ValueTask<long> RemoveByPrefixAsync(string prefix, CancellationToken cancellationToken)
    {
        var layout = await server.LayoutAsync(cancellationToken).ConfigureAwait(false);

        // The loads first, all of them. One that is stored before it is met here stands there when the second walk begins.
        await WalkAsync(layout, layout.LoadPattern(prefix), RefuseAsync, cancellationToken).ConfigureAwait(false);
        return await WalkAsync(layout, layout.EntryPattern(prefix), RemoveAsync, cancellationToken).ConfigureAwait(false);

        async ValueTask<long> RefuseAsync(List<string> keys)
        {
            var refusals = keys.ConvertAll(key => new ScriptCall<ScriptWords>(EntryScripts.Refuse, new([key, key]))).ToArray();
            await server.SendManyAsync(refusals, Replies.Any, Call(layout), cancellationToken).ConfigureAwait(false);
            return 0;
        }

        async ValueTask<long> RemoveAsync(List<string> keys)
        {
            var removals = keys.ConvertAll(key => Removal(layout, key)).ToArray();
            var removed = await server.SendManyAsync(removals, EntryReplies.Removed, Call(layout), cancellationToken).ConfigureAwait(false);
            var stored = Array.ConvertAll(removed, one => one.Stored);
            var current = await versions.AreCurrentAsync(layout, stored, cancellationToken).ConfigureAwait(false);
            return stored.Zip(current).Count(pair => pair.First.Entry is not null && pair.Second);
        }
    }

    // Every key that stands from the beginning to the end is met at least once, on each primary.
    private async ValueTask<long> WalkAsync(
        EntryLayout layout, string pattern, Func<List<string>, ValueTask<long>> visit, CancellationToken cancellationToken)
    {
        var sum = 0L;
        foreach (var node in await server.PrimariesAsync(cancellationToken).ConfigureAwait(false))
        {
            var call = layout.IsCluster ? Call(layout) with { Node = node } : Call(layout);
            var cursor = "0";
            do
            {
                (cursor, var keys) = await server.SendAsync(new ScanCommand(cursor, pattern), EntryReplies.Page, call, cancellationToken)
                    .ConfigureAwait(false);
                if (keys.Count > 0) sum += await visit(keys).ConfigureAwait(false);
            }
            while (cursor != "0");
        }

        return sum;
    }

    private static ScriptCall<ScriptWords> Removal(EntryLayout layout, string entryKey) =>
        new(EntryScripts.Remove, new([entryKey, layout.LoadsOf(entryKey)]));

    private static CallOptions Call(EntryLayout layout) => new() { Database = layout.Database, Idempotent = true };
}
