using System.Diagnostics;
using Wappa.Benchmarks.Harness;

namespace Wappa.Benchmarks.Redis;

/// <summary>Calls of a client in this process, from callers that each wait for their answer before they call again.</summary>
/// <param name="Name">As printed.</param>
/// <param name="Callers">How many.</param>
/// <param name="Call">One call for the key with this number, 0 to <see cref="RedisData.Keys"/> - 1.</param>
/// <param name="IsRight">Whether the answer is one.</param>
internal sealed record RedisCase<T>(string Name, int Callers, Func<int, ValueTask<T>> Call, Func<T, bool> IsRight) : IRedisCase
{
    // Others may have this much of one processor.
    private const double OthersAtMost = 0.3;

    public async Task<RedisSample> TakeAsync(RedisProcess server, TimeSpan time)
    {
        GC.Collect();
        var turn = new Turn(this);
        var callers = Enumerable.Range(0, Callers).Select(caller => Task.Run(() => turn.CallAsync(caller))).ToArray();
        await Task.Delay(time / 4);
        var (calls, bytes, others) = (turn.Calls, GC.GetTotalAllocatedBytes(), Others(server));
        var (ours, servers) = (Environment.CpuUsage.TotalTime, server.Busy);
        var began = Stopwatch.GetTimestamp();
        await Task.Delay(time);
        calls = turn.Calls - calls;
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        (bytes, others) = (GC.GetTotalAllocatedBytes() - bytes, Others(server) - others);
        (ours, servers) = (Environment.CpuUsage.TotalTime - ours, server.Busy - servers);
        turn.End();
        await Task.WhenAll(callers).WaitAsync(TimeSpan.FromSeconds(30));
        return new(
            calls / seconds, (double)bytes / calls, servers.TotalMicroseconds / calls, ours.TotalMicroseconds / calls,
            others > OthersAtMost * seconds);
    }

    private static double Others(RedisProcess server) =>
        QuietWatch.MachineSeconds() - Environment.CpuUsage.TotalTime.TotalSeconds - server.Busy.TotalSeconds;

    private sealed class Turn(RedisCase<T> @case)
    {
        private const int Apart = 16; // longs of two cache lines: callers that count must not wait for each other
        private readonly long[] _calls = new long[(@case.Callers + 1) * Apart];
        private volatile bool _isOver;

        public long Calls => Enumerable.Range(1, @case.Callers).Sum(caller => Volatile.Read(ref _calls[caller * Apart]));

        public void End() => _isOver = true;

        public async Task CallAsync(int caller)
        {
            var random = new Random(caller);
            while (!_isOver)
            {
                if (!@case.IsRight(await @case.Call(random.Next(RedisData.Keys))))
                    throw new InvalidOperationException($"'{@case.Name}' had a wrong answer.");
                _calls[(caller + 1) * Apart]++;
            }
        }
    }
}
