using System.Globalization;

namespace Wappa.Caching.Redis.Tests.Servers;

/// <summary>Lets time pass for keys without waiting: their instants of expiry come nearer.</summary>
/// <remarks>The server's clock goes on meanwhile. What has gone by since the last call is given back to every key that has stood
/// since, so that slow tests do not age their keys; a key made later loses at most the time of its test step.</remarks>
internal sealed class ServerTime
{
    private readonly Dictionary<(int Port, int Database, string Key), long> _expiries = [];
    private readonly Dictionary<int, long> _lastAt = [];

    /// <summary>Moves the expiries of some keys of a server.</summary>
    /// <param name="server">A primary.</param>
    /// <param name="databases">Which databases; all their keys, if no prefix is given.</param>
    /// <param name="prefix">Only keys that begin with it; it holds no pattern characters.</param>
    /// <param name="by">How much time passes.</param>
    internal async Task AdvanceAsync(RedisServer server, IEnumerable<int> databases, string prefix, TimeSpan by)
    {
        await using var raw = await server.ConnectAsync();
        var now = await MillisecondsAsync(raw);
        var gone = now - _lastAt.GetValueOrDefault(server.Port, now);
        _lastAt[server.Port] = now;
        foreach (var database in databases)
        {
            if (database > 0) await raw.CallAsync("SELECT", $"{database}");
            foreach (var key in await raw.ListAsync("KEYS", prefix + "*"))
            {
                var expiry = await raw.NumberAsync("PEXPIRETIME", key);
                if (expiry < 0) continue;
                var known = _expiries.TryGetValue((server.Port, database, key), out var then) && then == expiry;
                var next = expiry - (long)by.TotalMilliseconds + (known ? gone : 0);
                await raw.CallAsync("PEXPIREAT", key, next.ToString(CultureInfo.InvariantCulture));
                _expiries[(server.Port, database, key)] = next;
            }
        }
    }

    private static async Task<long> MillisecondsAsync(RawRedis raw)
    {
        var time = await raw.ListAsync("TIME");
        return (long.Parse(time[0], CultureInfo.InvariantCulture) * 1_000) + (long.Parse(time[1], CultureInfo.InvariantCulture) / 1_000);
    }
}
