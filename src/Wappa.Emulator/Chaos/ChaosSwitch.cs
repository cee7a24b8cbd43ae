namespace Wappa.Emulator;

/// <summary>The faults in force, and the dice that say whom a share befalls: with one seed, always the same ones.</summary>
internal sealed class ChaosSwitch(EventFeed events)
{
    private readonly Lock _lock = new();
    private ChaosSettings _settings = new();
    private Random _dice = new(0);

    /// <summary>Runs after each change.</summary>
    internal event Action? Changed;

    internal ChaosSettings Settings
    {
        get
        {
            lock (_lock) return _settings;
        }
    }

    /// <summary>Whether the app's stores are down. Read at each of their calls.</summary>
    internal bool StoreOutage { get; private set; }

    internal ChaosSettings Change(Func<ChaosSettings, ChaosSettings> change)
    {
        ChaosSettings settings;
        lock (_lock)
        {
            settings = change(_settings);
            if (settings.Seed != _settings.Seed) _dice = new(settings.Seed);
            _settings = settings;
            StoreOutage = settings.StoreOutage;
            events.Publish("chaos", settings);
        }

        Changed?.Invoke();
        return settings;
    }

    /// <summary>Throws the dice for a share.</summary>
    internal bool Befalls(Func<ChaosSettings, double> share)
    {
        lock (_lock)
        {
            // No throw for what is off or certain: switching one fault must not shift the dice of another.
            return share(_settings) switch { <= 0 => false, >= 1 => true, var some => _dice.NextDouble() < some };
        }
    }

    /// <summary>Takes the next Graph error that was asked for.</summary>
    /// <returns>Its code; null if there is none.</returns>
    internal int? TakeGraphError()
    {
        lock (_lock)
        {
            if (_settings.GraphErrors is not [var fault, ..]) return null;
            if (fault.Count is null or 0) return fault.Code;
            var left = fault with { Count = fault.Count - 1 };
            var rest = _settings.GraphErrors.Skip(1);
            _settings = _settings with { GraphErrors = left.Count is 0 ? [.. rest] : [left, .. rest] };
            events.Publish("chaos", _settings);
            return fault.Code;
        }
    }
}
