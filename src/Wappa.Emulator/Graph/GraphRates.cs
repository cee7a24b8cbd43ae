namespace Wappa.Emulator;

/// <summary>How fast messages may be sent: 80 a second from one number, and to one customer 45 at once, then one in six
/// seconds.</summary>
internal sealed class GraphRates(TimeProvider time)
{
    internal const int PerSecond = 80;
    internal const int Burst = 45;
    private static readonly TimeSpan PairPause = TimeSpan.FromSeconds(6);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (long Second, int Count)> _numbers = [];
    private readonly Dictionary<(string, string), (double Left, DateTimeOffset At)> _pairs = [];

    /// <summary>Counts a message.</summary>
    /// <exception cref="GraphRefusal">It is one too many, and does not count.</exception>
    internal void Count(string number, string customer)
    {
        var now = time.GetUtcNow();
        var second = now.ToUnixTimeSeconds();
        lock (_lock)
        {
            var current = _numbers.GetValueOrDefault(number);
            var count = current.Second == second ? current.Count : 0;
            if (count >= PerSecond) throw GraphErrors.Refuse(130429);
            var left = (double)Burst;
            if (_pairs.TryGetValue((number, customer), out var pair)) left = Math.Min(Burst, pair.Left + ((now - pair.At) / PairPause));
            if (left < 1) throw GraphErrors.Refuse(131056);
            _numbers[number] = (second, count + 1);
            _pairs[(number, customer)] = (left - 1, now);
        }
    }
}
