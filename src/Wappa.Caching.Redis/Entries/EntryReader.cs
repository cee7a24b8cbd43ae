using System.Globalization;
using System.Runtime.CompilerServices;
using Wappa.Caching.Redis.Resp;

namespace Wappa.Caching.Redis.Entries;

/// <summary>Reads of entries: a GET, then what tags and a sliding life ask for.</summary>
internal sealed class EntryReader(EntryServer server, TagVersions versions)
{
    // What stands before the value of all but unusual entries.
    private const int LookLength = 512;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    internal async ValueTask<CacheEntry?> GetAsync(string key, CancellationToken cancellationToken)
    {
        var layout = server.KnownLayout ?? await server.LayoutAsync(cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        var entryKey = layout.KeyOf(key);
        CacheEntry? entry;
        try
        {
            // Not through the server's SendAsync: another state machine would be a twentieth of a read's cost.
            entry = await server.SendRawAsync(new GetCommand(entryKey), EntryReplies.Entry, Call(layout), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (Exception error) when (EntryFailures.IsForeign(error))
        {
            throw EntryFailures.Translate(error, isWrite: false);
        }

        if (entry is null or { Tags.IsEmpty: true, SlidingTtl: null }) return entry;
        return await FinishAsync(layout, entryKey, EntryFormat.Recall(entry), cancellationToken).ConfigureAwait(false);
    }

    internal async ValueTask<IReadOnlyList<CacheEntry?>> GetManyAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        var layout = await server.LayoutAsync(cancellationToken).ConfigureAwait(false);
        var entryKeys = keys.Select(layout.KeyOf).ToArray();
        var stored = await server.SendManyAsync(
            Array.ConvertAll(entryKeys, key => new GetCommand(key)), EntryReplies.Stored, Call(layout), cancellationToken)
            .ConfigureAwait(false);
        var current = await versions.AreCurrentAsync(layout, stored, cancellationToken).ConfigureAwait(false);
        var found = new CacheEntry?[stored.Length];
        var after = new List<ScriptCall<SameEntry>>();
        var drops = new List<ScriptCall<SameEntry>>();
        for (var i = 0; i < found.Length; i++)
        {
            if (stored[i].Entry is null) continue;
            if (!current[i]) drops.Add(Drop(entryKeys[i], stored[i]));
            else if ((found[i] = stored[i].Entry)!.SlidingTtl is not null) after.AddRange(Slides(entryKeys[i], stored[i]));
        }

        await SendAllAsync(layout, after, cancellationToken).ConfigureAwait(false);
        await SendAllAsync(layout, drops, cancellationToken).ConfigureAwait(false);
        return found;
    }

    internal async ValueTask<CacheTtl> GetTtlAsync(string key, CancellationToken cancellationToken)
    {
        var layout = await server.LayoutAsync(cancellationToken).ConfigureAwait(false);
        var entryKey = layout.KeyOf(key);
        var look = LookAsync(layout, entryKey, cancellationToken).AsTask();
        var remaining = server.SendAsync(
            new KeyCommand(entryKey, isRemoval: false), Replies.Integer, Call(layout), cancellationToken).AsTask();
        await Task.WhenAll(look, remaining).ConfigureAwait(false); // in one flush
        if ((await look.ConfigureAwait(false)).Entry is null) return CacheTtl.Missing;
        return TimedEntryReader.Ttl(await remaining.ConfigureAwait(false));
    }

    /// <summary>What is known about an entry, without its value.</summary>
    /// <returns>Nothing also for one that has lost a tag.</returns>
    internal async ValueTask<StoredEntry> LookAsync(EntryLayout layout, string entryKey, CancellationToken cancellationToken)
    {
        var (stored, isCurrent) = await LookAtRemainsAsync(layout, entryKey, cancellationToken).ConfigureAwait(false);
        return isCurrent ? stored : default;
    }

    /// <summary>The same, of an entry that has lost a tag too.</summary>
    /// <returns>And whether it has not.</returns>
    internal async ValueTask<(StoredEntry Stored, bool IsCurrent)> LookAtRemainsAsync(
        EntryLayout layout, string entryKey, CancellationToken cancellationToken)
    {
        var length = LookLength;
        while (true)
        {
            var look = await server.SendAsync(
                new HeadCommand(entryKey, length), EntryReplies.Head, Call(layout), cancellationToken).ConfigureAwait(false);
            if (look.Missing == 0)
                return (look.Stored, await versions.AreCurrentAsync(layout, look.Stored, cancellationToken).ConfigureAwait(false));
            if (look.Missing <= length) throw EntryFailures.NoEntry(); // it ends before its value begins
            length = look.Missing;
        }
    }

    private async ValueTask<CacheEntry?> FinishAsync(
        EntryLayout layout, string entryKey, StoredEntry stored, CancellationToken cancellationToken)
    {
        var isCurrent = await versions.AreCurrentAsync(layout, stored, cancellationToken).ConfigureAwait(false);
        List<ScriptCall<SameEntry>> after = isCurrent ? Slides(entryKey, stored) : [Drop(entryKey, stored)];
        await SendAllAsync(layout, after, cancellationToken).ConfigureAwait(false);
        return isCurrent ? stored.Entry : null;
    }

    private async ValueTask SendAllAsync(EntryLayout layout, List<ScriptCall<SameEntry>> calls, CancellationToken cancellationToken)
    {
        if (calls.Count > 0)
            await server.SendManyAsync([.. calls], Replies.Integer, Call(layout), cancellationToken).ConfigureAwait(false);
    }

    private static List<ScriptCall<SameEntry>> Slides(string entryKey, in StoredEntry stored)
    {
        if (stored.Entry!.SlidingTtl is not { } sliding) return [];
        var milliseconds = EntryFormat.Milliseconds(sliding).ToString(CultureInfo.InvariantCulture);
        var end = stored.Entry.Ttl is { } ttl
            ? (stored.LifeBegan + EntryFormat.Milliseconds(ttl)).ToString(CultureInfo.InvariantCulture)
            : "";
        return [new(EntryScripts.Slide, new(entryKey, stored.Id, milliseconds, System.Text.Encoding.ASCII.GetBytes(end)))];
    }

    private static ScriptCall<SameEntry> Drop(string entryKey, in StoredEntry stored) => new(EntryScripts.Drop, new(entryKey, stored.Id));

    private static CallOptions Call(EntryLayout layout) => new() { Database = layout.Database, Idempotent = true };
}
