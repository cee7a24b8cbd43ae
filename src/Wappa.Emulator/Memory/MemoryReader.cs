using Wappa.Caching;

namespace Wappa.Emulator;

/// <summary>Reads what a customer and a tenant left in the app's store, as it is and as it was.</summary>
internal sealed class MemoryReader(IDocumentStore store, MemoryHistory history, TimeProvider time)
{
    internal const int MaxRows = 200;
    private const long MaxBytes = 4 << 20;

    /// <summary>The states and user records of a user.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="user">The user, as the caches name them.</param>
    /// <param name="withReserved">Whether the pipeline's own records are among them.</param>
    /// <param name="cancellationToken">Stops it.</param>
    internal async ValueTask<IReadOnlyList<RecordView>> UserAsync(
        string tenant, string user, bool withReserved, CancellationToken cancellationToken) =>
        (await ListAsync(RecordSet.OfUser(tenant, user), withReserved, cancellationToken).ConfigureAwait(false)).Records;

    /// <summary>The first rows of a table, and the record of the table itself.</summary>
    internal async ValueTask<TableView> TableAsync(string tenant, string table, CancellationToken cancellationToken)
    {
        var whole = RecordKey.Table(tenant, TableKey.Table(table));
        var level = await FindAsync(whole, cancellationToken).ConfigureAwait(false);
        var (rows, more) = await ListAsync(RecordSet.Rows(tenant, table), withReserved: true, cancellationToken).ConfigureAwait(false);
        return new(table, level is null ? rows : [level, .. rows], more);
    }

    /// <returns>Null: there is none.</returns>
    internal async ValueTask<RecordView?> FindAsync(RecordKey key, CancellationToken cancellationToken)
    {
        var version = RecordVersion.Of(await store.GetAsync(key, cancellationToken).ConfigureAwait(false), time.GetUtcNow());
        return version.Document is null ? null : View(key, version);
    }

    /// <summary>The states and user records of a turn's user, as they stood after it.</summary>
    internal async ValueTask<IReadOnlyList<KeyValuePair<RecordKey, RecordVersion>>> AsOfAsync(
        TurnMark turn, CancellationToken cancellationToken)
    {
        var set = RecordSet.OfUser(turn.Tenant, turn.User);
        var versions = new Dictionary<RecordKey, RecordVersion>();
        await foreach (var (key, record) in store.ListAsync(set, cancellationToken).ConfigureAwait(false))
        {
            if (!WatchedDocumentStore.IsReserved(key)) versions[key] = RecordVersion.Of(record, time.GetUtcNow());
        }

        foreach (var key in history.KeysOf(set).Concat(versions.Keys).ToHashSet())
        {
            if (history.AsOf(key, turn) is { } then) versions[key] = then;
        }

        return [.. versions.Where(static pair => pair.Value.Document is not null).OrderBy(static pair => pair.Key.Kind)
            .ThenBy(static pair => pair.Key.Name, StringComparer.Ordinal)];
    }

    /// <summary>The view of a version that was; who wrote it is told up to the turn.</summary>
    internal RecordView View(RecordKey key, in RecordVersion version, TurnMark? turn = null)
    {
        var changes = history.ChangesOf(key);
        return MemoryViews.Record(key, version, turn is null ? changes : [.. changes.Where(change => change.Seq <= turn.Seq)]);
    }

    private async ValueTask<(IReadOnlyList<RecordView> Records, bool More)> ListAsync(
        RecordSet set, bool withReserved, CancellationToken cancellationToken)
    {
        var found = new List<RecordView>();
        var bytes = 0L;
        var now = time.GetUtcNow();
        await foreach (var (key, record) in store.ListAsync(set, cancellationToken).ConfigureAwait(false))
        {
            var version = RecordVersion.Of(record, now);
            if (version.Document is null || (!withReserved && WatchedDocumentStore.IsReserved(key))) continue;
            if (found.Count >= MaxRows || bytes > MaxBytes) return (Sorted(found), true);
            bytes += version.Document.ByteCount;
            found.Add(View(key, version));
        }

        return (Sorted(found), false);
    }

    private static IReadOnlyList<RecordView> Sorted(IEnumerable<RecordView> records) =>
        [.. records.OrderBy(static record => record.Kind).ThenBy(static record => record.Name, StringComparer.Ordinal)];
}

/// <summary>The rows of a table as they are told.</summary>
/// <param name="Name">The table.</param>
/// <param name="Rows">The record of the table itself (its name is empty) first, then the rows by their ids.</param>
/// <param name="More">Whether there are more than are told.</param>
internal sealed record TableView(string Name, IReadOnlyList<RecordView> Rows, bool More);
