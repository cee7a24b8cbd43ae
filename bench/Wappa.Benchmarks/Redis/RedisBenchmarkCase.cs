using System.Diagnostics;
using System.Globalization;

namespace Wappa.Benchmarks.Redis;

/// <summary>The server's own benchmark, written in C: 50 connections, 16 GETs in each packet.</summary>
internal sealed class RedisBenchmarkCase : IRedisCase
{
    private int _requests = 100_000;

    public string Name => "redis-benchmark -P 16 -c 50";

    public async Task<RedisSample> TakeAsync(RedisProcess server, TimeSpan time)
    {
        string[] arguments =
        [
            "-p", server.Port.ToString(CultureInfo.InvariantCulture), "-P", "16", "-c", "50", "-n",
            _requests.ToString(CultureInfo.InvariantCulture), "--csv", "GET", RedisData.Text(1),
        ];
        var busy = server.Busy;
        using var process = Process.Start(new ProcessStartInfo("redis-benchmark", arguments) { RedirectStandardOutput = true })
            ?? throw new InvalidOperationException("redis-benchmark did not start.");
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var output = await process.StandardOutput.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        var line = output.Trim().Split('\n')[^1].Split(',');
        var perSecond = double.Parse(line[1].Trim('"'), CultureInfo.InvariantCulture);
        var micros = (server.Busy - busy).TotalMicroseconds / _requests;
        _requests = (int)Math.Clamp(perSecond * time.TotalSeconds, 50_000, 5_000_000);
        return new(perSecond, 0, micros, 0, false);
    }
}
