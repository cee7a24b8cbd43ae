using System.Globalization;
using Wappa.Caching.Json.Tests.Simulation;
using State = System.Collections.Immutable.ImmutableSortedDictionary<int, Wappa.Caching.Json.Tests.Entries.ModelEntry>;

namespace Wappa.Caching.Json.Tests.Entries;

/// <summary>The machine stops at every point of generated workloads, in many ways: what was acknowledged is there, and what was
/// replaced or removed is not.</summary>
public sealed class EntryCrashTests(ITestOutputHelper output)
{
    private const int RandomCuts = 4;

    private static readonly int Workloads = CrashSearch.IsLong ? 2000 : 30;
    private static readonly DateTimeOffset Start = new(2025, 1, 15, 10, 30, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(Durability.Always, false)]
    [InlineData(Durability.Interval, false)]
    [InlineData(Durability.Always, true)]
    public void Explore_EveryPointOfManyWorkloads_NothingIsLostOrComesBack(Durability durability, bool evicts)
    {
        var states = 0L;
        for (var seed = 0; seed < Workloads; seed++)
            states += Explore(new EntryWorkload(Steps(seed, evicts), durability, evicts), $"{durability} {evicts} {seed}", null, out _);
        output.WriteLine($"{states:N0} crashes");
        states.ShouldBeGreaterThan(Workloads * 200);
    }

    [Theory]
    [InlineData(DiskDeed.Fail)]
    [InlineData(DiskDeed.FailHalfway)]
    [InlineData(DiskDeed.ForgetAndFail)]
    internal void Explore_AnErrorAtEveryCall_TellsOrHeals(DiskDeed deed)
    {
        var (states, failed) = (0L, 0L);
        for (var seed = 0; seed < (CrashSearch.IsLong ? 100 : 2); seed++)
        {
            for (var n = 0; ; n++)
            {
                var (calls, at) = (0, n);
                var hit = false;
                DiskVerdict Spoil(DiskCall call)
                {
                    if (!call.Changes || (deed == DiskDeed.ForgetAndFail && call.Act != DiskAct.Sync) || calls++ != at) return DiskVerdict.Obey;
                    hit = true;
                    return new(deed);
                }

                states += Explore(new EntryWorkload(Steps(1000 + seed)), $"{deed} {seed} {n}", Spoil, out var failures);
                failed += failures;
                if (!hit) break;
            }
        }

        output.WriteLine($"{states:N0} crashes, {failed:N0} failed steps");
        failed.ShouldBeGreaterThan(10);
    }

    [Theory]
    [InlineData(ProtocolFault.DeleteBeforeApplied, false)]
    [InlineData(ProtocolFault.NoRelog, true)]
    internal void Explore_ADeliberateFault_IsHarmlessOrFound(ProtocolFault fault, bool isFound)
    {
        // What is applied is in the base before the journal says so: deleting a segment early loses nothing here.
        var found = false;
        for (var seed = 0; seed < 150 && !found; seed++)
        {
            try
            {
                Explore(new EntryWorkload(Steps(seed), Durability.Interval, Fault: fault), $"{fault} {seed}", null, out _);
            }
            catch (Violation)
            {
                found = true;
            }
        }

        found.ShouldBe(isFound);
    }

    private static long Explore(EntryWorkload workload, string name, Func<DiskCall, DiskVerdict>? faults, out int failed)
    {
        var step = -1;
        var path = "";
        try
        {
            var states = 0L;
            var life = new EntryLife(workload, new SimDisk(), Start);
            life.Open([State.Empty]);
            life.Snapshots = [];
            life.Faults = faults;
            foreach (var next in workload.Steps)
            {
                step++;
                life.Do(next);
            }

            life.Snapshots.Add(life.Now);
            life.Abandon();
            failed = life.Failed;
            for (var point = 0; point < life.Snapshots.Count; point++)
            {
                foreach (var (way, choices) in Ways(life.Snapshots[point].Disk, point))
                {
                    if (faults is not null && (point + way.Length) % 3 != 0) continue; // many runs, each explored in part
                    path = $"{point}.{way}";
                    states += Crash(workload, life.Snapshots[point], choices, point);
                }
            }

            return states;
        }
        catch (Exception error)
        {
            var steps = string.Join(", ", workload.Steps.Select((s, i) => i == step ? $">{s.Kind} {s.Key} {s.Number}" : $"{s.Kind} {s.Key} {s.Number}"));
            throw new Violation($"{name} at '{path}': {error.Message}\n{steps}", error);
        }
    }

    private static long Crash(EntryWorkload workload, EntrySnapshot at, Choices? choices, int point)
    {
        var disk = choices is null ? at.Disk.AfterKill() : at.Disk.AfterPowerCut(choices);
        var allowed = choices is null ? at.AfterKill : at.AfterPowerCut;
        var again = new EntryLife(workload, disk, at.Now) { Snapshots = point % 5 == 0 ? [] : null };
        again.Open(allowed);
        var served = again.Now;
        again.Abandon();
        var states = 2L;

        // What was served must not be lost in the next moment, and stopping while the store is opened does no harm.
        new EntryLife(workload, served.Disk.AfterPowerCut(Choices.Oldest), at.Now).Open(workload.Evicts ? allowed : served.AfterKill);
        foreach (var opening in again.Snapshots ?? [])
        {
            new EntryLife(workload, opening.Disk.AfterPowerCut(Choices.Oldest), at.Now).Open(at.AfterPowerCut);
            new EntryLife(workload, opening.Disk.AfterPowerCut(new RandomChoices(point)), at.Now).Open(at.AfterPowerCut);
            states += 2;
        }

        return states;
    }

    private static IEnumerable<(string Way, Choices? Choices)> Ways(SimDisk disk, int seed)
    {
        var count = disk.CountPowerCuts();
        yield return ("lose", Choices.Oldest);
        if (count == 1) yield break;
        yield return ("keep", Choices.Newest);
        yield return ("kill", null);
        for (var n = 1; count <= RandomCuts + 2 && n < count - 1; n++) yield return ($"n{n}", new NthChoices(n));
        for (var n = 0; count > RandomCuts + 2 && n < RandomCuts; n++)
            yield return (string.Create(CultureInfo.InvariantCulture, $"r{n}"), new RandomChoices((seed * 100) + n));
    }

    private static List<EntryStep> Steps(int seed, bool evicts = false)
    {
        var random = new Random(seed);
        var steps = new List<EntryStep>();
        for (var i = 0; i < 14; i++)
        {
            var kind = (EntryStepKind)random.Next(-4, (int)EntryStepKind.Reopen + 1);

            // What these do depends on whether the entry was evicted, which the model does not know.
            if (evicts && kind is EntryStepKind.Add or EntryStepKind.Renew && evicts) kind = EntryStepKind.Set;
            steps.Add(new(kind < 0 ? EntryStepKind.Set : kind, random.Next(EntryModel.Keys), (i * 16) + random.Next(16)));
        }

        return steps;
    }
}
