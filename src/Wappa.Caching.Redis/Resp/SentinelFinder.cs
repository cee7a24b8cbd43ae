using System.Text;

namespace Wappa.Caching.Redis.Resp;

/// <summary>Finds the primary by asking sentinels, and looks again as soon as one of them tells of a failover.</summary>
internal sealed class SentinelFinder : INodeFinder, IMessageListener, IAsyncDisposable
{
    private readonly RedisClient _client;
    private readonly Lock _gate = new();
    private readonly FixedAddresses _sentinels;
    private Subscription? _watch;
    private RedisNode? _last;

    internal SentinelFinder(RedisClient client)
    {
        _client = client;
        _sentinels = new FixedAddresses(client.Options.Nodes);
    }

    /// <inheritdoc/>
    public async ValueTask<RedisNode> FindAsync(CancellationToken cancellationToken)
    {
        Watch();
        Exception? trouble = null;
        for (var attempts = _client.Options.Nodes.Count; attempts > 0; attempts--)
        {
            var sentinel = await _sentinels.FindAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                using var limit = new CancellationTokenSource(_client.Options.ConnectTimeout / 2, _client.Time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
                if (await AskAsync(sentinel, either.Token).ConfigureAwait(false) is { } found) return Found(found);
                trouble = new IOException($"The sentinel at {sentinel} does not know the service; check its name.");
            }
            catch (Exception error) when (!cancellationToken.IsCancellationRequested)
            {
                trouble = error;
            }

            _sentinels.OnUnreachable(sentinel);
        }

        throw new IOException($"None of {_client.Options.Nodes.Count} sentinels named a primary. {trouble?.Message}", trouble);
    }

    /// <inheritdoc/>
    public void OnUnreachable(RedisNode? address)
    {
        // The address comes fresh from a sentinel at each attempt.
    }

    /// <inheritdoc/>
    public void Check(Greeting greeting)
    {
        if (!greeting.IsPrimary) throw new IOException("The sentinels named a server that is not a primary; a failover may be under way.");
    }

    /// <summary>"+switch-master": service, old host and port, new host and port.</summary>
    public void OnMessage(ReadOnlySpan<byte> payload)
    {
        var words = Encoding.UTF8.GetString(payload).Split(' ');
        if (words.Length >= 5 && words[0] == _client.Options.SentinelService)
            foreach (var lane in _client.Home.Lanes) lane.OnDemoted(null);
    }

    /// <inheritdoc/>
    public void OnGap()
    {
        // A failover may have been missed; the old primary's READONLY or silence tells as well.
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        lock (_gate) return _watch?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    private void Watch()
    {
        lock (_gate)
        {
            if (_watch is not null || _client.IsClosed) return;
            var options = _client.Options;
            _watch = new Subscription(
                _client, new FixedAddresses(options.Nodes), "+switch-master", this, options.SentinelUser, options.SentinelPassword);
        }
    }

    private RedisNode Found(RedisNode primary)
    {
        if (Interlocked.Exchange(ref _last, primary) != primary) Log.PrimaryMoved(_client.Logger, primary.ToString());
        return primary;
    }

    private async ValueTask<RedisNode?> AskAsync(RedisNode sentinel, CancellationToken cancellationToken)
    {
        var options = _client.Options;
        var stream = await Connector.OpenAsync(sentinel, options.Tls, cancellationToken).ConfigureAwait(false);
        var wire = new Wire(stream, _client.Clock, options);
        _ = new WireReader(stream, wire, LoneWire.Instance, _client.Completions, _client.Clock, options).RunAsync();
        try
        {
            await new Handshake(wire, options.ConnectTimeout)
                .RunAsync(options.SentinelUser, options.SentinelPassword, options.ClientName, 0, cancellationToken).ConfigureAwait(false);
            return await wire.AskAsync(
                new Words("SENTINEL", "GET-MASTER-ADDR-BY-NAME", options.SentinelService!), AddressParser.Instance,
                options.ConnectTimeout, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            wire.Close(null);
        }
    }

    private sealed class AddressParser : ReplyParser<RedisNode?>
    {
        internal static AddressParser Instance { get; } = new();

        public override RedisNode? Parse(ref RespReader reader)
        {
            if (reader.TryReadNull() || reader.ReadArrayLength() < 2) return null;
            return new RedisNode(Encoding.UTF8.GetString(reader.ReadBytes()), (int)reader.ReadInteger());
        }
    }
}

/// <summary>Owns a connection that is asked one thing.</summary>
internal sealed class LoneWire : IWireOwner
{
    internal static LoneWire Instance { get; } = new();

    bool IWireOwner.TryTakeBack(Wire wire, PendingCommand pending, ReadOnlySpan<byte> error) => false;

    void IWireOwner.OnPush(Wire wire, ref RespReader reader)
    {
    }

    void IWireOwner.OnRoom(Wire wire)
    {
    }

    void IWireOwner.OnClosed(Wire wire, IReadOnlyList<PendingCommand> left)
    {
        foreach (var pending in left)
            if (pending.TryClaimSent()) pending.Fail(Failures.Lost(wire.Cause));
    }
}
