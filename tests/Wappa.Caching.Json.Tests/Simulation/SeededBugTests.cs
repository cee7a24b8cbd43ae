using System.Collections.Concurrent;

namespace Wappa.Caching.Json.Tests.Simulation;

/// <summary>A search that finds nothing proves something only if it would find something. So here the store, or the disk below
/// it, is made wrong in one place at a time.</summary>
public sealed class SeededBugTests(ITestOutputHelper output)
{
    private const long MostStates = 60_000;

    // What a fault of the protocol needs to show is a failing disk or damage, not a crash: see the tests named here.
    private static readonly Dictionary<ProtocolFault, string> FoundElsewhere = new()
    {
        [ProtocolFault.NoRollback] = nameof(LyingSyncTests),
        [ProtocolFault.RetrySync] = nameof(LyingSyncTests),
        [ProtocolFault.PendingToFiles] = nameof(LyingSyncTests),
        [ProtocolFault.NoChecksum] = nameof(CorruptionTests),
    };

    private static readonly Dictionary<string, Func<SimDisk, DiskCall, bool>> LeftOut = new()
    {
        ["batches are not synced"] = (disk, call) => IsBatchSync(disk, call),
        ["segments are not synced before they get their names"] =
            (disk, call) => call.Act == DiskAct.Sync && call.IsJournal && !IsBatchSync(disk, call),
        ["the journal's directory is not synced"] =
            (_, call) => call.Act == DiskAct.SyncDirectory && call.Path.EndsWith(".journal", StringComparison.Ordinal),
        ["record files are not synced"] =
            (_, call) => call.Act is DiskAct.SyncAll || (call.Act == DiskAct.Sync && !call.IsJournal),
        ["the file system is not synced as a whole"] = (_, call) => call.Act == DiskAct.SyncAll,
        ["the directories of record files are not synced"] =
            (_, call) =>
            call.Act is DiskAct.SyncAll || (call.Act == DiskAct.SyncDirectory && IsRecordDirectory(call.Path)),
        ["the directories above are not synced"] = (_, call) =>
            call.Act == DiskAct.SyncDirectory && call.Path is "/" or "" or Life.Root,
    };

    [Fact]
    public void Explore_WithADeliberateFault_FindsIt()
    {
        var bugs = Enum.GetValues<ProtocolFault>()
            .Where(fault => fault != ProtocolFault.None && !FoundElsewhere.ContainsKey(fault))
            .Select(fault => ($"fault {fault}", fault, (Func<SimDisk, Func<DiskCall, DiskVerdict>>?)null))
            .Concat(LeftOut.Select(left =>
                (left.Key, ProtocolFault.None, (Func<SimDisk, Func<DiskCall, DiskVerdict>>?)LeaveOut(left.Value))))
            .Append(("batches are synced one write late", ProtocolFault.None, SyncLate)).ToList();
        var found = new ConcurrentDictionary<string, string>();
        Parallel.ForEach(bugs, new ParallelOptions { MaxDegreeOfParallelism = CrashSearch.Threads }, bug =>
            found[bug.Item1] = Search(bug.Item2, bug.Item3));
        foreach (var (bug, states) in found.OrderBy(pair => pair.Key, StringComparer.Ordinal)) output.WriteLine($"{bug}: {states}");
        found.Where(pair => pair.Value.StartsWith("not", StringComparison.Ordinal)).ShouldBeEmpty();
        (found.Count + FoundElsewhere.Count).ShouldBeGreaterThanOrEqualTo(14);
    }

    private static string Search(ProtocolFault fault, Func<SimDisk, Func<DiskCall, DiskVerdict>>? disk)
    {
        var states = 0L;
        for (var seed = 0; states < MostStates; seed++)
        {
            var workload = seed % 2 == 0 ? Workloads.Short(1 + (seed * 37 % (Workloads.ShortCount - 1))) : Workloads.Random(seed);
            var explorer = new Explorer(workload with { Fault = fault }) { Faults = disk };
            try
            {
                explorer.Explore();
            }
            catch (Violation violation)
            {
                var broken = violation.Message.Split('\n', 2)[0];
                return $"{states + explorer.States:N0} crashes, then at {workload.Name}/{explorer.Path}: {broken}";
            }

            states += explorer.States;
        }

        return $"not found in {states:N0} crashes";
    }

    private static Func<SimDisk, Func<DiskCall, DiskVerdict>> LeaveOut(Func<SimDisk, DiskCall, bool> left) =>
        disk => call => left(disk, call) ? new(DiskDeed.Skip) : DiskVerdict.Obey;

    private static Func<DiskCall, DiskVerdict> SyncLate(SimDisk disk)
    {
        var late = "";
        return call =>
        {
            if (late.Length > 0 && call.Act == DiskAct.Write) disk.Persist(late);
            if (!IsBatchSync(disk, call)) return DiskVerdict.Obey;
            late = NameOf(call);
            return new(DiskDeed.Skip);
        };
    }

    // A segment is synced under the name it was made with; when that is gone, it is a batch that is synced.
    private static bool IsBatchSync(SimDisk disk, in DiskCall call) =>
        call.Act == DiskAct.Sync && call.IsJournal && !disk.Paths.Contains(call.Path);

    private static string NameOf(in DiskCall call) => call.Path.Replace(".new", "", StringComparison.Ordinal);

    private static bool IsRecordDirectory(string path) =>
        path.StartsWith(Life.Root + "/", StringComparison.Ordinal) && !path.EndsWith(".journal", StringComparison.Ordinal);
}
