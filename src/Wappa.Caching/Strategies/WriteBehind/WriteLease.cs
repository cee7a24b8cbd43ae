using Wappa.Caching.Stores;

namespace Wappa.Caching.WriteBehind;

/// <summary>Which of the nodes that share a journal writes to the database: the one whose lease it is.</summary>
/// <remarks>The lease is a record that expires by the store's clock and is renewed by its revision, so nodes need not agree on the time
/// and none renews what another has taken over. This node trusts it from before it asked until the lease's time later, which is never
/// longer than the store does.</remarks>
internal sealed class WriteLease(
    IDocumentStore store, string tenant, string ns, TimeSpan length, StoreDeadline deadline, TimeProvider time)
{
    private static readonly CacheDocument Content = CacheDocument.Parse("{\"held\":true}");

    private readonly RecordKey _key = RecordKey.State(tenant, "write-behind:" + ns, "lease");
    private long _revision;
    private long _askedAt;

    /// <summary>How often this node has taken it anew. A node that stood still does not see otherwise that another had it
    /// meanwhile.</summary>
    internal int Terms { get; private set; }

    /// <summary>How long it is this node's for certain; zero: it is not.</summary>
    internal TimeSpan Left
    {
        get
        {
            if (_revision == 0) return TimeSpan.Zero;
            var left = length - time.GetElapsedTime(_askedAt);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>Takes the lease, or keeps it for at least so much longer.</summary>
    /// <returns>False: another node has it.</returns>
    internal async ValueTask<bool> TryHoldAsync(TimeSpan atLeast, CancellationToken cancellationToken)
    {
        if (Left >= atLeast) return true;
        var askedAt = time.GetTimestamp();
        if (_revision != 0)
        {
            var renewed = await ApplyAsync(new RecordChange.ReplaceIf(Content, _revision, length), cancellationToken).ConfigureAwait(false);
            if (Take(renewed, askedAt)) return true;
        }

        var created = await ApplyAsync(new RecordChange.CreateIfAbsent(Content, length), cancellationToken).ConfigureAwait(false);
        if (created.Applied) Terms++;
        return Take(created, askedAt);
    }

    /// <summary>Lets it go, so that another node need not wait for its end.</summary>
    internal async ValueTask ReleaseAsync(CancellationToken cancellationToken)
    {
        if (_revision == 0) return;
        var revision = _revision;
        _revision = 0;
        RecordWrite[] letGo = [new(_key, new RecordChange.Require(revision)), new(_key, new RecordChange.Delete())];
        await deadline.WithinAsync((writes, token) => store.CommitAsync(writes, token), letGo, cancellationToken).ConfigureAwait(false);
    }

    private ValueTask<ChangeResult> ApplyAsync(RecordChange change, CancellationToken cancellationToken) =>
        deadline.WithinAsync((change, token) => store.ApplyAsync(_key, change, token), change, cancellationToken);

    private bool Take(in ChangeResult result, long askedAt)
    {
        (_revision, _askedAt) = result.Applied ? (result.Record.Revision, askedAt) : (0, 0);
        return result.Applied;
    }
}
