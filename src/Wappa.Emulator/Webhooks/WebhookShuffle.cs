namespace Wappa.Emulator;

/// <summary>Where updates change places and gather in batches. Without chaos they pass through.</summary>
internal sealed class WebhookShuffle : IDisposable
{
    private static readonly TimeSpan LongestHold = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestBatch = TimeSpan.FromSeconds(1);

    private readonly ChaosSwitch _chaos;
    private readonly Action<IReadOnlyList<WebhookUpdate>> _post;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, List<WebhookUpdate>> _batches = [];
    private readonly ITimer _holdTimer;
    private readonly ITimer _batchTimer;
    private WebhookUpdate? _held;

    internal WebhookShuffle(ChaosSwitch chaos, TimeProvider time, Action<IReadOnlyList<WebhookUpdate>> post)
    {
        (_chaos, _post) = (chaos, post);
        _holdTimer = time.CreateTimer(_ => ReleaseHeld(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _batchTimer = time.CreateTimer(_ => ReleaseBatches(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        chaos.Changed += OnChaosChanged;
    }

    /// <summary>How many updates wait here.</summary>
    internal int Held
    {
        get
        {
            lock (_lock) return (_held is null ? 0 : 1) + _batches.Values.Sum(batch => batch.Count);
        }
    }

    internal void Add(WebhookUpdate update)
    {
        WebhookUpdate? earlier;
        lock (_lock)
        {
            if (_held is null && _chaos.Settings.Reorder)
            {
                _held = update;
                _holdTimer.Change(LongestHold, Timeout.InfiniteTimeSpan);
                return;
            }

            earlier = _held;
            _held = null;
        }

        Gather(update);
        if (earlier is not null) Gather(earlier);
    }

    public void Dispose()
    {
        _chaos.Changed -= OnChaosChanged;
        _holdTimer.Dispose();
        _batchTimer.Dispose();
    }

    private void Gather(WebhookUpdate update)
    {
        var size = _chaos.Settings.Batch;
        List<WebhookUpdate> full;
        lock (_lock)
        {
            // A body of its own cannot be put together with others.
            if (size is 1 || update.Body is not null) full = [update];
            else
            {
                if (!_batches.TryGetValue(update.Number, out var batch)) _batches[update.Number] = batch = [];
                batch.Add(update);
                if (batch.Count is 1) _batchTimer.Change(LongestBatch, Timeout.InfiniteTimeSpan);
                if (batch.Count < size) return;
                _batches.Remove(update.Number);
                full = batch;
            }
        }

        _post(full);
    }

    private void OnChaosChanged()
    {
        if (!_chaos.Settings.Reorder) ReleaseHeld();
        if (_chaos.Settings.Batch is 1) ReleaseBatches();
    }

    private void ReleaseHeld()
    {
        WebhookUpdate? held;
        lock (_lock) (held, _held) = (_held, null);
        if (held is not null) Gather(held);
    }

    private void ReleaseBatches()
    {
        List<WebhookUpdate>[] waiting;
        lock (_lock)
        {
            waiting = [.. _batches.Values];
            _batches.Clear();
        }

        foreach (var batch in waiting) _post(batch);
    }
}
