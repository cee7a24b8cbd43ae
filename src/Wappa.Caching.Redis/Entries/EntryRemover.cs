using Wappa.Caching.Redis.Resp;

namespace Wappa.Caching.Redis.Entries;

/// <summary>Removals of entries. They are repeated when a reply was lost: that a copy of something is gone twice harms nobody, and
/// that it stays would.</summary>
internal sealed class EntryRemover(EntryServer server, TagVersions versions)
{
    private const int MaxWalks = 10;

    internal async ValueTask<bool> RemoveAsync(string key, CancellationToken cancellationToken)
    {
        var layout = await server.LayoutAsync(cancellationToken).ConfigureAwait(false);
        var removed = await server.SendAsync(Remove(layout, layout.KeyOf(key)), EntryReplies.Removed, Call(layout), cancellationToken)
            .ConfigureAwait(false);
        if (removed.Removal == Removal.OfNoEntry) throw EntryFailures.NoEntry();
        return removed.Removal == Removal.Done &&
            await versions.AreCurrentAsync(layout, removed.Tagged, cancellationToken).ConfigureAwait(false);
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
        var sum = 0L;
        for (var walks = 0; walks < MaxWalks; walks++)
        {
            // Another process of Redis keeps its keys in another order, and the cursor of the one before passes over some. So if there
            // has been a new connection meanwhile, all begins anew.
            var facts = await server.FactsAsync(cancellationToken).ConfigureAwait(false);

            // The loads first, all of them. One that is stored before it is met here stands there when the second walk begins.
            await WalkAsync(layout, layout.LoadPattern(prefix), RefuseAsync, cancellationToken).ConfigureAwait(false);
            sum += await WalkAsync(layout, layout.EntryPattern(prefix), RemoveAsync, cancellationToken).ConfigureAwait(false);
            if (ReferenceEquals(facts, await server.FactsAsync(cancellationToken).ConfigureAwait(false))) return sum;
        }

        throw new CacheStoreUnavailableException(
            $"Redis was connected to anew during each of {MaxWalks} walks over its keys, and some entries of the prefix may have been " +
            "missed. Remove it again.", null, outcomeUnknown: true);

        async ValueTask<long> RefuseAsync(List<string> keys)
        {
            var refusals = keys.ConvertAll(key => new ScriptCall<ScriptWords>(EntryScripts.Refuse, new([key, key]))).ToArray();
            await server.SendManyAsync(refusals, Replies.Any, Call(layout), cancellationToken).ConfigureAwait(false);
            return 0;
        }

        async ValueTask<long> RemoveAsync(List<string> keys)
        {
            var removals = keys.ConvertAll(key => Remove(layout, key)).ToArray();
            var removed = await server.SendManyAsync(removals, EntryReplies.Removed, Call(layout), cancellationToken).ConfigureAwait(false);
            var tagged = Array.ConvertAll(removed, one => one.Tagged);
            var current = await versions.AreCurrentAsync(layout, tagged, cancellationToken).ConfigureAwait(false);
            return removed.Zip(current).Count(pair => pair.First.Removal == Removal.Done && pair.Second);
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

    private static ScriptCall<ScriptWords> Remove(EntryLayout layout, string entryKey) =>
        new(EntryScripts.Remove, new([entryKey, layout.LoadsOf(entryKey)]));

    private static CallOptions Call(EntryLayout layout) => new() { Database = layout.Database, Idempotent = true };
}
