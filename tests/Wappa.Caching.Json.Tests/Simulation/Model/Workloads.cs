using System.Globalization;

namespace Wappa.Caching.Json.Tests.Simulation;

/// <summary>Makes workloads: all short ones, and long ones by chance.</summary>
internal static class Workloads
{
    internal const int ShortLength = 3;

    private static readonly TimeSpan Ttl = TimeSpan.FromSeconds(10);

    // Two records and every kind of step that could make a difference to what is on the disk, in as few forms as possible.
    private static readonly Step[] Alphabet =
    [
        Step.Apply(0, new RecordChange.Set(Json("""{"n":1,"l":[1]}"""))),
        Step.Apply(1, new RecordChange.Set(Json("""{"n":2}"""), Ttl)),
        Step.Apply(0, new RecordChange.Increment("n", CacheNumber.From(1))),
        Step.Apply(0, new RecordChange.Delete()),
        Step.Apply(1, new RecordChange.Delete()),
        Step.Apply(0, new RecordChange.Expire(Ttl)),
        new(StepKind.Commit, [
            new(SimKeys.All[0], new RecordChange.Append("l", "7"u8.ToArray())),
            new(SimKeys.All[1], new RecordChange.SetField("c", "true"u8.ToArray()))]),
        new(StepKind.WriteMany, [
            new(SimKeys.All[0], new RecordChange.Set(Json("""{"m":1}"""))), new(SimKeys.All[1], new RecordChange.Delete())]),
        Step.Of(StepKind.Checkpoint),
        Step.Of(StepKind.Advance, 10_000),
        Step.Of(StepKind.Reopen),
        Step.Of(StepKind.DeleteAll, 0),
    ];

    /// <summary>How many workloads <see cref="Short"/> numbers.</summary>
    internal static int ShortCount
    {
        get
        {
            var (count, power) = (1, 1);
            for (var length = 1; length <= ShortLength; length++) count += power *= Alphabet.Length;
            return count;
        }
    }

    /// <summary>The n-th of all sequences of up to <see cref="ShortLength"/> steps of the alphabet; the first is
    /// empty.</summary>
    internal static Workload Short(int number)
    {
        List<Step> steps = [];
        for (var rest = number; rest > 0; rest = (rest - 1) / Alphabet.Length) steps.Add(Alphabet[(rest - 1) % Alphabet.Length]);
        return new(Invariant($"short:{number}"), number, steps)
        {
            CrashesInOpening = number == 0, HasCache = number % 3 != 0, CanSyncAll = number % 2 == 0,
        };
    }

    /// <summary>About 30 steps by chance.</summary>
    internal static Workload Random(long seed)
    {
        var chance = new Chance(seed);
        List<Step> steps = [];
        var durability = chance.Below(4) == 0 ? Durability.Interval : Durability.Always;
        for (var i = 20 + chance.Below(20); i > 0; i--) steps.Add(RandomStep(chance));
        return new(Invariant($"random:{seed}"), seed, steps)
        {
            Durability = durability, HasCache = chance.Below(3) != 0, CanSyncAll = chance.Below(2) == 0,
            OverlapsCheckpoints = chance.Below(4) == 0,
        };
    }

    /// <summary>What is done after a crash: a little work that ends with a checkpoint, so that old bytes can do harm.</summary>
    internal static IReadOnlyList<Step> SecondEpoch(long seed)
    {
        var chance = new Chance(seed);
        var steps = new List<Step>();
        for (var i = 1 + chance.Below(3); i > 0; i--) steps.Add(RandomStep(chance));
        steps.Insert(chance.Below(steps.Count + 1), Step.Of(StepKind.Checkpoint));
        return steps;
    }

    /// <summary>Makes a workload again from its name.</summary>
    internal static Workload Named(string name)
    {
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        var number = long.Parse(name.AsSpan(colon + 1), NumberStyles.Integer, CultureInfo.InvariantCulture);
        return name[..colon] switch
        {
            "short" => Short((int)number),
            "random" => Random(number),
            _ => throw new ArgumentException($"'{name}' names no workload; it is short:<number> or random:<seed>.", nameof(name)),
        };
    }

    private static Step RandomStep(Chance chance)
    {
        switch (chance.Below(24))
        {
            case 0 or 1 or 2: return Step.Of(StepKind.Checkpoint);
            case 3: return Step.Of(StepKind.Reopen);
            case 4: return Step.Of(StepKind.Flush);
            case 5: return Step.Of(StepKind.Sweep);
            case 6 or 7: return Step.Of(StepKind.Advance, chance.Below(3) switch { 0 => 1, 1 => 3_000, _ => 10_000 });
            case 8: return Step.Of(StepKind.ReadAll);
            case 9: return Step.Of(StepKind.DeleteAll, chance.Below(SimKeys.Sets.Length));
            case 10 or 11:
                var keys = Enumerable.Range(0, SimKeys.All.Length).Where(_ => chance.Below(2) == 0);
                return new(StepKind.WriteMany, [.. keys.Select(key => new RecordWrite(SimKeys.All[key], SetOrDelete(chance)))]);
            case 12 or 13 or 14:
                var writes = Enumerable.Range(0, 1 + chance.Below(3)).Select(_ => chance.Below(2));
                return new(StepKind.Commit, [.. writes.Select(key => new RecordWrite(SimKeys.All[key], RandomChange(chance)))]);
            default: return Step.Apply(chance.Below(SimKeys.All.Length), RandomChange(chance));
        }
    }

    private static RecordChange SetOrDelete(Chance chance) =>
        chance.Below(3) == 0 ? new RecordChange.Delete() : new RecordChange.Set(RandomDocument(chance), RandomTtl(chance));

    private static RecordChange RandomChange(Chance chance) => chance.Below(14) switch
    {
        0 or 1 => new RecordChange.Set(RandomDocument(chance), RandomTtl(chance)),
        2 => new RecordChange.Merge(RandomDocument(chance), RandomTtl(chance), RandomTtl(chance)),
        3 => new RecordChange.SetField("f", RandomDocument(chance).Utf8Json.ToArray(), RandomTtl(chance)),
        4 or 5 => new RecordChange.Increment("n", CacheNumber.From(1 + chance.Below(9)), RandomTtl(chance)),
        6 => new RecordChange.Append("l", "\"é\\n\""u8.ToArray(), chance.Below(2) == 0 ? 3 : null, RandomTtl(chance)),
        7 => new RecordChange.RemoveField("n"),
        8 or 9 => new RecordChange.Delete(),
        10 => new RecordChange.Expire(RandomTtl(chance) ?? Ttl),
        11 => new RecordChange.Persist(),
        12 => new RecordChange.CreateIfAbsent(RandomDocument(chance), RandomTtl(chance)),
        _ => new RecordChange.ReplaceIf(RandomDocument(chance), chance.Below(4) == 0 ? 1 : -1, RandomTtl(chance)),
    };

    private static TimeSpan? RandomTtl(Chance chance) => chance.Below(5) switch
    {
        0 => TimeSpan.FromMilliseconds(1),
        1 => Ttl,
        2 => TimeSpan.FromMinutes(5),
        _ => null,
    };

    // Numbers and lists are always such that increments and appends fit; some documents are longer than a sector.
    private static CacheDocument RandomDocument(Chance chance)
    {
        var filler = new string((char)('a' + chance.Below(26)), chance.Below(6) == 0 ? 700 : chance.Below(40));
        return Json(Invariant(
            $$"""{"n":{{chance.Below(1000)}},"l":[{{chance.Below(9)}}],"x":{"y":"{{filler}}","z":null} }"""));
    }

    private static CacheDocument Json(string json) => CacheDocument.Parse(json);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}

/// <summary>Chance that is the same for the same seed.</summary>
internal sealed class Chance(long seed)
{
    private long _count;

    internal int Below(int limit) => (int)(RandomChoices.Mix((seed * 1_000_003) + ++_count) % (uint)limit);
}
