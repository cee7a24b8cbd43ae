using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Wappa.Caching;
using Wappa.Inbox;

namespace Wappa.Timers;

/// <summary>Says that a user's mailbox may hold a timer that is due then. It may be stale; the mailbox alone is right.</summary>
/// <param name="Key">Whose mailbox.</param>
/// <param name="Id">The timer.</param>
/// <param name="Due">When.</param>
/// <param name="Process">Which process wrote it.</param>
internal readonly record struct TimerHint(LaneKey Key, Fingerprint Id, DateTimeOffset Due, string Process)
{
    /// <summary>Ten minutes each: what is due later than the next one need not be in memory.</summary>
    internal long Slice => TimerHints.SliceOf(Due);

    /// <summary>Its record. The name begins with the user's part, so that all of one user can be found in a slice.</summary>
    internal RecordKey Record => InboxKeys.TimerHint(Slice, TimerHints.PrefixOf(Key) + Id);
}

/// <summary>
/// Where a process finds the timers it has never heard of: one small record for each, in slices of ten minutes, and a directory of
/// the slices there are. A hint is written before the commit that makes its timer, and deleted at leisure after the one that ends it.
/// </summary>
internal sealed class TimerHints(IDocumentStore store, TimeProvider time)
{
    /// <summary>For how long a timer that is due waits for a process, if none runs at all.</summary>
    internal static readonly TimeSpan KeptAfterDue = TimeSpan.FromDays(90);

    private const int MaxKnownSlices = 10_000;
    private const long SliceMilliseconds = 10 * 60 * 1000;
    private static readonly TimeSpan SliceIsOver = TimeSpan.FromDays(1);
    private static readonly CacheDocument Mark = CacheDocument.Parse("{}"u8);

    private readonly Lock _gate = new();
    private readonly HashSet<long> _known = []; // slices that stand in the directory

    internal static long SliceOf(DateTimeOffset due) => due.ToUnixTimeMilliseconds() / SliceMilliseconds;

    /// <summary>The first moment after the slice of the given one.</summary>
    internal static DateTimeOffset EndOfSlice(DateTimeOffset due) => StartOf(SliceOf(due) + 1);

    internal static string PrefixOf(LaneKey key) =>
        new FingerprintBuilder().Add("timers").Add(key.Tenant).Add(key.User).ToFingerprint() + "-";

    /// <summary>How long a record lives that a timer needs.</summary>
    internal static TimeSpan LifeOf(DateTimeOffset due, DateTimeOffset now) =>
        (due > now ? due - now : TimeSpan.Zero) + KeptAfterDue;

    /// <exception cref="CacheStoreException">The store failed.</exception>
    internal async ValueTask WriteAsync(IReadOnlyList<TimerHint> hints)
    {
        var (now, writes) = (time.GetUtcNow(), new List<RecordWrite>(hints.Count * 2));
        foreach (var hint in hints)
        {
            if (!IsKnown(hint.Slice))
            {
                var life = LifeOf(StartOf(hint.Slice + 1), now);
                writes.Add(new(InboxKeys.TimerSlice(hint.Slice), new RecordChange.Set(Mark, life)));
            }

            writes.Add(new(hint.Record, new RecordChange.Set(Write(hint), LifeOf(hint.Due, now))));
        }

        await store.WriteManyAsync(writes).ConfigureAwait(false);
        lock (_gate)
        {
            if (_known.Count > MaxKnownSlices) _known.Clear();
            foreach (var hint in hints) _known.Add(hint.Slice);
        }
    }

    /// <summary>Reads the hints of all slices that begin before the given time; later ones cost nothing but their place in the
    /// directory. Slices that are long over and empty are taken from it.</summary>
    internal async IAsyncEnumerable<TimerHint> ReadAsync(
        DateTimeOffset until, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var empty = new List<RecordWrite>();
        foreach (var slice in await SlicesAsync(cancellationToken).ConfigureAwait(false))
        {
            if (StartOf(slice) >= until) break;
            var any = false;
            var set = InboxKeys.TimerHints(slice);
            await foreach (var (_, record) in store.ListAsync(set, cancellationToken).ConfigureAwait(false))
            {
                any = true;
                if (record.IsHit && Read(record.Document) is { } hint) yield return hint;
            }

            if (!any && StartOf(slice) + SliceIsOver < time.GetUtcNow())
                empty.Add(new(InboxKeys.TimerSlice(slice), new RecordChange.Delete()));
        }

        if (empty.Count > 0) await store.WriteManyAsync(empty, cancellationToken).ConfigureAwait(false);
    }

    internal async ValueTask DeleteAsync(IReadOnlyCollection<RecordKey> hints, CancellationToken cancellationToken)
    {
        var deletes = hints.Select(static hint => new RecordWrite(hint, new RecordChange.Delete())).ToArray();
        await store.WriteManyAsync(deletes, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Deletes every hint of a user, also those whose turn was never committed.</summary>
    internal async ValueTask EraseAsync(LaneKey key, CancellationToken cancellationToken)
    {
        var prefix = PrefixOf(key);
        foreach (var slice in await SlicesAsync(cancellationToken).ConfigureAwait(false))
            await store.DeleteAllAsync(InboxKeys.TimerHints(slice, prefix), cancellationToken).ConfigureAwait(false);
    }

    private static DateTimeOffset StartOf(long slice) => DateTimeOffset.FromUnixTimeMilliseconds(slice * SliceMilliseconds);

    private async ValueTask<List<long>> SlicesAsync(CancellationToken cancellationToken)
    {
        var slices = new List<long>();
        await foreach (var (key, _) in store.ListAsync(InboxKeys.TimerSlices, cancellationToken).ConfigureAwait(false))
        {
            if (long.TryParse(key.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var slice)) slices.Add(slice);
        }

        slices.Sort();
        return slices;
    }

    private bool IsKnown(long slice)
    {
        lock (_gate) return _known.Contains(slice);
    }

    private static CacheDocument Write(in TimerHint hint) => CacheDocument.Parse(JsonSerializer.SerializeToUtf8Bytes(
        new StoredHint(hint.Key.Tenant, hint.Key.User, hint.Id.ToString(), hint.Due.ToUnixTimeMilliseconds(), hint.Process),
        InboxJson.Default.StoredHint));

    // One that cannot be read helps nobody: its timer is found when its user's mailbox is read for another reason.
    private static TimerHint? Read(CacheDocument document)
    {
        try
        {
            return JsonSerializer.Deserialize(document.Utf8Json, InboxJson.Default.StoredHint) is { } hint
                ? new(new(hint.Tenant, hint.User), Fingerprint.Parse(hint.Id), DateTimeOffset.FromUnixTimeMilliseconds(hint.Due), hint.By)
                : null;
        }
        catch (Exception error) when (error is JsonException or FormatException or OverflowException or ArgumentException)
        {
            return null;
        }
    }
}

/// <summary>The record of a hint.</summary>
internal sealed record StoredHint(
    [property: System.Text.Json.Serialization.JsonPropertyName("tenant")] string Tenant,
    [property: System.Text.Json.Serialization.JsonPropertyName("user")] string User,
    [property: System.Text.Json.Serialization.JsonPropertyName("id")] string Id,
    [property: System.Text.Json.Serialization.JsonPropertyName("due")] long Due,
    [property: System.Text.Json.Serialization.JsonPropertyName("by")] string By);
