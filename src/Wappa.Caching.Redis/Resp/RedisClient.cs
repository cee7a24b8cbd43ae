using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Wappa.Caching.Redis.Resp;

/// <summary>The client: sends each command to the lane it belongs to, and looks after what the server refuses to run.</summary>
internal sealed class RedisClient : IRedisClient, ILaneHost
{
    private static readonly TimeSpan LongestTick = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan ShortestTick = TimeSpan.FromMilliseconds(10);

    private readonly INodeFinder _finder;
    private readonly Node _home;
    private readonly Refusals _refusals;
    private readonly ITimer _timer;
    private readonly ConcurrentDictionary<int, Tracking> _tracking = new();
    private volatile ClusterMap? _cluster;
    private volatile ServerFacts? _facts;
    private volatile bool _closed;

    /// <param name="options">Where and how.</param>
    /// <param name="time">For deadlines, pauses and heartbeats.</param>
    /// <param name="logger">For connections made and lost.</param>
    internal RedisClient(RedisClientOptions options, TimeProvider time, ILogger logger)
    {
        Options = options;
        Time = time;
        Logger = logger;
        var tick = new[] { LongestTick, options.CommandTimeout / 8, options.SilenceLimit / 8, options.HeartbeatInterval / 2 }.Min();
        if (tick < ShortestTick) tick = ShortestTick;
        Clock = new CoarseClock(time, tick);
        _refusals = new Refusals(this);
        _finder = options.SentinelService is null ? new FixedAddresses(options.Nodes) : new SentinelFinder(this);
        _home = new Node(this, _finder, options.SentinelService ?? options.ToString());
        _timer = time.CreateTimer(static client => ((RedisClient)client!).Tick(), this, tick, tick);
    }

    public RedisClientOptions Options { get; }

    public TimeProvider Time { get; }

    public CoarseClock Clock { get; }

    public CompletionQueue Completions { get; } = new();

    public ILogger Logger { get; }

    public bool IsClosed => _closed;

    /// <summary>Null: the server is no cluster, or not known yet.</summary>
    internal ClusterMap? Cluster => _cluster;

    /// <summary>What answered last; null: nothing yet.</summary>
    internal ServerFacts? Facts => _facts;

    /// <summary>What was refused and waits.</summary>
    internal Refusals Refusals => _refusals;

    /// <summary>The way to the primary, where there is one.</summary>
    internal Node Home => _home;

    /// <inheritdoc/>
    public ValueTask<TReply> SendAsync<TCommand, TReply>(
        in TCommand command, ReplyParser<TReply> parser, in CallOptions options, CancellationToken cancellationToken = default)
        where TCommand : struct, IRedisCommand
    {
        var pending = PendingCommand<TCommand, TReply>.Take(command, parser);
        var reply = pending.Task;
        if (options.Timeout == TimeSpan.Zero)
            pending.Begin(options with { Timeout = Options.CommandTimeout }, Clock.After(Options.CommandTimeout));
        else pending.Begin(options, Clock.After(options.Timeout));
        pending.WatchFor(cancellationToken);
        Dispatch(pending, isNew: true);
        return reply;
    }

    /// <inheritdoc/>
    public async ValueTask<ReplyOutcome<TReply>[]> SendManyAsync<TCommand, TReply>(
        ReadOnlyMemory<TCommand> commands, ReplyParser<TReply> parser, CallOptions options, CancellationToken cancellationToken = default)
        where TCommand : struct, IRedisCommand
    {
        var replies = new ValueTask<TReply>[commands.Length];
        SendHeld(commands.Span, replies, parser, options, cancellationToken);
        var outcomes = new ReplyOutcome<TReply>[replies.Length];
        for (var index = 0; index < replies.Length; index++)
        {
            try
            {
                outcomes[index] = new ReplyOutcome<TReply>(await replies[index].ConfigureAwait(false), null);
            }
#pragma warning disable CA1031 // each command has its own outcome
            catch (Exception error)
#pragma warning restore CA1031
            {
                outcomes[index] = new ReplyOutcome<TReply>(default, error);
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
        return outcomes;
    }

    /// <inheritdoc/>
    public async ValueTask<ServerFacts> ConnectAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            var database = _cluster is null ? Options.Database ?? 0 : 0;
            var options = new CallOptions { Database = database, Timeout = Options.ConnectTimeout, Idempotent = true };
            await SendAsync(new Words("PING"), Replies.Any, options, cancellationToken).ConfigureAwait(false);
        }
        catch (RedisServerException)
        {
            // a user without the right to PING is connected all the same
        }

        return _facts ?? throw Failures.NoConnection(Options.ConnectTimeout, null, false);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<RedisNode>> GetPrimariesAsync(CancellationToken cancellationToken = default)
    {
        if (_facts is null) await ConnectAsync(cancellationToken).ConfigureAwait(false);
        if (_cluster is { } map) return map.Primaries;
        return [_home.Lane(Options.Database ?? 0).Address ?? Options.Nodes[0]];
    }

    /// <inheritdoc/>
    public async ValueTask<IAsyncDisposable> TrackAsync(
        int database, IReadOnlyList<string> prefixes, IInvalidationListener listener, CancellationToken cancellationToken = default)
    {
        var facts = _facts ?? await ConnectAsync(cancellationToken).ConfigureAwait(false);
        if (!facts.HasTracking) throw new NotSupportedException("The Redis server, or the user's ACL, offers no client tracking.");
        var tracking = new Tracking(listener, prefixes, Logger);
        if (!_tracking.TryAdd(database, tracking))
            throw new InvalidOperationException("The database is being tracked already; one tracking a client and database at a time.");
        OnPrimariesChanged();
        try
        {
            await tracking.Complete.WaitAsync(Options.ConnectTimeout, Time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is TimeoutException or OperationCanceledException)
        {
            await new TrackingEnd(this, database, tracking).DisposeAsync().ConfigureAwait(false);
            if (error is OperationCanceledException) throw;
            throw Failures.NoConnection(Options.ConnectTimeout, _cluster is null ? _home.Lane(database).Trouble : null, false);
        }

        return new TrackingEnd(this, database, tracking);
    }

    /// <inheritdoc/>
    public async ValueTask<IAsyncDisposable> SubscribeAsync(
        string channel, IMessageListener listener, CancellationToken cancellationToken = default)
    {
        var primaries = await GetPrimariesAsync(cancellationToken).ConfigureAwait(false);
        INodeFinder finder = _cluster is null ? _finder : new FixedAddresses([.. primaries, .. Options.Nodes]);
        var subscription = new Subscription(this, finder, channel, listener, Options.User, Options.Password);
        try
        {
            await subscription.Confirmed.WaitAsync(Options.ConnectTimeout, Time, cancellationToken).ConfigureAwait(false);
            return subscription;
        }
        catch (Exception error) when (error is TimeoutException or OperationCanceledException)
        {
            await subscription.DisposeAsync().ConfigureAwait(false);
            if (error is OperationCanceledException) throw;
            throw Failures.NoConnection(Options.ConnectTimeout, null, false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_closed) return;
        _closed = true;
        await _timer.DisposeAsync().ConfigureAwait(false);
        if (_finder is IAsyncDisposable finder) await finder.DisposeAsync().ConfigureAwait(false);
        _home.Close();
        _cluster?.Close();
        _refusals.Tick(long.MaxValue / 2);
        foreach (var tracking in _tracking.Values) tracking.End();
    }

    /// <inheritdoc/>
    public void Dispatch(PendingCommand pending, bool isNew = false)
    {
        if (_closed)
        {
            if (pending.TryClaimWaiting()) pending.Fail(Failures.Closed(pending.MaybeHappened));
            return;
        }

        if (_cluster is { } map) map.Dispatch(pending, isNew);
        else _home.Lane(pending.Options.Database).Enqueue(pending, isNew);
    }

    /// <inheritdoc/>
    public void DispatchLater(PendingCommand pending)
    {
        if (_closed) Dispatch(pending);
        else _refusals.Delay(pending, "its node has left the cluster.");
    }

    /// <inheritdoc/>
    public Tracking? TrackingOf(int database) => _tracking.GetValueOrDefault(database);

    /// <inheritdoc/>
    public bool TryTakeBack(Lane lane, Wire wire, PendingCommand pending, ReadOnlySpan<byte> error) =>
        _refusals.TryTakeBack(lane, wire, pending, error);

    /// <inheritdoc/>
    public async ValueTask OnConnectedAsync(
        Lane lane, Wire wire, RedisNode address, ServerFacts facts, CancellationToken cancellationToken)
    {
        if (facts.Protocol < 3 && _facts is null) Log.OldProtocol(Logger, lane.Node.ToString());
        if (facts.IsCluster && _cluster is null)
        {
            var ranges = await wire
                .AskAsync(SlotRange.Question, SlotRangeParser.Instance, Options.ConnectTimeout, cancellationToken).ConfigureAwait(false);
            var map = new ClusterMap(this, _home);
            map.Apply(ranges, address);
            _cluster = map;
        }

        _facts = facts;
    }

    /// <inheritdoc/>
    public bool IsMerelySeed(Lane lane) => _cluster is not null && ReferenceEquals(lane.Node, _home);

    /// <summary>Asks one lane something for the client itself.</summary>
    internal ValueTask<T> AskAsync<T>(Lane lane, Words words, ReplyParser<T> parser)
    {
        var pending = PendingCommand<Words, T>.Take(words, parser);
        var answer = pending.Task;
        pending.Begin(new CallOptions { Timeout = Options.ConnectTimeout, Idempotent = true }, Clock.After(Options.ConnectTimeout));
        pending.IsHandshake = true; // an error is the answer: it must not be followed elsewhere
        lane.Enqueue(pending);
        return answer;
    }

    /// <summary>The lanes that must carry trackings are others now.</summary>
    internal void OnPrimariesChanged()
    {
        foreach (var (database, tracking) in _tracking)
        {
            List<Lane> lanes = _cluster is { } map
                ? [.. map.Primaries.Select(address => map.NodeAt(address).Lane(database))]
                : [_home.Lane(database)];
            tracking.Want(lanes);
            foreach (var lane in lanes) lane.Open();
        }
    }

    private void SendHeld<TCommand, TReply>(
        ReadOnlySpan<TCommand> commands, ValueTask<TReply>[] replies, ReplyParser<TReply> parser, in CallOptions options,
        CancellationToken cancellationToken)
        where TCommand : struct, IRedisCommand
    {
        var outer = CompletionQueue.HoldFlushes();
        try
        {
#pragma warning disable CA2012 // each is awaited once, by the caller of this method
            for (var index = 0; index < replies.Length; index++)
                replies[index] = SendAsync(commands[index], parser, options, cancellationToken);
#pragma warning restore CA2012
        }
        finally
        {
            CompletionQueue.ReleaseFlushes(outer);
        }
    }

    private void Tick()
    {
        Clock.Set();
        var now = Clock.Now;
        _refusals.Tick(now);
        foreach (var lane in _home.Lanes) lane.Tick(now);
        if (_cluster is not { } map) return;
        map.Tick(now);
        foreach (var lane in map.Lanes) lane.Tick(now);
    }

    private sealed class TrackingEnd(RedisClient client, int database, Tracking tracking) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            if (!client._tracking.TryRemove(new KeyValuePair<int, Tracking>(database, tracking))) return;
            tracking.End();
            IEnumerable<Lane> lanes = client._cluster is { } map ? map.Lanes : client._home.Lanes;
            foreach (var lane in lanes.Where(lane => lane.Database == database)) await lane.StopTrackingAsync().ConfigureAwait(false);
        }
    }
}
