using Microsoft.Extensions.Logging;

namespace Wappa.Caching.Redis.Resp;

/// <summary>A channel's messages, on a connection of their own that is made again whenever it is lost.</summary>
internal sealed class Subscription : IWireOwner, IAsyncDisposable
{
    private readonly ILaneHost _host;
    private readonly INodeFinder _finder;
    private readonly string _channel;
    private readonly IMessageListener _listener;
    private readonly string? _user;
    private readonly string? _password;
    private readonly CancellationTokenSource _closing = new();
    private readonly TaskCompletionSource _confirmed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _running;
    private TaskCompletionSource _over = NewSource();

    internal Subscription(
        ILaneHost host, INodeFinder finder, string channel, IMessageListener listener, string? user, string? password)
    {
        _host = host;
        _finder = finder;
        _channel = channel;
        _listener = listener;
        _user = user;
        _password = password;
        _running = RunAsync();
    }

    /// <summary>Ends when the server has confirmed the subscription for the first time.</summary>
    internal Task Confirmed => _confirmed.Task;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
    }

    bool IWireOwner.TryTakeBack(Wire wire, PendingCommand pending, ReadOnlySpan<byte> error) => false;

    void IWireOwner.OnPush(Wire wire, ref RespReader reader)
    {
        if (reader.ReadArrayLength() < 3) return;
        var kind = reader.ReadBytes();
        if (kind.SequenceEqual("subscribe"u8))
        {
            // The first confirmation begins the subscription; every later one tells of an interruption.
            if (!_confirmed.TrySetResult()) Tell(default, gap: true);
        }
        else if (kind.SequenceEqual("message"u8))
        {
            reader.Skip(); // the channel: there is only one
            Tell(reader.ReadBytes(), gap: false);
        }
    }

    void IWireOwner.OnRoom(Wire wire)
    {
    }

    void IWireOwner.OnClosed(Wire wire, IReadOnlyList<PendingCommand> left)
    {
        foreach (var pending in left)
            if (pending.TryClaimSent()) pending.Fail(Failures.Lost(wire.Cause));
        _over.TrySetResult();
    }

    private void Tell(ReadOnlySpan<byte> payload, bool gap)
    {
        try
        {
            if (gap) _listener.OnGap();
            else _listener.OnMessage(payload);
        }
#pragma warning disable CA1031 // one bad message must not end the subscription
        catch (Exception error)
#pragma warning restore CA1031
        {
            Log.ListenerFailed(_host.Logger, error);
        }
    }

    private async Task RunAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var backoff = new Backoff(_host.Options, _host.Time);
        while (!_closing.IsCancellationRequested)
        {
            try
            {
                if (await ListenAsync().ConfigureAwait(false)) backoff = new Backoff(_host.Options, _host.Time);
            }
#pragma warning disable CA1031 // every failure is followed by another attempt
            catch (Exception error)
#pragma warning restore CA1031
            {
                if (_closing.IsCancellationRequested) return;
                _finder.OnUnreachable(null);
                Log.NotConnected(_host.Logger, "a subscription", 0, error.Message);
            }

            if (!await backoff.WaitAsync(_closing.Token).ConfigureAwait(false)) return;
        }
    }

    private async Task<bool> ListenAsync()
    {
        var options = _host.Options;
        using var limit = new CancellationTokenSource(options.ConnectTimeout, _host.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _closing.Token);
        _over = NewSource();
        Wire? wire = null;
        try
        {
            var address = await _finder.FindAsync(either.Token).ConfigureAwait(false);
            var stream = await Connector.OpenAsync(address, options.Tls, either.Token).ConfigureAwait(false);
            wire = new Wire(stream, _host.Clock, options);
            _ = new WireReader(stream, wire, this, _host.Completions, _host.Clock, options) { ArraysMayBePushes = true }.RunAsync();
            await new Handshake(wire, options.ConnectTimeout)
                .RunAsync(_user, _password, options.ClientName, 0, either.Token).ConfigureAwait(false);
            wire.PostUnanswered(new Words("SUBSCRIBE", _channel));
            await HeartbeatAsync(wire).ConfigureAwait(false);
            return true;
        }
        finally
        {
            wire?.Close(null);
        }
    }

    private async Task HeartbeatAsync(Wire wire)
    {
        while (true)
        {
            await Task.WhenAny(_over.Task, Task.Delay(_host.Options.HeartbeatInterval, _host.Time, _closing.Token)).ConfigureAwait(false);
            if (_over.Task.IsCompleted || _closing.IsCancellationRequested) return;
            using var limit = new CancellationTokenSource(_host.Options.SilenceLimit, _host.Time);
            await wire.AskAsync(new Words("PING"), Replies.Any, _host.Options.SilenceLimit, limit.Token).ConfigureAwait(false);
        }
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
