using System.Collections.Concurrent;

namespace Wappa.Caching.Json.Tests.Simulation;

/// <summary>A sync that fails forgets what it was to write, and the next one succeeds: what Linux does after an error of the
/// disk. Nobody may believe the second one.</summary>
public sealed class LyingSyncTests(ITestOutputHelper output)
{
    private const int LeastStates = 20_000;

    [Fact]
    public void Sync_ThatFailsOnceAndThenLies_LosesNothingAcknowledged()
    {
        var (states, failed) = Run(ProtocolFault.None, CrashSearch.IsLong ? 400 : 30, out var violations);
        output.WriteLine($"{states:N0} crashes after syncs that lied; {failed:N0} steps failed and said so");
        violations.Count.ShouldBe(0, violations.FirstOrDefault());
        states.ShouldBeGreaterThan(LeastStates);
        failed.ShouldBeGreaterThan(100);
    }

    [Theory]
    [InlineData(ProtocolFault.RetrySync)]
    [InlineData(ProtocolFault.NoRollback)]
    [InlineData(ProtocolFault.PendingToFiles)]
    internal void Sync_ThatFailsOnceAndThenLies_ShowsTheFault(ProtocolFault fault)
    {
        var (states, _) = Run(fault, 12, out var violations);
        output.WriteLine($"{fault}: found in {violations.Count} of the runs, {states:N0} crashes");
        violations.ShouldNotBeEmpty();
    }

    private static (long States, long Failed) Run(ProtocolFault fault, int workloads, out List<string> violations)
    {
        var (states, failed) = (0L, 0L);
        var found = new ConcurrentQueue<string>();
        Parallel.For(0, workloads, new ParallelOptions { MaxDegreeOfParallelism = CrashSearch.Threads }, seed =>
        {
            var workload = Workloads.Random(10_000 + seed);
            var overlaps = workload.OverlapsCheckpoints || fault == ProtocolFault.PendingToFiles;
            workload = workload with { Fault = fault, OverlapsCheckpoints = overlaps };
            for (var n = 0; n < CountSyncs(workload); n++)
            {
                var explorer = Lying(workload, n, null, null);
                try
                {
                    explorer.Explore();
                }
                catch (Violation violation)
                {
                    var where = $"{workload.Name}, sync {n}, at '{explorer.Path}'";
                    found.Enqueue($"{where}: {violation.Message}\n{Retell(workload, n, explorer.Path)}");
                    return;
                }

                // A failed sync fails those who wait for it, and the step after it finds a store that has healed.
                if (explorer.FailedSteps > 1) found.Enqueue($"{workload.Name}, sync {n}: {explorer.FailedSteps} steps failed");
                Interlocked.Add(ref states, explorer.States);
                Interlocked.Add(ref failed, explorer.FailedSteps);
            }
        });
        violations = [.. found];
        return (states, failed);
    }

    private static Explorer Lying(Workload workload, int lying, string? only, Action<string>? trace)
    {
        var syncs = 0;
        return new Explorer(workload, only, trace)
        {
            Failures = call => call.Act == DiskAct.Sync && syncs++ == lying ? new(DiskDeed.ForgetAndFail) : DiskVerdict.Obey,
            MostStates = 150, FirstPoint = Math.Max(0, (2 * lying) - 4),
        };
    }

    private static string Retell(Workload workload, int lying, string path) =>
        CrashSearch.Retell(workload, trace => Lying(workload, lying, path.Length == 0 ? "none" : path, trace));

    private static int CountSyncs(Workload workload)
    {
        var syncs = 0;
        new Explorer(workload)
        {
            Failures = call =>
            {
                if (call.Act == DiskAct.Sync) syncs++;
                return DiskVerdict.Obey;
            },
            MostStates = 0,
        }.Explore();
        return syncs;
    }
}
