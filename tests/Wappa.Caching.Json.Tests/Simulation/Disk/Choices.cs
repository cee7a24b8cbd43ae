namespace Wappa.Caching.Json.Tests.Simulation;

/// <summary>Decides what survives a power cut: of so many states that a thing has been in, which one is on the platter. 0 is
/// the oldest, the synced one.</summary>
internal abstract class Choices
{
    /// <summary>Nothing survives that was not synced.</summary>
    internal static Choices Oldest { get; } = new Fixed(newest: false);

    /// <summary>Everything had got there in time.</summary>
    internal static Choices Newest { get; } = new Fixed(newest: true);

    internal abstract int Next(int options);

    private sealed class Fixed(bool newest) : Choices
    {
        internal override int Next(int options) => newest ? options - 1 : 0;
    }
}

/// <summary>The n-th of all combinations.</summary>
internal sealed class NthChoices(long n) : Choices
{
    internal override int Next(int options)
    {
        var choice = (int)(n % options);
        n /= options;
        return choice;
    }
}

/// <summary>Counts the combinations without choosing any.</summary>
internal sealed class CountedChoices : Choices
{
    internal long Combinations { get; private set; } = 1;

    internal override int Next(int options)
    {
        Combinations = Math.Min(Combinations * options, int.MaxValue);
        return 0;
    }
}

/// <summary>Chance, the same for the same seed on every machine. Some seeds mostly lose, some mostly keep: bugs like to hide
/// where one thing of many is missing.</summary>
internal sealed class RandomChoices(long seed) : Choices
{
    private readonly uint _keepOf256 = (Mix(seed) % 3) switch { 0 => 40, 1 => 128, _ => 216 };
    private long _state = seed;

    /// <summary>A number that looks like chance and depends on nothing but the seed.</summary>
    internal static uint Mix(long seed)
    {
        var x = (ulong)seed + 0x9E3779B97F4A7C15;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return (uint)(x >> 32);
    }

    internal override int Next(int options)
    {
        var chance = Mix(++_state * 0x5851F42D);
        if ((chance & 255) < _keepOf256) return options - 1;
        return (int)((chance >> 8) % (uint)(options - 1));
    }
}
