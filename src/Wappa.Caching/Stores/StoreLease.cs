using System.Text;
using Wappa.Caching.Stores;

namespace Wappa.Caching;

/// <summary>Something that one process at a time has, of all that share a store: the right to work a queue, a partition, a job.</summary>
/// <remarks>
/// <para>The lease is a record that expires by the store's clock and is renewed by its revision, so processes need not agree on the time
/// and none renews what another has taken over. This process trusts it from before it asked until the lease's time later, which is never
/// longer than the store does.</para>
/// <para>A lease saves work; it makes nothing true. A process that was frozen does not know that its lease is over, so what must happen
/// once needs a fence of its own: a revision that is required at the commit.</para>
/// <para>Calls of one lease are made one after the other, and so is reading what is left.</para>
/// </remarks>
public sealed class StoreLease
{
    private readonly IDocumentStore _store;
    private readonly RecordKey _key;
    private readonly TimeSpan _length;
    private readonly StoreDeadline _deadline;
    private readonly TimeProvider _time;
    private readonly CacheDocument _content;
    private long _revision;
    private long _askedAt;

    /// <summary>A lease that is nobody's yet.</summary>
    /// <param name="store">The store that the processes share.</param>
    /// <param name="key">The record that stands for the lease; a state or user record, kept for it.</param>
    /// <param name="length">How long it is held without being renewed, above zero. After the holder's end another waits so long.</param>
    /// <param name="time">The clock by which this process counts how long it may trust the lease. Default: the system's.</param>
    public StoreLease(IDocumentStore store, RecordKey key, TimeSpan length, TimeProvider? time = null)
        : this(store, key, length, new("store of a lease", null, "", time ?? TimeProvider.System), time ?? TimeProvider.System)
    {
    }

    internal StoreLease(IDocumentStore store, RecordKey key, TimeSpan length, StoreDeadline deadline, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(length, TimeSpan.Zero);
        (_store, _key, _length, _deadline, _time) = (store, key, length, deadline, time);
        _content = CacheDocument.Parse(Encoding.ASCII.GetBytes($$"""{"holder":"{{Guid.NewGuid():N}}"}"""));
    }

    /// <summary>How often this process has taken it anew. A process that stood still does not see otherwise that another had it
    /// meanwhile.</summary>
    public int Terms { get; private set; }

    /// <summary>How long it is this process's for certain; zero: it is not.</summary>
    public TimeSpan Left
    {
        get
        {
            if (_revision == 0) return TimeSpan.Zero;
            var left = _length - _time.GetElapsedTime(_askedAt);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>Takes the lease, or keeps it for at least so much longer.</summary>
    /// <param name="atLeast">If so much is left already, nothing is asked. The whole length: it is renewed in any case.</param>
    /// <param name="cancellationToken">Stops the wait. The lease may then have been taken or renewed all the same.</param>
    /// <returns>False: another process has it.</returns>
    /// <exception cref="CacheStoreException">The store failed; what is left of the lease stays.</exception>
    public async ValueTask<bool> TryHoldAsync(TimeSpan atLeast, CancellationToken cancellationToken = default)
    {
        if (Left >= atLeast) return true;
        var askedAt = _time.GetTimestamp();
        if (_revision != 0)
        {
            var renewed = await RenewAsync(_revision, cancellationToken).ConfigureAwait(false);
            if (Take(renewed, askedAt)) return true;
        }

        var created = await ApplyAsync(new RecordChange.CreateIfAbsent(_content, _length), cancellationToken).ConfigureAwait(false);
        // Our own, from a call whose answer was lost: it counts as taken anew.
        if (IsOurs(created)) created = await RenewAsync(created.Record.Revision, cancellationToken).ConfigureAwait(false);
        if (created.Applied) Terms++;
        return Take(created, askedAt);
    }

    /// <summary>Lets it go, so that another process need not wait for its end. One that is not this process's is left alone.</summary>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="CacheStoreException">The store failed; the lease ends with its time.</exception>
    public async ValueTask ReleaseAsync(CancellationToken cancellationToken = default)
    {
        if (_revision == 0) return;
        var revision = _revision;
        _revision = 0;
        RecordWrite[] letGo = [new(_key, new RecordChange.Require(revision)), new(_key, new RecordChange.Delete())];
        await _deadline.WithinAsync((writes, token) => _store.CommitAsync(writes, token), letGo, cancellationToken).ConfigureAwait(false);
    }

    // Refused by a revision that is our own, too: the answer to the last renewal was lost.
    private async ValueTask<ChangeResult> RenewAsync(long revision, CancellationToken cancellationToken)
    {
        var renewed = await ApplyAsync(new RecordChange.ReplaceIf(_content, revision, _length), cancellationToken).ConfigureAwait(false);
        if (!IsOurs(renewed)) return renewed;
        var change = new RecordChange.ReplaceIf(_content, renewed.Record.Revision, _length);
        return await ApplyAsync(change, cancellationToken).ConfigureAwait(false);
    }

    private bool IsOurs(in ChangeResult refused) =>
        !refused.Applied && refused.Record.IsHit && refused.Record.Document.Equals(_content);

    private ValueTask<ChangeResult> ApplyAsync(RecordChange change, CancellationToken cancellationToken) =>
        _deadline.WithinAsync((change, token) => _store.ApplyAsync(_key, change, token), change, cancellationToken);

    private bool Take(in ChangeResult result, long askedAt)
    {
        (_revision, _askedAt) = result.Applied ? (result.Record.Revision, askedAt) : (0, 0);
        return result.Applied;
    }
}
