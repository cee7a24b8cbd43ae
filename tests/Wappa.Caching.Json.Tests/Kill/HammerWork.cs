using System.Text;

namespace Wappa.Caching.Json.Tests.Kill;

/// <summary>
/// What the process that gets killed does, as a function of the seed: which change each of its writers makes as its n-th.
/// The process makes them and the test knows them, so that what was in flight at a kill is known to the letter.
/// </summary>
internal static class HammerWork
{
    internal const int Writers = 64;
    internal const int RecordsOfOne = 8;

    /// <summary>How long the records live that are to expire between a kill and the next opening, or soon after.</summary>
    internal static readonly TimeSpan Briefly = TimeSpan.FromMilliseconds(50);

    internal static readonly TimeSpan Long = TimeSpan.FromHours(1);

    private const string Tenant = "hammer";

    /// <summary>The counter that all writers share.</summary>
    internal static readonly RecordKey Shared = RecordKey.State(Tenant, "everybody", "shared");

    private static readonly RecordKey[][] Keys = [.. Enumerable.Range(0, Writers).Select(KeysOf)];

    /// <summary>The records of one writer, always in this order.</summary>
    internal static IReadOnlyList<RecordKey> Records(int writer) => Keys[writer];

    /// <summary>The records that <see cref="Records"/> has for the writer, without the row of a table.</summary>
    internal static RecordSet Listed(int writer) => RecordSet.OfUser(Tenant, Name(writer));

    /// <summary>The n-th operation of a writer: one change, or several that are committed together.</summary>
    internal static IReadOnlyList<RecordWrite> Operation(int seed, int writer, long number)
    {
        var key = Keys[writer];
        var dice = Mix(seed, writer, number);
        var value = $$"""{"v":{{number}}}""";
        return (dice % 16) switch
        {
            < 5 => [new(key[0], Add())],
            < 7 => [new(key[1], new RecordChange.Append("items", Text($"{number}"), 5))],
            < 10 => [new(key[2], Set(value)), new(key[3], Set(value)), new(key[4], Add())],
            < 12 => [new(key[5], Set(value, Long))],
            12 => [new(key[5], new RecordChange.Delete())],
            13 => [new(key[6], Set(value, Briefly))],
            14 => [new(key[7], Set($$"""{"v":{{number}},"text":"{{new string('x', (int)(dice / 16 % 3000))}}"}"""))],
            _ => [new(Shared, Add())],
        };
    }

    /// <summary>How the folder is opened the n-th time: files written all the time, journals of any size, records that leave the
    /// memory at once or never, syncs before or after the answer.</summary>
    internal static JsonStoreOptions Options(string folder, int seed, int round)
    {
        var dice = Mix(seed, -1, round);
        return new()
        {
            Path = folder,
            CheckpointDelay = TimeSpan.FromMilliseconds(10 + (dice % 20)),
            MaxJournalBytes = (64 << 10) << (int)(dice / 32 % 5),
            MaxCachedBytes = (dice / 256 % 3) switch { 0 => 0, 1 => 32 << 10, _ => 32 << 20 },
            Durability = dice / 1024 % 5 == 0 ? Durability.Interval : Durability.Always,
            SyncInterval = TimeSpan.FromMilliseconds(5),
        };
    }

    /// <summary>A number from the seed and two more; the same on every machine.</summary>
    internal static long Mix(int seed, int one, long other)
    {
        // The finisher of SplitMix64.
        var mixed = ((ulong)(uint)seed << 32) + ((ulong)(uint)one * 0x9E3779B97F4A7C15) + ((ulong)other * 0xD1B54A32D192ED03);
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return (long)((mixed ^ (mixed >> 31)) >> 1);
    }

    private static RecordKey[] KeysOf(int writer) =>
    [
        State(writer, "counter"), State(writer, "log"), RecordKey.User(Tenant, Name(writer)), State(writer, "pair"),
        State(writer, "commits"), State(writer, "session"), State(writer, "brief"),
        RecordKey.Table(Tenant, TableKey.Row("rows", $"row{writer}")),
    ];

    private static RecordKey State(int writer, string name) => RecordKey.State(Tenant, Name(writer), name);

    private static string Name(int writer) => $"writer{writer}";

    private static RecordChange.Increment Add() => new("n", CacheNumber.From(1));

    private static RecordChange.Set Set(string json, TimeSpan? ttl = null) => new(CacheDocument.Parse(json), ttl);

    private static byte[] Text(string json) => Encoding.UTF8.GetBytes(json);
}
