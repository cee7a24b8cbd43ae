using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Wappa.Caching.WriteBehind;

/// <summary>No journal: the queue is in this process's memory and is lost with it. It gives out sequences and keeps the dead
/// letters.</summary>
internal sealed class MemoryJournal(TimeProvider time) : IWriteBehindJournal
{
    private readonly ConcurrentDictionary<string, DeadRow> _dead = new(StringComparer.Ordinal);

    // Microseconds, so that it goes on above the last one after a restart, as long as fewer than a million are written a second.
    private long _sequence = time.GetUtcNow().UtcTicks / TimeSpan.TicksPerMicrosecond;

    public bool Survives => false;

    public bool IsShared => false;

    public ValueTask<long> PutAsync(JournalRow row, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(Interlocked.Increment(ref _sequence));
    }

    public ValueTask<long?> ReviveAsync(JournalRow dead, CancellationToken cancellationToken) =>
        new(_dead.TryGetValue(dead.Id, out var found) && found.Row.Sequence == dead.Sequence ? Interlocked.Increment(ref _sequence) : null);

    public ValueTask<IReadOnlyList<JournalRow?>> FindManyAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
        new(new JournalRow?[ids.Count]);

    public ValueTask<bool> RemoveAsync(string id, long sequence, CancellationToken cancellationToken) => new(true);

    public async IAsyncEnumerable<JournalRow> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        yield break;
    }

    public ValueTask BuryAsync(DeadRow row, CancellationToken cancellationToken)
    {
        _dead[row.Row.Id] = row;
        return default;
    }

    public async IAsyncEnumerable<DeadRow> ListDeadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        foreach (var row in _dead.Values) yield return row;
    }

    public ValueTask ForgetDeadAsync(string id, CancellationToken cancellationToken)
    {
        _dead.TryRemove(id, out _);
        return default;
    }
}
