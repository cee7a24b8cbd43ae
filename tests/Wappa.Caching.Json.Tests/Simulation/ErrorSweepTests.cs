using System.Collections.Concurrent;
using System.Text;
using Wappa.Caching.Json.Files;

namespace Wappa.Caching.Json.Tests.Simulation;

/// <summary>Every call to the disk fails once, in every way, for a moment or until somebody repairs the disk.</summary>
public sealed class ErrorSweepTests(ITestOutputHelper output)
{
    private const int LeastRuns = 20_000;

    private static readonly DiskVerdict[] Ways =
    [
        new(DiskDeed.Fail, FileError.NoSpace), new(DiskDeed.Fail, FileError.Device), new(DiskDeed.Fail, FileError.TooManyFiles),
        new(DiskDeed.Fail, FileError.ReadOnly), new(DiskDeed.Fail, FileError.Denied), new(DiskDeed.FailHalfway, FileError.NoSpace),
    ];

    [Fact]
    public void Call_ThatFails_IsReportedAndTheStoreHeals()
    {
        var (runs, failed) = (0L, 0L);
        var found = new ConcurrentQueue<string>();
        var threads = new ParallelOptions { MaxDegreeOfParallelism = CrashSearch.Threads };
        Parallel.For(0, CrashSearch.IsLong ? 200 : 14, threads, seed =>
        {
            var workload = Workloads.Random(20_000 + seed);
            var more = true;
            for (var n = 0; more; n++)
            {
                foreach (var way in Ways)
                {
                    foreach (var sticky in new[] { false, true })
                    {
                        var run = new Run(workload, n, way, sticky);
                        if (run.Go() is { } problem)
                        {
                            var known = found.Count(text => text.Contains("-> fails", StringComparison.Ordinal));
                            var told = known < 8 ? new Run(workload, n, way, sticky).Tell() : "";
                            found.Enqueue($"{workload.Name}, call {n}, {way}, sticky {sticky}: {problem}\n{workload}\n{told}");
                        }
                        more = run.WasReached;
                        Interlocked.Increment(ref runs);
                        Interlocked.Add(ref failed, run.FailedSteps);
                    }
                }
            }
        });
        output.WriteLine($"{runs:N0} runs with a call that failed; {failed:N0} steps failed and said so; {found.Count} violations");
        var log = Path.Combine(AppContext.BaseDirectory, "sweep.log");
        File.WriteAllText(log, string.Join("\n\n", found));
        found.Count.ShouldBe(0, $"{found.FirstOrDefault()?.Split('\n')[0]}; all of them are in {log}");
        runs.ShouldBeGreaterThan(LeastRuns);
    }

    private sealed class Run(Workload workload, int failing, DiskVerdict way, bool sticky)
    {
        private int _calls;
        private Action<string>? _tell;

        internal bool WasReached => _calls > failing;

        internal int FailedSteps { get; private set; }

        /// <summary>What happens on the way.</summary>
        internal string Tell()
        {
            var text = new StringBuilder();
            _tell = line => text.AppendLine(line);
            Go();
            return text.ToString();
        }

        internal string? Go()
        {
            try
            {
                var disk = new SimDisk { CanSyncAll = workload.CanSyncAll };
                var life = new Life(workload, disk, Life.Nothing) { MayFail = true, Faults = Decide, Trace = _tell };
                if (!TryOpen(life)) return null;
                foreach (var step in workload.Steps) life.Do(step);
                FailedSteps = life.FailedSteps;

                // The disk is well again. A store that has noticed heals; nobody has to open it anew.
                life.Faults = null;
                Heal(life);
                life.Snapshots = [];
                foreach (var step in Workloads.SecondEpoch(failing)) life.Do(step);
                if (life.FailedSteps > FailedSteps) return "a step failed on a disk that works";
                life.CheckReads();
                var expected = life.Expected;
                life.Abandon();
                Recover(disk.AfterKill(), expected.AfterKill);
                Recover(disk.AfterPowerCut(Choices.Oldest), expected);
                return null;
            }
            catch (Exception error)
            {
                return error is Violation ? error.Message : error.ToString();
            }
        }

        private static void Heal(Life life)
        {
            life.Reopen();
            if (life.HasFailed) life.Store.Repair();
            if (life.HasFailed) throw new Violation("The store does not heal: " + life.Store.Status.Problem);
        }

        private bool TryOpen(Life life)
        {
            for (var attempt = 0; attempt < 2; attempt++)
            {
                try
                {
                    life.Open();
                    return true;
                }
                catch (CacheStoreException) when (attempt == 0)
                {
                    life.Abandon(); // it may have been opened, and not read
                    life.Faults = null;
                }
            }

            return false;
        }

        private void Recover(SimDisk disk, Expectation expected)
        {
            var life = new Life(workload, disk, expected, TimeSpan.FromMilliseconds(1));
            life.Open();
            life.Abandon();
        }

        private DiskVerdict Decide(DiskCall call)
        {
            var now = _calls++;
            if (now == failing) _tell?.Invoke($"    -> fails: {call}");
            return now == failing || (sticky && now > failing) ? way : DiskVerdict.Obey;
        }
    }
}
