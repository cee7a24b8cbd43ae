namespace Wappa.Emulator;

/// <summary>
/// Brings updates to the app: one after the other in each lane, lanes side by side, again and again until the app answers
/// 200. On the way they meet what <see cref="ChaosSwitch"/> has in store.
/// </summary>
internal sealed class WebhookDeliveries : IDisposable
{
    private readonly LocalWhatsAppOptions _options;
    private readonly WebhookPost _post;
    private readonly ChaosSwitch _chaos;
    private readonly TimeProvider _time;
    private readonly WebhookShuffle _shuffle;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Task> _lanes = [];
    private readonly HashSet<ITimer> _timers = [];
    private int _busy;
    private TaskCompletionSource? _quiet;

    internal WebhookDeliveries(LocalWhatsAppOptions options, WebhookPost post, ChaosSwitch chaos, TimeProvider time)
    {
        (_options, _post, _chaos, _time) = (options, post, chaos, time);
        _shuffle = new(chaos, time, Post);
    }

    /// <summary>Runs after each attempt: a message may have reached the app.</summary>
    internal event Action<WebhookDelivery, Exchange>? Attempted;

    /// <summary>Runs when the app never took a delivery.</summary>
    internal event Action<WebhookDelivery>? GivenUp;

    /// <summary>How many POSTs are under way.</summary>
    internal int Busy
    {
        get
        {
            lock (_lock) return _busy;
        }
    }

    /// <summary>How many updates and attempts wait for their time to come.</summary>
    internal int Waiting
    {
        get
        {
            lock (_lock) return _timers.Count + _shuffle.Held;
        }
    }

    /// <summary>Takes an update; it is on its way when this returns.</summary>
    internal void Enqueue(WebhookUpdate update)
    {
        var copies = _chaos.Befalls(settings => settings.Duplicate) ? 2 : 1;
        for (var copy = 0; copy < copies; copy++)
        {
            if (_chaos.Befalls(settings => settings.Drop))
            {
                _post.Skip(update, "dropped on purpose");
                update.End(delivered: false);
            }
            else if (_chaos.Settings.DelayMs is > 0 and var delay) Later(TimeSpan.FromMilliseconds(delay), () => _shuffle.Add(update));
            else _shuffle.Add(update);
        }
    }

    /// <summary>Posts bytes once more, as a delivery of its own that is not repeated.</summary>
    internal async Task<Exchange> ResendAsync(Exchange exchange, byte[] body, CancellationToken cancellationToken)
    {
        var update = new WebhookUpdate(exchange.Number ?? "", exchange.Customer, exchange.Message, "resend");
        var delivery = new WebhookDelivery([update], body) { Attempt = exchange.Attempt + 1 };
        var again = await _post.SendAsync(delivery, cancellationToken).ConfigureAwait(false);
        Attempted?.Invoke(delivery, again);
        return again;
    }

    /// <summary>Ends when nothing is under way. What waits for its time is not waited for.</summary>
    internal Task WhenQuietAsync()
    {
        lock (_lock)
        {
            if (_busy is 0) return Task.CompletedTask;
            return (_quiet ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        lock (_lock)
        {
            foreach (var timer in _timers) timer.Dispose();
            _timers.Clear();
        }

        _shuffle.Dispose();
        _post.Dispose();
        _stop.Dispose();
    }

    private void Post(IReadOnlyList<WebhookUpdate> updates) => Post(
        new WebhookDelivery(updates, WebhookBody.Write(_options.BusinessAccountId, updates, _chaos.Settings.UnescapedJson)));

    private void Post(WebhookDelivery delivery)
    {
        lock (_lock)
        {
            if (_stop.IsCancellationRequested) return;
            _busy++;
            var before = _lanes.GetValueOrDefault(delivery.Lane, Task.CompletedTask);
            _lanes[delivery.Lane] = AttemptAsync(before, delivery);
        }
    }

    private async Task AttemptAsync(Task before, WebhookDelivery delivery)
    {
        // Always on a thread of its own: the caller holds the lock.
        await before.ConfigureAwait(ConfigureAwaitOptions.ForceYielding | ConfigureAwaitOptions.SuppressThrowing);
        try
        {
            var exchange = await _post.SendAsync(delivery, _stop.Token).ConfigureAwait(false);
            Attempted?.Invoke(delivery, exchange);
            foreach (var update in delivery.Updates) update.Attempted(exchange.Status);
            if (exchange.Status is 200) End(delivery, delivered: true);
            else if (delivery.Attempt == WebhookDelivery.MaxAttempts) End(delivery, delivered: false);
            else Again(delivery);
        }
        catch (ObjectDisposedException) when (_stop.IsCancellationRequested)
        {
            // Told to stop between two steps: there is nobody left to tell.
        }
        finally
        {
            Rest();
        }
    }

    private void Again(WebhookDelivery delivery)
    {
        var next = delivery with { Attempt = delivery.Attempt + 1 };
        if (delivery.Pause == TimeSpan.Zero) Post(next);
        else Later(delivery.Pause, () => Post(next));
    }

    private void End(WebhookDelivery delivery, bool delivered)
    {
        if (!delivered) GivenUp?.Invoke(delivery);
        foreach (var update in delivery.Updates) update.End(delivered);
    }

    // Inside the timer's callback, not after it: whoever moves the clock finds the POST under way when that returns.
    private void Later(TimeSpan delay, Action action)
    {
        ITimer timer = null!; // set before it can be due
        timer = _time.CreateTimer(_ => Due(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        lock (_lock)
        {
            if (_stop.IsCancellationRequested) timer.Dispose();
            else _timers.Add(timer);
        }

        timer.Change(delay, Timeout.InfiniteTimeSpan);

        void Due()
        {
            timer.Dispose();
            bool isStillWanted;
            lock (_lock) isStillWanted = _timers.Remove(timer);
            if (isStillWanted) action();
        }
    }

    private void Rest()
    {
        lock (_lock)
        {
            if (--_busy > 0) return;
            _lanes.Clear();
            _quiet?.TrySetResult();
            _quiet = null;
        }
    }
}
