using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace Wappa.Caching.Scopes;

/// <summary>
/// <see cref="FailureMode.ReturnDefault"/>: a failing store answers as if there were nothing, after a log line and a count.
/// Cancellation and programming errors pass through, and so do increments, appends and commits, which have no such answer.
/// </summary>
internal sealed partial class ForgivingDocumentStore(IDocumentStore inner, ILogger logger) : IDocumentStore, IContentStore
{
    private static readonly ChangeResult Failed = new(ChangeOutcome.StoreFailed, DocumentRecord.Miss);

    public string Backend => inner.Backend;

    public ValueTask<DocumentRecord> GetAsync(RecordKey key, CancellationToken cancellationToken = default) =>
        OrElse(() => inner.GetAsync(key, cancellationToken), DocumentRecord.Failed, "get");

    public ValueTask<DocumentRecord> GetContentAsync(RecordKey key, CancellationToken cancellationToken = default) =>
        inner is IContentStore content
            ? OrElse(() => content.GetContentAsync(key, cancellationToken), DocumentRecord.Failed, "get")
            : GetAsync(key, cancellationToken);

    public ValueTask<DocumentRecord> GetFieldAsync(
        RecordKey key, string field, CancellationToken cancellationToken = default) =>
        OrElse(() => inner.GetFieldAsync(key, field, cancellationToken), DocumentRecord.Failed, "get field");

    public ValueTask<CacheTtl> GetTtlAsync(RecordKey key, CancellationToken cancellationToken = default) =>
        OrElse(() => inner.GetTtlAsync(key, cancellationToken), static _ => CacheTtl.Missing, "get ttl");

    // The new value of an increment or append is not known when the store failed, and 0 would be a lie.
    public ValueTask<ChangeResult> ApplyAsync(
        RecordKey key, RecordChange change, CancellationToken cancellationToken = default) =>
        change is RecordChange.Increment or RecordChange.Append
            ? inner.ApplyAsync(key, change, cancellationToken)
            : OrElse(() => inner.ApplyAsync(key, change, cancellationToken), static _ => Failed, change.GetType().Name);

    public ValueTask<CommitResult> CommitAsync(
        IReadOnlyList<RecordWrite> writes, CancellationToken cancellationToken = default) =>
        inner.CommitAsync(writes, cancellationToken);

    public ValueTask<IReadOnlyList<DocumentRecord>> GetManyAsync(
        IReadOnlyList<RecordKey> keys, CancellationToken cancellationToken = default) =>
        OrElse(
            () => inner.GetManyAsync(keys, cancellationToken),
            error => [.. Enumerable.Repeat(DocumentRecord.Failed(error), keys.Count)], "get many");

    public ValueTask<IReadOnlyList<ChangeResult>> WriteManyAsync(
        IReadOnlyList<RecordWrite> writes, CancellationToken cancellationToken = default) =>
        OrElse(
            () => inner.WriteManyAsync(writes, cancellationToken), _ => [.. Enumerable.Repeat(Failed, writes.Count)], "write many");

    public ValueTask<long> DeleteAllAsync(RecordSet set, CancellationToken cancellationToken = default) =>
        OrElse(() => inner.DeleteAllAsync(set, cancellationToken), static _ => 0, "delete all");

    public async IAsyncEnumerable<KeyValuePair<RecordKey, DocumentRecord>> ListAsync(
        RecordSet set, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        IAsyncEnumerator<KeyValuePair<RecordKey, DocumentRecord>>? records = null;
        try
        {
            while (await OrElse(MoveNextAsync, static _ => false, "list").ConfigureAwait(false)) yield return records!.Current;
        }
        finally
        {
            if (records is not null) await records.DisposeAsync().ConfigureAwait(false);
        }

        // Asked for inside the try: a store may throw before it has made a listing.
        ValueTask<bool> MoveNextAsync() =>
            (records ??= inner.ListAsync(set, cancellationToken).GetAsyncEnumerator(cancellationToken)).MoveNextAsync();
    }

    private async ValueTask<TResult> OrElse<TResult>(
        Func<ValueTask<TResult>> operation, Func<CacheStoreException, TResult> otherwise, string name)
    {
        try
        {
            return await operation().ConfigureAwait(false);
        }
        catch (CacheStoreException error)
        {
            CachingMeter.CountError(inner.Backend, CachingMeter.Records, error);
            LogFailure(logger, error, inner.Backend, name, error.OutcomeUnknown);
            return otherwise(error);
        }
    }

    [LoggerMessage(1, LogLevel.Error, "The {Backend} store failed ({Operation}); going on without it. Outcome unknown: {OutcomeUnknown}.")]
    private static partial void LogFailure(
        ILogger logger, Exception error, string backend, string operation, bool outcomeUnknown);
}
