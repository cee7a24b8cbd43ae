using Wappa.Caching.Layering;
using Wappa.Caching.Redis.Resp;

namespace Wappa.Caching.Redis.Entries;

/// <summary>Reads of entries for memory in front of the store, which has to know how long they live: a PTTL in the flush of the
/// GET.</summary>
/// <remarks>The time is asked for first and counts from the question. Had the entry changed between the two, that would be told, and what
/// was read would not be kept.</remarks>
internal sealed class TimedEntryReader(EntryServer server, EntryReader reader)
{
    internal async ValueTask<TimedEntry> GetAsync(string key, CancellationToken cancellationToken)
    {
        var layout = server.KnownLayout ?? await server.LayoutAsync(cancellationToken).ConfigureAwait(false);
        var asking = server.SendAsync(
            new KeyCommand(layout.KeyOf(key), isRemoval: false), Replies.Integer, Call(layout), cancellationToken);
        return await BothAsync(asking, reader.GetAsync(key, cancellationToken), static (left, entry) => new TimedEntry(entry, Ttl(left)))
            .ConfigureAwait(false);
    }

    internal async ValueTask<IReadOnlyList<TimedEntry>> GetManyAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        string[] asked = [.. keys];
        var layout = await server.LayoutAsync(cancellationToken).ConfigureAwait(false);
        var asking = server.SendManyAsync(
            Array.ConvertAll(asked, key => new KeyCommand(layout.KeyOf(key), isRemoval: false)), Replies.Integer, Call(layout),
            cancellationToken);
        return await BothAsync<long[], IReadOnlyList<CacheEntry?>, TimedEntry[]>(
            asking, reader.GetManyAsync(asked, cancellationToken),
            static (left, entries) => [.. entries.Select((entry, i) => new TimedEntry(entry, Ttl(left[i])))]).ConfigureAwait(false);
    }

    /// <summary>What PTTL said.</summary>
    internal static CacheTtl Ttl(long remaining) => remaining switch
    {
        -2 => CacheTtl.Missing,
        < 0 => CacheTtl.NoExpiry,
        0 => CacheTtl.After(new TimeSpan(1)), // less than a millisecond, but not over
        _ => CacheTtl.After(TimeSpan.FromTicks(
            Math.Min(remaining, TimeSpan.MaxValue.Ticks / TimeSpan.TicksPerMillisecond) * TimeSpan.TicksPerMillisecond)),
    };

    // Both are awaited whatever happens: an answer nobody waits for would keep its place in the client's pool.
    private static async ValueTask<TResult> BothAsync<TLeft, TRead, TResult>(
        ValueTask<TLeft> asking, ValueTask<TRead> reading, Func<TLeft, TRead, TResult> together)
    {
        TLeft left;
        try
        {
            left = await asking.ConfigureAwait(false);
        }
        catch
        {
            try
            {
                await reading.ConfigureAwait(false);
            }
            catch (Exception error) when (error is CacheStoreException or OperationCanceledException)
            {
                // the first failure is the one to tell
            }

            throw;
        }

        return together(left, await reading.ConfigureAwait(false));
    }

    private static CallOptions Call(EntryLayout layout) => new() { Database = layout.Database, Idempotent = true };
}
