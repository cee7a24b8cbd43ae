using System.Collections.Immutable;
using System.Threading.Channels;

namespace ChatFeedApi.Conversations;

/// <summary>Tells those who follow a conversation in this process that there is something new in it. It does not say what: they read that
/// from the cache, so several signals are as good as one, and none can be too old.</summary>
public sealed class ConversationSignals
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, ImmutableList<Channel<bool>>> _followers = [];

    /// <summary>How many conversations somebody follows.</summary>
    internal int Conversations
    {
        get
        {
            lock (_gate) return _followers.Count;
        }
    }

    public void Notify(long conversation)
    {
        ImmutableList<Channel<bool>>? followers;
        lock (_gate) _followers.TryGetValue(conversation, out followers);
        foreach (var follower in followers ?? []) follower.Writer.TryWrite(true);
    }

    /// <summary>Every signal after this call is seen; dispose of it to follow no more.</summary>
    public Subscription Subscribe(long conversation)
    {
        var signals = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        lock (_gate) _followers[conversation] = _followers.GetValueOrDefault(conversation, []).Add(signals);
        return new(this, conversation, signals);
    }

    private void Remove(long conversation, Channel<bool> signals)
    {
        lock (_gate)
        {
            if (!_followers.TryGetValue(conversation, out var followers)) return;
            var others = followers.Remove(signals);
            if (others.IsEmpty) _followers.Remove(conversation);
            else _followers[conversation] = others;
        }
    }

    public sealed class Subscription : IDisposable
    {
        private readonly ConversationSignals _signals;
        private readonly long _conversation;
        private readonly Channel<bool> _channel;

        internal Subscription(ConversationSignals signals, long conversation, Channel<bool> channel) =>
            (_signals, _conversation, _channel) = (signals, conversation, channel);

        /// <summary>Waits for a signal.</summary>
        /// <returns>False: there was none for so long.</returns>
        /// <exception cref="OperationCanceledException">The token says so.</exception>
        public async Task<bool> WaitAsync(TimeSpan patience, TimeProvider time, CancellationToken ct)
        {
            using var enough = new CancellationTokenSource(patience, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(enough.Token, ct);
            try
            {
                return await _channel.Reader.ReadAsync(either.Token);
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                return false;
            }
        }

        public void Dispose() => _signals.Remove(_conversation, _channel);
    }
}
