using Microsoft.Extensions.Logging;
using Wappa.Caching;

namespace Wappa.Inbox;

/// <summary>
/// The partitions of a shared store that are this instance's: it takes its share by leases, renews them, gives up what is above
/// the share when an instance comes, and hands all over at the end.
/// </summary>
/// <remarks>One loop does all that, so leases and the table of tenures have one writer. Readers look a tenure up without a lock: one that
/// has just ended says so itself.</remarks>
internal sealed class PartitionOwner : IDisposable
{
    private static readonly TimeSpan PollPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ClosingPause = TimeSpan.FromMilliseconds(50);

    private readonly WebhookInbox _inbox;
    private readonly PipelineServices _services;
    private readonly PartitionReader _reader;
    private readonly PartitionSignals _signals;
    private readonly InstanceRoll _roll;
    private readonly Doorbell _bell;
    private readonly TimeSpan _length;
    private readonly StoreLease[] _leases;
    private readonly Tenure?[] _tenures;
    private readonly long[] _leftAt;
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;
    private Task _listening = Task.CompletedTask;
    private long _tickedAt;
    private bool _isTickWanted = true;
    private bool _isKnown; // to the others
    private bool _isAway; // the store
    private bool _isDisposed;
    private volatile bool _isClosing;

    internal PartitionOwner(WebhookInbox inbox, PipelineServices services, IStoreSignals signals, BatchLog batches)
    {
        (_inbox, _services) = (inbox, services);
        _length = services.Inbox.LeaseTime;
        _bell = new(services.Time);
        _roll = new(services.Store, _length);
        _reader = new(inbox, services, batches, signals.ListedAtOnce);
        _tenures = new Tenure?[services.Inbox.Partitions];
        _leftAt = new long[_tenures.Length];
        _leases = [.. Enumerable.Range(0, _tenures.Length)
            .Select(partition => new StoreLease(services.Store, InboxKeys.Lease(partition), _length, services.Time))];
        _signals = new(signals, _roll.Id, services, _stop.Token)
        {
            Touched = PullIfHeld,
            MembersChanged = WantTick,
            Missed = OnMissed,
        };
    }

    /// <summary>How many partitions are this instance's now.</summary>
    internal int Held => _tenures.Count(tenure => tenure is not null);

    /// <summary>Batches in the store that this instance would read if it had room.</summary>
    internal int Unread => _tenures.Sum(tenure => tenure?.Unread ?? 0);

    /// <summary>How many items of one partition may be in memory.</summary>
    internal int RoomForEach => Math.Max(1, _services.Inbox.Capacity / Math.Max(1, Held));

    /// <summary>The tenure an item belongs to; null: its partition is another instance's.</summary>
    internal Tenure? TenureOf(Webhook item) => Volatile.Read(ref _tenures[PartitionHash.Of(item, _tenures.Length)]);

    /// <summary>Whether a user's items are this instance's to run.</summary>
    internal bool Holds(string tenant, string user) =>
        Volatile.Read(ref _tenures[PartitionHash.Of(tenant, user, _tenures.Length)]) is { IsHeld: true };

    /// <summary>Agrees with the other instances on the number of partitions and begins to take a share of them.</summary>
    /// <exception cref="PartitionCountException">They disagree.</exception>
    /// <exception cref="CacheStoreException">The store failed; ask again.</exception>
    internal async ValueTask StartAsync(CancellationToken cancellationToken)
    {
        await PartitionCount.AgreeAsync(_services.Store, _tenures.Length, cancellationToken).ConfigureAwait(false);
        _running = RunAsync();
        _listening = _signals.ListenAsync();
    }

    /// <summary>Something was stored: its owners look for it now.</summary>
    internal void Announce(IReadOnlyCollection<int> partitions)
    {
        List<int>? others = null;
        foreach (var partition in partitions)
        {
            if (Volatile.Read(ref _tenures[partition]) is { IsHeld: true } tenure) Pull(tenure);
            else (others ??= []).Add(partition);
        }

        if (others is not null) _signals.Tell(others);
    }

    /// <summary>There is room again for what a partition has left in the store.</summary>
    internal void Pull(Tenure tenure)
    {
        if (!_isClosing) _reader.Pull(tenure);
    }

    /// <summary>A tenure that is left has nothing in memory any more.</summary>
    internal void OnEmpty() => _bell.Ring();

    /// <summary>Looks for the last time, then hands over each partition as soon as nothing of it is left in memory.</summary>
    internal async Task CloseAsync(CancellationToken cancellationToken)
    {
        var last = Present().ToArray();
        foreach (var tenure in last) _reader.Pull(tenure);
        _isClosing = true;
        WantTick();
        await Task.WhenAll(last.Select(tenure => tenure.Pulling)).WaitAsync(cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Gives back what is left. Never throws: a lease that cannot be given back ends by itself.</summary>
    internal async Task StopAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_running, _listening).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1), _services.Time);
        try
        {
            await Task.WhenAll(Present().ToArray().Select(tenure => ReleaseAsync(tenure, limit.Token))).ConfigureAwait(false);
            if (_isKnown) await SignOffAsync(limit.Token).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Whatever the store throws, others take over when the leases end.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }

    /// <summary>Ends everything and gives nothing back, as the process' end would.</summary>
    public void Dispose()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        _stop.Cancel();
        _stop.Dispose();
    }

    /// <summary>The tenures there are.</summary>
    internal IEnumerable<Tenure> Present() => _tenures.OfType<Tenure>();

    private void WantTick()
    {
        Volatile.Write(ref _isTickWanted, true);
        _bell.Ring();
    }

    private void PullIfHeld(int partition)
    {
        if ((uint)partition < (uint)_tenures.Length && Volatile.Read(ref _tenures[partition]) is { } tenure) Pull(tenure);
    }

    private void OnMissed()
    {
        foreach (var tenure in Present()) Pull(tenure);
        WantTick();
    }

    private async Task RunAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await StepAsync().ConfigureAwait(false);
                _isAway = false;
            }
#pragma warning disable CA1031 // Whatever the store throws: leases that cannot be renewed end by themselves, and are taken again.
            catch (Exception error)
#pragma warning restore CA1031
            {
                if (!_isAway && !_stop.IsCancellationRequested) Log.PartitionsUnattended(_services.Logger, error.GetType().Name);
                _isAway = true;
                EndOverdue();
            }

            await _bell.WaitAsync(_isClosing ? ClosingPause : PollPause, _stop.Token).ConfigureAwait(false);
        }
    }

    private async Task StepAsync()
    {
        using var limit = new CancellationTokenSource(_length, _services.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _stop.Token);
        if (_isTickWanted || _services.Time.GetElapsedTime(_tickedAt) >= _length / 3)
        {
            Volatile.Write(ref _isTickWanted, false);
            _tickedAt = _services.Time.GetTimestamp();
            await RenewAsync(either.Token).ConfigureAwait(false);
            if (!_isClosing) await ShareAsync(either.Token).ConfigureAwait(false);
            else if (_isKnown) await SignOffAsync(either.Token).ConfigureAwait(false);
        }

        await HandOverAsync(either.Token).ConfigureAwait(false);
        foreach (var tenure in Present()) Pull(tenure); // a signal may have been lost
    }

    private async Task RenewAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(Present().ToArray().Select(tenure => RenewAsync(tenure, cancellationToken))).ConfigureAwait(false);
    }

    private async Task RenewAsync(Tenure tenure, CancellationToken cancellationToken)
    {
        var lease = _leases[tenure.Partition];
        var terms = lease.Terms;
        var askedAt = _services.Time.GetTimestamp();
        var isHeld = await lease.TryHoldAsync(_length, cancellationToken).ConfigureAwait(false);
        if (isHeld && lease.Terms == terms && tenure.TryHoldUntil(EndOf(askedAt))) return;

        // Taken anew is not kept: somebody else may have had it in between.
        End(tenure);
        Log.PartitionLost(_services.Logger, tenure.Partition);
        if (isHeld) Begin(tenure.Partition, askedAt);
    }

    private async Task ShareAsync(CancellationToken cancellationToken)
    {
        var instances = await _roll.CallAsync(cancellationToken).ConfigureAwait(false);
        if (!_isKnown)
        {
            _isKnown = true;
            _signals.TellMembers();
        }

        var share = ((_tenures.Length - 1) / instances) + 1;
        var staying = Present().Where(tenure => !tenure.IsLeaving).ToArray();
        if (staying.Length < share) await TakeAsync(share - staying.Length, cancellationToken).ConfigureAwait(false);
        else
        {
            // Those with the least to do change hands quickest.
            foreach (var tenure in staying.OrderBy(tenure => tenure.Pending).Take(staying.Length - share)) Leave(tenure);
        }
    }

    // Before the partitions are handed over, so that the shares of the others make room for them.
    private async Task SignOffAsync(CancellationToken cancellationToken)
    {
        await _roll.SignOffAsync(cancellationToken).ConfigureAwait(false);
        _isKnown = false;
        _signals.TellMembers();
    }

    private async Task TakeAsync(int count, CancellationToken cancellationToken)
    {
        var foreign = Enumerable.Range(0, _tenures.Length).Where(partition => _tenures[partition] is null).ToArray();
        if (foreign.Length == 0) return;
        var leases = await _services.Store.GetManyAsync([.. foreign.Select(InboxKeys.Lease)], cancellationToken).ConfigureAwait(false);
        var free = foreign.Where((_, i) => !leases[i].IsHit).ToArray();
        Random.Shared.Shuffle(free); // instances that come together do not all try the same
        var before = Held;
        await Task.WhenAll(free.Take(count).Select(partition => TakeOneAsync(partition, cancellationToken))).ConfigureAwait(false);
        if (Held > before) Log.PartitionsTaken(_services.Logger, Held - before, Held, _tenures.Length);
    }

    private async Task TakeOneAsync(int partition, CancellationToken cancellationToken)
    {
        var askedAt = _services.Time.GetTimestamp();
        if (await _leases[partition].TryHoldAsync(_length, cancellationToken).ConfigureAwait(false)) Begin(partition, askedAt);
    }

    private async Task HandOverAsync(CancellationToken cancellationToken)
    {
        var released = false;
        foreach (var tenure in Present().ToArray())
        {
            if (!IsReady(tenure)) continue;
            await ReleaseAsync(tenure, cancellationToken).ConfigureAwait(false);
            released = true;
        }

        if (released) _signals.TellMembers();
    }

    // A handler that does not return must not keep a partition for ever: what it does is fenced.
    private bool IsReady(Tenure tenure)
    {
        if (_isClosing) return tenure.Pulling.IsCompleted && _inbox.TryLeave(tenure);
        return tenure.IsLeaving && (_inbox.TryLeave(tenure) ||
            _services.Time.GetElapsedTime(_leftAt[tenure.Partition]) > _services.Inbox.DrainTimeout);
    }

    private async Task ReleaseAsync(Tenure tenure, CancellationToken cancellationToken)
    {
        End(tenure);
        await _leases[tenure.Partition].ReleaseAsync(cancellationToken).ConfigureAwait(false);
    }

    private void Leave(Tenure tenure)
    {
        _leftAt[tenure.Partition] = _services.Time.GetTimestamp();
        _inbox.Dismiss(tenure, isOver: false);
    }

    private void EndOverdue()
    {
        foreach (var tenure in Present().Where(tenure => !tenure.IsHeld).ToArray()) End(tenure);
    }

    private void Begin(int partition, long askedAt)
    {
        var tenure = new Tenure(partition, _services.Time, _inbox.Draining);
        tenure.TryHoldUntil(EndOf(askedAt));
        Volatile.Write(ref _tenures[partition], tenure);
        Pull(tenure);
    }

    private void End(Tenure tenure)
    {
        Volatile.Write(ref _tenures[tenure.Partition], null);
        _inbox.Dismiss(tenure, isOver: true);
    }

    private long EndOf(long askedAt) =>
        askedAt + (long)(_length.TotalSeconds * _services.Time.TimestampFrequency);
}
