using System.Globalization;
using System.Text;

namespace Wappa.Caching.Json.Tests.Simulation;

/// <summary>Stops the machine at every point of a workload, in every way, and looks at what is left.</summary>
/// <param name="workload">What the store is made to do.</param>
/// <param name="only">The one path to follow, such as <c>12.lose/3.kill</c>; null: all.</param>
/// <param name="trace">Told what happens on the way.</param>
internal sealed class Explorer(Workload workload, string? only = null, Action<string>? trace = null)
{
    private const int RandomCuts = 10;

    private readonly string[] _only = only?.Split('/') ?? [];

    /// <summary>How many crashes were recovered from.</summary>
    internal long States { get; private set; }

    /// <summary>Where the search is: what to give as <c>only</c> to come here again.</summary>
    internal string Path { get; private set; } = "";

    /// <summary>What is wrong with each disk; null: nothing.</summary>
    internal Func<SimDisk, Func<DiskCall, DiskVerdict>>? Faults { get; init; }

    /// <summary>What is wrong with the first disk only, and may make steps fail.</summary>
    internal Func<DiskCall, DiskVerdict>? Failures { get; init; }

    /// <summary>How many steps of the workload failed.</summary>
    internal int FailedSteps { get; private set; }

    /// <summary>Where to begin.</summary>
    internal int FirstPoint { get; init; }

    /// <summary>How many crashes to look at, at most.</summary>
    internal long MostStates { get; init; } = long.MaxValue;

    /// <exception cref="Violation">A promise was broken; see <see cref="Path"/>.</exception>
    internal void Explore()
    {
        var disk = new SimDisk { CanSyncAll = workload.CanSyncAll };
        var life = Failures is null ? Begin(disk, Life.Nothing, TimeSpan.Zero)
            : new Life(workload, disk, Life.Nothing) { Trace = trace, MayFail = true };
        if (workload.CrashesInOpening) life.Snapshots = [];
        Guard(life.Open);
        life.Snapshots ??= [];
        life.Faults ??= Failures; // a store that cannot be opened has promised nothing
        foreach (var step in workload.Steps) Guard(() => life.Do(step));
        life.Snapshots.Add(new(disk.AfterKill(), life.Expected));
        life.Abandon();
        FailedSteps = life.FailedSteps;
        for (var point = FirstPoint; point < life.Snapshots.Count; point++)
        {
            foreach (var way in Ways(life.Snapshots[point].Disk)) Crash(life.Snapshots[point], point, way, "");
        }
    }

    private void Crash(Snapshot at, int point, string way, string before)
    {
        var path = before + Invariant($"{point}.{way}");
        if (!IsWanted(path) || States >= MostStates) return;
        Path = path;
        States++;
        var seed = Seed(path);
        var chance = RandomChoices.Mix(seed);
        var plan = before.Length > 0 ? 100 : chance % 64;
        var (disk, expected) = Stop(at, way, seed);
        if (trace is not null) trace($"== crash {path}; on the disk:\n{Show(disk)}");

        var life = Begin(disk, expected, Pause(chance >> 8));
        if (plan is 4 or 5) life.Snapshots = [];
        Guard(life.Open);
        switch (plan)
        {
            case < 4: // what was served must not be lost in the next moment
                var served = new Snapshot(life.Disk.AfterKill(), life.Expected);
                life.Abandon();
                Again(served, 0, path, ["lose", "r0", "r1"]);
                break;
            case 4 or 5: // stop in the middle of the recovery
                life.Abandon();
                for (var i = 0; i < life.Snapshots!.Count; i++) Again(life.Snapshots[i], i, path, ["lose", "kill", "r0"]);
                break;
            case 6: // work on, and stop again
                life.Snapshots = [];
                foreach (var step in Workloads.SecondEpoch(seed)) Guard(() => life.Do(step));
                life.Snapshots.Add(new(life.Disk.AfterKill(), life.Expected));
                life.Abandon();
                for (var i = 0; i < life.Snapshots.Count; i++) Again(life.Snapshots[i], i, path, ["lose", "kill", "r0", "r1"]);
                break;
            default:
                life.Abandon();
                break;
        }
    }

    private void Again(Snapshot at, int point, string path, ReadOnlySpan<string> ways)
    {
        if (at.Disk.IsSynced) ways = ways[..1];
        foreach (var way in ways) Crash(at, point, way, path + "/");
    }

    // All ways if they are few; else the extremes, a kill, and some by chance.
    private static List<string> Ways(SimDisk disk)
    {
        var count = disk.CountPowerCuts();
        if (count == 1) return ["lose"];
        List<string> ways = ["lose", "keep", "kill"];
        for (var n = 1; count <= RandomCuts + 2 && n < count - 1; n++) ways.Add(Invariant($"n{n}"));
        for (var n = 0; count > RandomCuts + 2 && n < RandomCuts; n++) ways.Add(Invariant($"r{n}"));
        return ways;
    }

    private static (SimDisk Disk, Expectation Expected) Stop(Snapshot at, string way, long seed) => way[0] switch
    {
        'l' => (at.Disk.AfterPowerCut(Choices.Oldest), at.Expected),
        'k' when way == "keep" => (at.Disk.AfterPowerCut(Choices.Newest), at.Expected),
        'k' => (at.Disk.AfterKill(), at.Expected.AfterKill),
        'n' => (at.Disk.AfterPowerCut(new NthChoices(long.Parse(way.AsSpan(1), CultureInfo.InvariantCulture))), at.Expected),
        _ => (at.Disk.AfterPowerCut(new RandomChoices(seed)), at.Expected),
    };

    // Now and then it takes a while until the machine is back, and something has expired. With Interval it takes a moment at
    // least: only the clock keeps a revision that was lost from being used again.
    private TimeSpan Pause(uint chance) => chance % 8 == 0 ? TimeSpan.FromSeconds(3)
        : workload.Durability == Durability.Interval ? TimeSpan.FromMilliseconds(1) : TimeSpan.Zero;

    private Life Begin(SimDisk disk, Expectation expected, TimeSpan later) =>
        new(workload, disk, expected, later) { Trace = trace, Faults = Faults?.Invoke(disk) };

    private bool IsWanted(string path)
    {
        if (_only.Length == 0) return true;
        var parts = path.Split('/');
        return parts.Length <= _only.Length && parts.AsSpan().SequenceEqual(_only.AsSpan(0, parts.Length));
    }

    private long Seed(string path)
    {
        var seed = workload.Seed;
        foreach (var letter in path) seed = (seed * 31) + letter;
        return seed;
    }

    // Whatever the store throws that is not a promise to throw is a broken promise.
    private static void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (Exception error) when (error is not Violation)
        {
            throw new Violation($"{error.GetType().Name}: {error.Message}", error);
        }
    }

    private static string Show(SimDisk disk)
    {
        var text = new StringBuilder();
        foreach (var path in disk.Paths)
        {
            var bytes = disk.BytesOf(path);
            var shown = Encoding.UTF8.GetString(bytes).TrimEnd('\n').Replace("\0", "␀", StringComparison.Ordinal);
            text.Append("      ").Append(path).Append(", ").Append(bytes.Length).AppendLine(" bytes").AppendLine(shown);
        }

        return text.ToString();
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
