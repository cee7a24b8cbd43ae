namespace Wappa.Benchmarks.Redis;

/// <summary>One thing that is done over and over.</summary>
internal interface IRedisCase
{
    string Name { get; }

    /// <summary>Does it for a while, as often as it can be done.</summary>
    /// <param name="server">What it is done to.</param>
    /// <param name="time">How long; a quarter more is not counted.</param>
    Task<RedisSample> TakeAsync(RedisProcess server, TimeSpan time);
}

/// <summary>One turn of a case.</summary>
/// <param name="PerSecond">How often it was done.</param>
/// <param name="Bytes">Allocated by this process each time; 0 where another process did it.</param>
/// <param name="ServerMicros">What each took the server, of one processor.</param>
/// <param name="OurMicros">What each took this process; 0 where another process did it.</param>
/// <param name="IsDisturbed">Whether anything but this process, the server and a peer's process had the processors to speak of.</param>
internal readonly record struct RedisSample(double PerSecond, double Bytes, double ServerMicros, double OurMicros, bool IsDisturbed);
