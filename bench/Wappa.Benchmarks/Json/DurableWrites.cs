using System.Diagnostics;
using Wappa.Benchmarks.Harness;

namespace Wappa.Benchmarks.Json;

/// <summary>A way of writing and what it is called.</summary>
internal sealed record DurableCase(string Name, Func<string, IDurableWriter> Open);

/// <summary>One turn of a case.</summary>
internal readonly record struct DurableSample(double PerSecond, Latencies Latencies, bool IsDisturbed);

/// <summary>Writers that each wait for their write before the next one, as many as there are requests at work in a server.</summary>
internal static class DurableWrites
{
    public const int MostWriters = 256;

    /// <summary>Measures the cases in turns: each opens an empty folder, works a while that does not count, then one that
    /// does.</summary>
    public static List<DurableSample[]> Measure(RunSettings settings, int writers, IReadOnlyList<DurableCase> cases)
    {
        var rounds = new List<DurableSample[]>();
        foreach (var each in cases) Take(settings, writers, each); // compiles
        while (rounds.Count < settings.WriteRounds) rounds.Add([.. cases.Select(each => Take(settings, writers, each))]);
        return rounds;
    }

    private static DurableSample Take(RunSettings settings, int writers, DurableCase @case)
    {
        var folder = Disk.NewFolder("writes");
        Disk.Settle();
        GC.Collect();
        using var store = @case.Open(folder);
        var turn = new Turn(store, writers);
        turn.Start();
        Thread.Sleep(settings.WriteTime / 4);
        var watch = QuietWatch.Start();
        turn.Begin();
        Thread.Sleep(settings.WriteTime);
        var (seconds, latencies) = turn.End();
        return new(latencies.Count / seconds, latencies, watch.Disturbance(seconds, alone: false) > 1);
    }

    private sealed class Turn(IDurableWriter store, int writers)
    {
        private readonly Latencies[] _latencies = [.. Enumerable.Range(0, writers).Select(_ => new Latencies())];
        private readonly Task[] _tasks = new Task[writers];
        private long _began = long.MaxValue;
        private long _ended;
        private volatile bool _isOver;

        // Each on a thread of its own, which only a way that blocks keeps: the others go on in the pool after the first wait.
        public void Start()
        {
            for (var writer = 0; writer < writers; writer++)
            {
                var number = writer;
                _tasks[writer] = Task.Factory.StartNew(
                    () => WriteAsync(number), CancellationToken.None, TaskCreationOptions.LongRunning,
                    TaskScheduler.Default).Unwrap();
            }
        }

        public void Begin() => Volatile.Write(ref _began, Stopwatch.GetTimestamp());

        public (double Seconds, Latencies Latencies) End()
        {
            _ended = Stopwatch.GetTimestamp();
            _isOver = true;
            if (!Task.WaitAll(_tasks, TimeSpan.FromSeconds(30))) throw new InvalidOperationException("A write never ended.");
            var all = new Latencies();
            foreach (var each in _latencies) all.Add(each);
            return (Stopwatch.GetElapsedTime(_began, _ended).TotalSeconds, all);
        }

        private async Task WriteAsync(int writer)
        {
            var random = new Random(writer);
            var latencies = _latencies[writer];
            while (true)
            {
                var asked = Stopwatch.GetTimestamp();
                await store.WriteAsync(writer, random.Next(Payload.Keys));
                if (_isOver) return;
                var answered = Stopwatch.GetTimestamp();
                if (answered > Volatile.Read(ref _began)) latencies.Add(answered - asked);
            }
        }
    }
}
