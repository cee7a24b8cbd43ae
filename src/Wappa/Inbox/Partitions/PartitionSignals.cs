using System.Globalization;
using Microsoft.Extensions.Logging;
using Wappa.Caching;

namespace Wappa.Inbox;

/// <summary>What instances tell each other: <c>p {from} {partition} …</c>, something was stored there; <c>m {from}</c>, an instance came
/// or partitions are free. Losing one costs the time to the next look.</summary>
/// <param name="signals">The store's.</param>
/// <param name="instance">This instance, whose own messages are not heard.</param>
/// <param name="services">The pipeline.</param>
/// <param name="stop">Ends everything.</param>
internal sealed class PartitionSignals(IStoreSignals signals, string instance, PipelineServices services, CancellationToken stop)
{
    private const string Channel = "inbox";
    private static readonly TimeSpan SubscribePause = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private HashSet<int> _touched = [];
    private bool _isPublishing;
    private bool _isMissing;
    private bool _isMemberNews;

    /// <summary>Is given the partitions that have something new.</summary>
    internal required Action<int> Touched { get; init; }

    /// <summary>Is told that leases may be free, or too many here.</summary>
    internal required Action MembersChanged { get; init; }

    /// <summary>Is told that messages may have been lost.</summary>
    internal required Action Missed { get; init; }

    /// <summary>Listens until stopped. A store that cannot carry messages is looked at every second as it is.</summary>
    internal async Task ListenAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var listening = await signals.SubscribeAsync(Channel, Receive, stop).ConfigureAwait(false);
                _isMissing = false;
                Missed(); // what was told before the ears were open
                await Task.Delay(Timeout.InfiniteTimeSpan, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                await listening.DisposeAsync().ConfigureAwait(false);
            }
#pragma warning disable CA1031 // Whatever it is, signals only save time.
            catch (Exception error) when (!stop.IsCancellationRequested)
#pragma warning restore CA1031
            {
                if (!_isMissing) Log.SignalsMissing(services.Logger, error.GetType().Name);
                _isMissing = true;
                await Task.Delay(SubscribePause, services.Time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception) when (stop.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>Tells that something was stored in partitions of others.</summary>
    internal void Tell(IEnumerable<int> partitions)
    {
        lock (_gate)
        {
            _touched.UnionWith(partitions);
            PublishLocked();
        }
    }

    /// <summary>Tells that there are leases to take, or an instance to share with.</summary>
    internal void TellMembers()
    {
        lock (_gate)
        {
            _isMemberNews = true;
            PublishLocked();
        }
    }

    // One message at a time; what comes meanwhile goes into the next together.
    private void PublishLocked()
    {
        if (_isPublishing) return;
        _isPublishing = true;
        _ = PublishAsync();
    }

    private async Task PublishAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        while (Take() is { } message)
        {
            try
            {
                await signals.PublishAsync(Channel, message, stop).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // Whatever it is, the owner looks by itself a second later.
            catch (Exception)
#pragma warning restore CA1031
            {
            }
        }
    }

    private string? Take()
    {
        lock (_gate)
        {
            if (_isMemberNews)
            {
                _isMemberNews = false;
                return $"m {instance}";
            }

            if (_touched.Count > 0)
            {
                var message = string.Create(CultureInfo.InvariantCulture, $"p {instance} {string.Join(' ', _touched)}");
                _touched = [];
                return message;
            }

            _isPublishing = false;
            return null;
        }
    }

    private void Receive(string? message)
    {
        if (message is null)
        {
            Missed();
            return;
        }

        var words = message.Split(' ');
        if (words.Length < 2 || words[1] == instance) return;
        if (words[0] == "m") MembersChanged();
        if (words[0] != "p") return;
        foreach (var word in words.AsSpan(2))
        {
            if (int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var partition)) Touched(partition);
        }
    }
}
