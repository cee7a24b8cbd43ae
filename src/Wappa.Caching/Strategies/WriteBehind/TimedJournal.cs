using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Wappa.Caching.Stores;

namespace Wappa.Caching.WriteBehind;

/// <summary>A journal that answers in time or counts as failed, so that one which hangs holds up neither writers nor the pump.</summary>
/// <remarks>A value that was given up may still land in the journal. No other of its key is put there before that is known: two of one
/// key on their way at once could land in either order, and the older would be the row that stays. What lands late is told to
/// <paramref name="landed"/> before the key's next value sets out.</remarks>
/// <param name="inner">The journal.</param>
/// <param name="writes">How long a change or a piece of a listing may take.</param>
/// <param name="reads">How long a reader's question may take.</param>
/// <param name="landed">Is given a row whose writer was told that it took too long.</param>
internal sealed class TimedJournal(
    IWriteBehindJournal inner, StoreDeadline writes, StoreDeadline reads, Func<JournalRow, Task> landed) : IWriteBehindJournal
{
    private readonly ConcurrentDictionary<string, Task> _late = new(StringComparer.Ordinal);

    public bool Survives => inner.Survives;

    public bool IsShared => inner.IsShared;

    public ValueTask<long> PutAsync(JournalRow row, CancellationToken cancellationToken) =>
        _late.TryGetValue(row.Id, out var late) ? PutAfterAsync(late, row, cancellationToken) : PutNowAsync(row, cancellationToken);

    public async ValueTask<long?> ReviveAsync(JournalRow dead, CancellationToken cancellationToken)
    {
        if (_late.TryGetValue(dead.Id, out var late)) await LateAsync(late, cancellationToken).ConfigureAwait(false);
        return await writes.WithinAsync(inner.ReviveAsync, dead, cancellationToken).ConfigureAwait(false);
    }

    public ValueTask<IReadOnlyList<JournalRow?>> FindManyAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
        reads.WithinAsync(inner.FindManyAsync, ids, cancellationToken);

    public ValueTask<bool> RemoveAsync(string id, long sequence, CancellationToken cancellationToken) =>
        writes.WithinAsync((row, token) => inner.RemoveAsync(row.id, row.sequence, token), (id, sequence), cancellationToken);

    public IAsyncEnumerable<JournalRow> ListAsync(CancellationToken cancellationToken) => PiecesAsync(inner.ListAsync, cancellationToken);

    public ValueTask BuryAsync(DeadRow row, CancellationToken cancellationToken) =>
        writes.WithinAsync(inner.BuryAsync, row, cancellationToken);

    public IAsyncEnumerable<DeadRow> ListDeadAsync(CancellationToken cancellationToken) =>
        PiecesAsync(inner.ListDeadAsync, cancellationToken);

    public ValueTask ForgetDeadAsync(string id, CancellationToken cancellationToken) =>
        writes.WithinAsync(inner.ForgetDeadAsync, id, cancellationToken);

    private ValueTask<long> PutNowAsync(JournalRow row, CancellationToken cancellationToken) =>
        writes.WithinAsync(inner.PutAsync, row, cancellationToken, abandoned: put => Follow(row, put));

    private async ValueTask<long> PutAfterAsync(Task late, JournalRow row, CancellationToken cancellationToken)
    {
        await LateAsync(late, cancellationToken).ConfigureAwait(false);
        return await PutAsync(row, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask LateAsync(Task late, CancellationToken cancellationToken)
    {
        try
        {
            await writes.WithinAsync(static (late, _) => new ValueTask(late), late, cancellationToken).ConfigureAwait(false);
        }
        catch (CacheStoreTimeoutException error) // nothing else, as what is waited for never fails
        {
            throw new CacheStoreTimeoutException(
                "The journal of a write-behind queue has not answered an earlier write of the same key, so this one was not begun.",
                error, outcomeUnknown: false);
        }
    }

    // Taken out by its own hand as the last thing it does: whoever waits for it and looks again finds either nothing or a later one.
    private void Follow(JournalRow row, Task<long> put)
    {
        var known = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _late[row.Id] = known.Task;
        _ = LandAsync();

        async Task LandAsync()
        {
            await ((Task)put).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                if (put.IsCompletedSuccessfully)
                    await landed(row with { Sequence = await put.ConfigureAwait(false) }).ConfigureAwait(false);
            }
            finally
            {
                _late.TryRemove(KeyValuePair.Create<string, Task>(row.Id, known.Task));
                known.SetResult();
            }
        }
    }

    private async IAsyncEnumerable<TRow> PiecesAsync<TRow>(
        Func<CancellationToken, IAsyncEnumerable<TRow>> list, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var rows = list(stop.Token).GetAsyncEnumerator(stop.Token);
        Task? abandoned = null;
        try
        {
            while (await NextAsync().ConfigureAwait(false)) yield return rows.Current;
        }
        finally
        {
            if (abandoned is null) await rows.DisposeAsync().ConfigureAwait(false);
            else await EndAsync(rows, abandoned, stop).ConfigureAwait(false);
        }

        ValueTask<bool> NextAsync() => writes.WithinAsync(
            static (rows, _) => rows.MoveNextAsync(), rows, cancellationToken, abandoned: late => abandoned = late);
    }

    // An enumerator must not be disposed of while it is at work. It is told to stop and left to itself.
    private static async ValueTask EndAsync<TRow>(IAsyncEnumerator<TRow> rows, Task working, CancellationTokenSource stop)
    {
        await stop.CancelAsync().ConfigureAwait(false);
        _ = DisposeLaterAsync();

        async Task DisposeLaterAsync()
        {
            await working.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await rows.DisposeAsync().AsTask().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
