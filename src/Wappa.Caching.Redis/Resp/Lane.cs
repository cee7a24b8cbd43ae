namespace Wappa.Caching.Redis.Resp;

/// <summary>The way to one database of one node, for as long as the client knows the node: it connects, connects again, and keeps
/// commands while there is no connection or no room on it.</summary>
/// <remarks><c>_gate</c> guards the queue of those that wait and is taken before a wire's gate, never after.</remarks>
#pragma warning disable CA1001 // a source without a timer holds nothing, and a connection attempt may still look at it after Close
internal sealed class Lane : IWireOwner
#pragma warning restore CA1001
{
    private readonly Lock _gate = new();
    private readonly ILaneHost _host;
    private readonly LaneConnection _connection;
    private readonly CancellationTokenSource _closing = new();
    private Queue<PendingCommand> _waiting = new();
    private volatile bool _someWait;
    private volatile Wire? _wire;
    private volatile Exception? _trouble;
    private bool _wasLost; // under the gate
    private readonly List<Wire> _retired = [];
    private bool _connecting;

    /// <param name="host">The client.</param>
    /// <param name="node">Whose lane it is.</param>
    /// <param name="database">Its database.</param>
    internal Lane(ILaneHost host, Node node, int database)
    {
        _host = host;
        Node = node;
        Database = database;
        _connection = new LaneConnection(host, this);
    }

    internal Node Node { get; }

    internal int Database { get; }

    internal bool IsConnected => _wire is not null;

    /// <summary>Commands wait and there is no connection.</summary>
    internal bool IsStuck => _someWait && _wire is null;

    /// <summary>Where it was connected to last.</summary>
    internal RedisNode? Address { get; private set; }

    /// <summary>Where a connection was tried last.</summary>
    internal RedisNode? Tried { get; set; }

    /// <summary>Why the last attempt to connect failed. Null: it did not.</summary>
    internal Exception? Trouble => _trouble;

    internal bool IsClosed => _closing.IsCancellationRequested;

    /// <summary>Sends a waiting command as soon as there is a connection with room.</summary>
    /// <param name="pending">The command.</param>
    /// <param name="isNew">See <see cref="Wire.TryPost"/>.</param>
    internal void Enqueue(PendingCommand pending, bool isNew = false)
    {
        if (!_someWait && _wire is { } wire && wire.TryPost(pending, isNew)) return;
        bool isKept;
        lock (_gate)
        {
            isKept = !IsClosed;
            if (isKept)
            {
                _waiting.Enqueue(pending);
                _someWait = true;
                StartConnecting();
            }
        }

        // Only one of the two: whoever closes the lane meanwhile gives back what it keeps.
        if (isKept) Pump();
        else _host.DispatchLater(pending); // the node is gone; the map will know where to
    }

    /// <summary>Connects although nothing waits yet, and begins to track if that is wanted.</summary>
    internal void Open()
    {
        Wire? untracked = null;
        var tracking = _host.IsMerelySeed(this) ? null : _host.TrackingOf(Database);
        lock (_gate)
        {
            StartConnecting();
            if (tracking is not null && _wire is { IsTracked: false, CanTrack: true } wire)
            {
                wire.IsTracked = true;
                untracked = wire;
            }
        }

        if (untracked is not null) _ = _connection.TrackLiveAsync(untracked, tracking!);
    }

    /// <summary>Has the server stop telling of changes.</summary>
    internal ValueTask StopTrackingAsync() => _wire is { IsTracked: true } wire ? _connection.UntrackAsync(wire) : ValueTask.CompletedTask;

    /// <summary>What is behind the connection takes no writes any more: the node is looked for again. Commands in flight get
    /// their replies from the old connection first.</summary>
    /// <param name="wire">The connection that is meant; null: the present one.</param>
    internal void OnDemoted(Wire? wire)
    {
        lock (_gate)
        {
            if (_wire is not { } live || (wire is not null && wire != live) || IsClosed) return;
            _wire = null;
            _retired.Add(live);
            _host.TrackingOf(Database)?.OnLost(this); // under the gate: it must not overtake the next connection's OnTracked
        }

        Node.OnUnreachable(Address);
        lock (_gate) StartConnecting();
    }

    /// <summary>Ends the lane; its commands go back to the client.</summary>
    internal void Close()
    {
        List<PendingCommand> waiting;
        List<Wire> retired;
        lock (_gate)
        {
            if (IsClosed) return;
            _closing.Cancel();
            waiting = TakeWaiting();
            retired = [.. _retired];
        }

        _wire?.Close(null);
        foreach (var wire in retired) wire.Close(null);
        GiveBack(waiting);
    }

    /// <summary>Sends waiting commands elsewhere, now that the client knows where they belong.</summary>
    internal void RedispatchWaiting()
    {
        List<PendingCommand> waiting;
        lock (_gate) waiting = TakeWaiting();
        GiveBack(waiting);
    }

    /// <summary>Does what is due: deadlines, a PING to a silent server, the end of a connection that stays silent.</summary>
    internal void Tick(long now)
    {
        CheckWaiting(now);
        TickRetired(now);
        if (_wire is not { } wire) return;
        wire.CheckDeadlines(now);
        wire.Reader?.Resume();
        var options = _host.Options;
        var limit = _host.Clock.Ticks(options.SilenceLimit);
        var silence = now - wire.LastHeard;
        if (wire.InFlight > 0)
        {
            if (silence > limit && wire.OldestSentAt + limit < now)
                wire.Close(new TimeoutException($"The server has been silent for {options.SilenceLimit.TotalSeconds:0.###} s."));
        }
        else if (silence > _host.Clock.Ticks(options.HeartbeatInterval)) _ = _connection.PingAsync(wire);
    }

    private void TickRetired(long now)
    {
        if (_retired.Count == 0) return;
        List<Wire> retired;
        lock (_gate)
        {
            _retired.RemoveAll(wire => wire.IsClosed);
            retired = [.. _retired];
        }

        foreach (var wire in retired)
        {
            wire.CheckDeadlines(now);
            wire.Reader?.Resume();
            if (wire.InFlight == 0 || now - wire.LastHeard > _host.Clock.Ticks(_host.Options.SilenceLimit)) wire.Close(null);
        }
    }

    bool IWireOwner.TryTakeBack(Wire wire, PendingCommand pending, ReadOnlySpan<byte> error) =>
        _host.TryTakeBack(this, wire, pending, error);

    void IWireOwner.OnPush(Wire wire, ref RespReader reader) => _host.TrackingOf(Database)?.OnPush(ref reader);

    void IWireOwner.OnRoom(Wire wire)
    {
        if (_someWait) Pump();
    }

    void IWireOwner.OnClosed(Wire wire, IReadOnlyList<PendingCommand> left)
    {
        bool wasLive;
        lock (_gate)
        {
            wasLive = ReferenceEquals(_wire, wire);
            if (wasLive)
            {
                _wire = null;
                _host.TrackingOf(Database)?.OnLost(this); // under the gate: it must not overtake the next connection's OnTracked
            }
        }

        List<PendingCommand> again = [];
        foreach (var pending in left)
        {
            var maybe = wire.MayHaveBeenSent(pending);
            pending.MaybeHappened |= maybe;
            var mayRepeat = (!maybe || pending.Options.Idempotent) && !pending.IsHandshake && !_host.IsClosed;
            if (mayRepeat && pending.TryWaitAgain()) again.Add(pending);
            else if (pending.TryClaimSent())
                pending.Fail(maybe || pending.IsHandshake ? Failures.Lost(wire.Cause) : Failures.Closed(pending.MaybeHappened));
        }

        lock (_gate)
        {
            if (again.Count > 0 && !IsClosed)
            {
                foreach (var pending in _waiting) again.Add(pending);
                _waiting = new Queue<PendingCommand>(again);
                _someWait = true;
                again = [];
            }

            _wasLost |= wasLive;
            if (wasLive && !IsClosed) StartConnecting();
        }

        GiveBack(again);
        if (wasLive && !IsClosed) Log.Lost(_host.Logger, Node.ToString(), Database, wire.Cause?.Message ?? "closed");
    }

    /// <summary>A live connection tells of changes now, unless it has been lost since.</summary>
    internal void OnTracked(Wire wire, Tracking tracking)
    {
        lock (_gate)
        {
            if (ReferenceEquals(_wire, wire)) tracking.OnTracked(this);
        }
    }

    private List<PendingCommand> TakeWaiting()
    {
        List<PendingCommand> waiting = [.. _waiting];
        _waiting.Clear();
        _someWait = false;
        return waiting;
    }

    private void GiveBack(List<PendingCommand> waiting)
    {
        foreach (var pending in waiting)
        {
            if (!_host.IsClosed) _host.Dispatch(pending);
            else if (pending.TryClaimWaiting()) pending.Fail(Failures.Closed(pending.MaybeHappened));
        }
    }

    private void Pump()
    {
        var outer = CompletionQueue.HoldFlushes(); // nothing is sent or read under the gate
        try
        {
            lock (_gate)
            {
                while (_wire is { } wire && _waiting.TryPeek(out var pending) && wire.TryPost(pending)) _waiting.Dequeue();
                _someWait = _waiting.Count > 0;
            }
        }
        finally
        {
            CompletionQueue.ReleaseFlushes(outer);
        }
    }

    private void CheckWaiting(long now)
    {
        if (!_someWait) return;
        lock (_gate)
        {
            for (var left = _waiting.Count; left > 0; left--)
            {
                var pending = _waiting.Dequeue();
                pending.CheckDeadline(now, WhileWaiting);
                if (pending.IsWaiting) _waiting.Enqueue(pending);
            }

            _someWait = _waiting.Count > 0;
        }
    }

    private Exception WhileWaiting(PendingCommand pending)
    {
        if (pending.Refusal is { } refusal) return Failures.Refused(refusal, pending.Options.Timeout, pending.MaybeHappened);
        return _wire is null
            ? Failures.NoConnection(pending.Options.Timeout, _trouble, pending.MaybeHappened)
            : Failures.NoRoom(pending.Options.Timeout, pending.MaybeHappened);
    }

    private void StartConnecting()
    {
        if (_connecting || _wire is not null || IsClosed) return;
        _connecting = true;
        _ = ConnectUntilDoneAsync();
    }

    private async Task ConnectUntilDoneAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // the gate is held by whoever starts it
        var backoff = new Backoff(_host.Options, _host.Time);
        while (!IsClosed)
        {
            try
            {
                var (wire, address, tracking) = await _connection.OpenAsync(_closing.Token).ConfigureAwait(false);
                GoLive(wire, address, tracking);
                if (_host.IsMerelySeed(this)) RedispatchWaiting();
                else Pump();
                return;
            }
#pragma warning disable CA1031 // every failure to connect is told to those who wait, and tried again
            catch (Exception error)
#pragma warning restore CA1031
            {
                if (IsClosed) return;
                OnRefused(error);
            }

            if (!await backoff.WaitAsync(_closing.Token).ConfigureAwait(false)) return;
        }
    }

    private void OnRefused(Exception error)
    {
        var isNew = _trouble?.Message != error.Message;
        _trouble = error;
        Node.OnUnreachable(Tried);
        if (isNew) Log.NotConnected(_host.Logger, Node.ToString(), Database, error.Message);

        // Waiting does not help who has the wrong password.
        if (error is not CacheStoreUnavailableException { InnerException: RedisServerException refusal }) return;
        if (Refusals.PassesByItself(refusal)) return;
        List<PendingCommand> waiting;
        lock (_gate) waiting = TakeWaiting();
        foreach (var pending in waiting)
        {
            if (pending.TryClaimWaiting())
                pending.Fail(new CacheStoreUnavailableException(error.Message, error.InnerException, pending.MaybeHappened));
        }
    }

    private void GoLive(Wire wire, RedisNode address, Tracking? tracking)
    {
        var wasInTrouble = false;
        lock (_gate)
        {
            if (IsClosed || wire.IsClosed)
            {
                wire.Close(null);
                throw new IOException("The connection was closed during the handshake.", wire.Cause);
            }

            _wire = wire;
            Address = address;
            _connecting = false;
            wasInTrouble = _trouble is not null || _wasLost;
            _wasLost = false;
            _trouble = null;
            tracking?.OnTracked(this); // under the gate: the loss of the connection must not overtake it
        }

        if (wasInTrouble) Log.Back(_host.Logger, address.ToString(), Database);
        if (tracking is null) Open(); // tracking may have been asked for during the handshake
    }
}
