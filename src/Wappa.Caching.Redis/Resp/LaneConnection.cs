namespace Wappa.Caching.Redis.Resp;

/// <summary>What a lane asks of a server for itself: to let it in, to track, to show that it lives.</summary>
/// <param name="host">The client.</param>
/// <param name="lane">Whose connection it is.</param>
internal sealed class LaneConnection(ILaneHost host, Lane lane)
{
    /// <summary>Makes a connection that commands may be sent on.</summary>
    /// <param name="closing">The lane is being closed.</param>
    /// <exception cref="CacheStoreUnavailableException">The server refused. What the network does to it is thrown as it is.</exception>
    internal async ValueTask<(Wire Wire, RedisNode Address, Tracking? Tracking)> OpenAsync(CancellationToken closing)
    {
        var options = host.Options;
        using var limit = new CancellationTokenSource(options.ConnectTimeout, host.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, closing);
        Wire? wire = null;
        try
        {
            var address = await lane.Node.FindAsync(either.Token).ConfigureAwait(false);
            lane.Tried = address;
            var stream = await Connector.OpenAsync(address, options.Tls, either.Token).ConfigureAwait(false);
            wire = new Wire(stream, host.Clock, options);
            _ = new WireReader(stream, wire, lane, host.Completions, host.Clock, options).RunAsync();
            var (facts, _) = await GreetAsync(wire, either.Token).ConfigureAwait(false);
            wire.CanTrack = facts.HasTracking;
            await host.OnConnectedAsync(lane, wire, address, facts, either.Token).ConfigureAwait(false);
            var tracking = await TrackAsync(wire, either.Token).ConfigureAwait(false);
            Log.Connected(host.Logger, address.ToString(), lane.Database, facts.Product, facts.Version, facts.Protocol);
            return (wire, address, tracking);
        }
        catch (Exception error)
        {
            wire?.Close(null);
            if (error is RedisServerException refusal) throw Failures.HandshakeRefused(refusal);
            if (error is OperationCanceledException && limit.IsCancellationRequested)
                throw new TimeoutException($"No connection within {options.ConnectTimeout.TotalSeconds:0.###} s, the connect timeout.");
            throw;
        }
    }

    /// <summary>Has a live connection tell of changes.</summary>
    internal async Task TrackLiveAsync(Wire wire, Tracking tracking)
    {
        try
        {
            await AskAsync(wire, tracking.Command, host.Options.ConnectTimeout).ConfigureAwait(false);
            lane.OnTracked(wire, tracking);
        }
        catch (RedisServerException)
        {
            wire.CanTrack = wire.IsTracked = false;
            Log.CannotTrack(host.Logger, lane.Node.ToString());
        }
        catch (CacheStoreException error)
        {
            wire.Close(error); // the next connection tracks from its beginning
        }
    }

    /// <summary>Has it stop.</summary>
    internal async ValueTask UntrackAsync(Wire wire)
    {
        try
        {
            await AskAsync(wire, new Words("CLIENT", "TRACKING", "OFF"), host.Options.ConnectTimeout).ConfigureAwait(false);
            wire.IsTracked = false;
        }
        catch (Exception error) when (error is CacheStoreException or RedisServerException)
        {
            wire.Close(error);
        }
    }

    /// <summary>Asks for a sign of life. There is no failure to tell: a server that refuses PING lives, and one that does not answer is
    /// noticed by its silence.</summary>
    internal async Task PingAsync(Wire wire)
    {
        try
        {
            await AskAsync(wire, new Words("PING"), host.Options.SilenceLimit * 2).ConfigureAwait(false);
        }
        catch (Exception error) when (error is CacheStoreException or RedisServerException)
        {
            // see above
        }
    }

    private static ValueTask<bool> AskAsync(Wire wire, Words words, TimeSpan timeout) =>
        wire.AskAsync(words, Replies.Any, timeout, CancellationToken.None);

    private async ValueTask<Greeting> GreetAsync(Wire wire, CancellationToken cancellationToken)
    {
        var options = host.Options;
        var greeting = await new Handshake(wire, options.ConnectTimeout)
            .RunAsync(options.User, options.Password, options.ClientName, lane.Database, cancellationToken).ConfigureAwait(false);
        lane.Node.Check(greeting);
        return greeting;
    }

    private async ValueTask<Tracking?> TrackAsync(Wire wire, CancellationToken cancellationToken)
    {
        if (host.TrackingOf(lane.Database) is not { } tracking || host.IsMerelySeed(lane)) return null;
        if (!wire.CanTrack)
        {
            // The right to it was taken away, or the new primary's ACL never gave it. Commands work all the same; nobody is told.
            Log.CannotTrack(host.Logger, lane.Node.ToString());
            return null;
        }

        wire.IsTracked = true;
        await wire.AskAsync(tracking.Command, Replies.Any, host.Options.ConnectTimeout, cancellationToken).ConfigureAwait(false);
        return tracking;
    }
}
