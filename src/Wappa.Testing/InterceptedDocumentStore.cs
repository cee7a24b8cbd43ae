using System.Runtime.CompilerServices;

namespace Wappa.Testing;

/// <summary>One call of a store, as its interceptor sees it.</summary>
/// <param name="Operation">The method's name without <c>Async</c>: <c>Get</c>, <c>Apply</c>, <c>Commit</c>, …</param>
/// <param name="IsWrite">Whether it may change something.</param>
public readonly record struct StoreCall(string Operation, bool IsWrite);

/// <summary>A store with something to happen before or after its calls: a competitor's write, a gate to wait at, a
/// failure. Use it to see what an app does when its store misbehaves.</summary>
/// <param name="inner">The store that does the work.</param>
public sealed class InterceptedDocumentStore(IDocumentStore inner) : IDocumentStore, IDocumentStoreLayer
{
    private static readonly Func<StoreCall, ValueTask> Nothing = _ => ValueTask.CompletedTask;

    /// <summary>Runs before each call; what it throws is what the call throws, and the store was not asked. Default:
    /// nothing.</summary>
    public Func<StoreCall, ValueTask> Before { get; set; } = Nothing;

    /// <summary>Runs after each call that succeeded; what it throws is what the call throws, though the store has done
    /// it: a lost reply. Default: nothing.</summary>
    public Func<StoreCall, ValueTask> After { get; set; } = Nothing;

    /// <inheritdoc/>
    public string Backend => inner.Backend;

    /// <inheritdoc/>
    public IDocumentStore Inner => inner;

    /// <inheritdoc/>
    public ValueTask<DocumentRecord> GetAsync(RecordKey key, CancellationToken cancellationToken = default) =>
        RunAsync(new("Get", false), () => inner.GetAsync(key, cancellationToken));

    /// <inheritdoc/>
    public ValueTask<DocumentRecord> GetFieldAsync(
        RecordKey key, string field, CancellationToken cancellationToken = default) =>
        RunAsync(new("GetField", false), () => inner.GetFieldAsync(key, field, cancellationToken));

    /// <inheritdoc/>
    public ValueTask<CacheTtl> GetTtlAsync(RecordKey key, CancellationToken cancellationToken = default) =>
        RunAsync(new("GetTtl", false), () => inner.GetTtlAsync(key, cancellationToken));

    /// <inheritdoc/>
    public ValueTask<ChangeResult> ApplyAsync(
        RecordKey key, RecordChange change, CancellationToken cancellationToken = default) =>
        RunAsync(new("Apply", true), () => inner.ApplyAsync(key, change, cancellationToken));

    /// <inheritdoc/>
    public ValueTask<CommitResult> CommitAsync(
        IReadOnlyList<RecordWrite> writes, CancellationToken cancellationToken = default) =>
        RunAsync(new("Commit", true), () => inner.CommitAsync(writes, cancellationToken));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<DocumentRecord>> GetManyAsync(
        IReadOnlyList<RecordKey> keys, CancellationToken cancellationToken = default) =>
        RunAsync(new("GetMany", false), () => inner.GetManyAsync(keys, cancellationToken));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ChangeResult>> WriteManyAsync(
        IReadOnlyList<RecordWrite> writes, CancellationToken cancellationToken = default) =>
        RunAsync(new("WriteMany", true), () => inner.WriteManyAsync(writes, cancellationToken));

    /// <inheritdoc/>
    public ValueTask<long> DeleteAllAsync(RecordSet set, CancellationToken cancellationToken = default) =>
        RunAsync(new("DeleteAll", true), () => inner.DeleteAllAsync(set, cancellationToken));

    /// <inheritdoc/>
    /// <remarks><see cref="Before"/> and <see cref="After"/> run around each step.</remarks>
    public async IAsyncEnumerable<KeyValuePair<RecordKey, DocumentRecord>> ListAsync(
        RecordSet set, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var records = inner.ListAsync(set, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using var closing = records.ConfigureAwait(false);
        while (await RunAsync(new("List", false), records.MoveNextAsync).ConfigureAwait(false))
            yield return records.Current;
    }

    private async ValueTask<TResult> RunAsync<TResult>(StoreCall call, Func<ValueTask<TResult>> operation)
    {
        await Before(call).ConfigureAwait(false);
        var result = await operation().ConfigureAwait(false);
        await After(call).ConfigureAwait(false);
        return result;
    }
}
