using System.Collections.Concurrent;

namespace Wappa.Caching.Json.Tests.Simulation;

/// <summary>Bytes change while nobody looks. What is wrong afterwards is said to be, and nothing that never was is served.</summary>
public sealed class CorruptionTests(ITestOutputHelper output)
{
    private const int Cases = 100_000;
    private const int CasesPerDisk = 250;

    private static readonly string[] Kinds =
        ["bit flipped", "bytes zeroed", "truncated", "block doubled", "files swapped", "segment spliced in", "NUL tail"];

    [Fact]
    public void Open_OfADamagedFolder_ServesNothingWrongInSilence()
    {
        var (cases, reported, violations) = Run(ProtocolFault.None, CrashSearch.IsLong ? Cases * 10 : Cases);
        output.WriteLine($"{cases:N0} damaged folders, {reported:N0} of them reported, {violations.Count} wrong");
        violations.Count.ShouldBe(0, violations.FirstOrDefault());
        cases.ShouldBeGreaterThanOrEqualTo(Cases);
    }

    [Fact]
    public void Open_OfADamagedFolderWithoutChecksums_ShowsTheFault()
    {
        var (cases, _, violations) = Run(ProtocolFault.NoChecksum, 20_000);
        output.WriteLine($"without checksums: {violations.Count} wrong of {cases:N0}");
        violations.ShouldNotBeEmpty();
    }

    private static (long Cases, long Reported, List<string> Violations) Run(ProtocolFault fault, int most)
    {
        var (cases, reported) = (0L, 0L);
        var found = new ConcurrentQueue<string>();
        Parallel.For(0, most / CasesPerDisk, new ParallelOptions { MaxDegreeOfParallelism = CrashSearch.Threads }, seed =>
        {
            var workload = Workloads.Random(30_000 + seed) with { Fault = fault, Durability = Durability.Always };
            var disk = new SimDisk();
            var life = new Life(workload, disk, Life.Nothing);
            life.Open();
            foreach (var step in workload.Steps) life.Do(step);
            if (seed % 2 == 0) life.Store.Dispose();
            else life.Abandon();
            for (var n = 0; n < CasesPerDisk; n++)
            {
                var damaged = disk.AfterKill();
                var what = Damage(damaged, new Chance((seed * 100_000L) + n));
                Interlocked.Increment(ref cases);
                if (Judge(workload, damaged, life, out var wasReported) is { } problem)
                    found.Enqueue($"random:{30_000 + seed}, case {n}, {what}: {problem}");
                if (wasReported) Interlocked.Increment(ref reported);
            }
        });
        return (cases, reported, [.. found]);
    }

    private static string? Judge(Workload workload, SimDisk disk, Life before, out bool isReported)
    {
        isReported = false;
        var files = disk.Paths.Count;
        var after = new Life(workload, disk, before.Expected);
        try
        {
            var found = after.OpenDamaged().ReadDamaged(out var corrupt);
            var status = after.Store.Status;
            isReported = corrupt > 0 || status.State != JsonStoreState.Healthy || status.Quarantined > 0 || status.Healed > 0;
            for (var key = 0; key < found.Length; key++)
            {
                if (found[key] is not { } state || IsSame(state, before.States[key], after.Now)) continue;
                if (!isReported) return $"{SimKeys.NameOf(key)} is {state} and nothing was reported; it was {before.States[key]}";
                if (state.Document is not null && !before.History.Any(moment => IsSame(state, moment.States[key], after.Now)))
                    return $"{SimKeys.NameOf(key)} is {state}, which it has never been";
            }

            return null;
        }
        catch (CacheStoreException)
        {
            isReported = true; // it does not open, and says why
            return null;
        }
        catch (Exception error)
        {
            return $"{files} files, {error}";
        }
        finally
        {
            after.Abandon();
        }
    }

    private static bool IsSame(in KeyState found, in KeyState expected, DateTimeOffset now) =>
        expected.IsLive(now) ? found == expected : found.Document is null;

    private static string Damage(SimDisk disk, Chance chance)
    {
        var paths = disk.Paths.Where(path => !path.EndsWith("LOCK", StringComparison.Ordinal)).ToList();
        var path = paths[chance.Below(paths.Count)];
        var bytes = disk.BytesOf(path);
        var kind = chance.Below(Kinds.Length);
        if (bytes.Length == 0) kind = 6;

        // Most of a segment is filler that nobody reads; damage there shows nothing.
        var used = bytes.AsSpan().TrimEnd((byte)'\n').Length;
        var at = chance.Below(Math.Max(1, Math.Min(bytes.Length, used + 40)));
        var length = Math.Min(1 + chance.Below(100), bytes.Length - at);
        switch (kind)
        {
            case 0: bytes[at] ^= (byte)(1 << chance.Below(8)); break;
            case 1: bytes.AsSpan(at, length).Clear(); break;
            case 2: bytes = bytes[..at]; break;
            case 3: bytes = [.. bytes[..(at + length)], .. bytes[at..]]; break;
            case 4:
                var other = paths[chance.Below(paths.Count)];
                var content = disk.BytesOf(other);
                disk.Damage(other, bytes);
                bytes = content;
                break;
            case 5:
                var segments = paths.FindAll(name => name.EndsWith(".jsonl", StringComparison.Ordinal));
                path = Life.Root + FormattableString.Invariant($"/.journal/{chance.Below(12):D8}.jsonl");
                bytes = disk.BytesOf(path).Length == 0 && segments.Count > 0
                    ? disk.BytesOf(segments[chance.Below(segments.Count)])
                    : disk.BytesOf(path);
                break;
            default: bytes = [.. bytes, .. new byte[1 + chance.Below(600)]]; break;
        }

        disk.Damage(path, bytes);
        return $"{Kinds[kind]} at {at} of {path}";
    }
}
