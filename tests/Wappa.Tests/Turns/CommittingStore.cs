using System.Runtime.CompilerServices;
using Wappa.Caching;
using Wappa.Turns;

namespace Wappa.Tests.Turns;

/// <summary>A store whose every operation is a turn of its own that commits at once. If the unit of work is right, nobody can tell
/// it from the store below.</summary>
internal sealed class CommittingStore(IDocumentStore inner, int maxRecordBytes, TimeProvider time)
    : IDocumentStore, IDisposable, IAsyncDisposable
{
    private const long Provisional = 1L << 62;

    public string Backend => inner.Backend;

    /// <summary>Whether commits go to the store as they are: a turn leaves out of its commit what a later change made up for, so a
    /// store's revisions of the steps in between do not exist.</summary>
    internal bool CommitsAsIs { get; init; }

    public ValueTask<DocumentRecord> GetAsync(RecordKey key, CancellationToken cancellationToken = default) =>
        TurnOf(key).GetAsync(key, cancellationToken);

    public ValueTask<DocumentRecord> GetFieldAsync(RecordKey key, string field, CancellationToken cancellationToken = default) =>
        TurnOf(key).GetFieldAsync(key, field, cancellationToken);

    public ValueTask<CacheTtl> GetTtlAsync(RecordKey key, CancellationToken cancellationToken = default) =>
        TurnOf(key).GetTtlAsync(key, cancellationToken);

    public async ValueTask<ChangeResult> ApplyAsync(
        RecordKey key, RecordChange change, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var turn = TurnOf(key);
            var result = await turn.ApplyAsync(key, change, cancellationToken);
            if (await EndAsync(turn, cancellationToken) is not { } commit) return result;
            // What the turn said is provisional when somebody else was between; what the store says counts.
            if (commit.Committed) return result.Applied ? commit.Results[^1] : result;
        }
    }

    public async ValueTask<CommitResult> CommitAsync(
        IReadOnlyList<RecordWrite> writes, CancellationToken cancellationToken = default)
    {
        if (CommitsAsIs || writes is not { Count: > 0 }) return await inner.CommitAsync(writes!, cancellationToken);
        while (true)
        {
            var turn = TurnOf(writes[0].Key);
            var result = await turn.CommitAsync(writes, cancellationToken);
            // Observed through and through, so that every provisional answer is the final one.
            foreach (var key in writes.Select(write => write.Key).Distinct())
                await turn.ApplyAsync(key, new RecordChange.Require(0), cancellationToken);
            var own = turn.End();
            var commit = await inner.CommitAsync(own, cancellationToken);
            if (!commit.Committed) continue;
            return result.Committed ? result with { Results = [.. result.Results.Select(Stored)] } : result;

            ChangeResult Stored(ChangeResult change, int i)
            {
                var last = own.FindLastIndex(write => write.Key == writes[i].Key);
                return change.Record.Revision < Provisional ? change : change with
                {
                    Record = DocumentRecord.Hit(
                        change.Record.Document!, commit.Results[last].Record.Revision, change.Record.Ttl.Remaining),
                };
            }
        }
    }

    public async ValueTask<IReadOnlyList<DocumentRecord>> GetManyAsync(
        IReadOnlyList<RecordKey> keys, CancellationToken cancellationToken = default) =>
        await TurnOf(keys is { Count: > 0 } ? keys[0] : default).GetManyAsync(keys, cancellationToken);

    public async ValueTask<IReadOnlyList<ChangeResult>> WriteManyAsync(
        IReadOnlyList<RecordWrite> writes, CancellationToken cancellationToken = default)
    {
        var turn = TurnOf(writes is { Count: > 0 } ? writes[0].Key : default);
        var results = await turn.WriteManyAsync(writes, cancellationToken);
        await EndAsync(turn, cancellationToken);
        return results;
    }

    public async IAsyncEnumerable<KeyValuePair<RecordKey, DocumentRecord>> ListAsync(
        RecordSet set, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var pair in TurnOf(set).ListAsync(set, cancellationToken)) yield return pair;
    }

    public async ValueTask<long> DeleteAllAsync(RecordSet set, CancellationToken cancellationToken = default)
    {
        var turn = TurnOf(set);
        var deleted = await turn.DeleteAllAsync(set, cancellationToken);
        await EndAsync(turn, cancellationToken);
        return deleted;
    }

    public void Dispose() => (inner as IDisposable)?.Dispose();

    public async ValueTask DisposeAsync()
    {
        if (inner is IAsyncDisposable disposable) await disposable.DisposeAsync();
        else Dispose();
    }

    private TurnStore TurnOf(RecordKey key) => new(inner, key.Tenant ?? "none", key.Owner, maxRecordBytes, time);

    private TurnStore TurnOf(RecordSet set) => new(inner, set.Tenant, set.Owner, maxRecordBytes, time);

    private async ValueTask<CommitResult?> EndAsync(TurnStore turn, CancellationToken cancellationToken)
    {
        var writes = turn.End();
        return writes.Count == 0 ? null : await inner.CommitAsync(writes, cancellationToken);
    }
}
