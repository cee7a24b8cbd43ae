using System.Globalization;
using Wappa.Caching.Json.Tests.Files;

namespace Wappa.Caching.Json.Tests.Kill;

/// <summary>The promise of an acknowledged write behind, kept against <c>kill -9</c>, with a real database as the source.</summary>
public class WriteBehindKillTests
{
    private const int Rounds = 8;
    private const int Seed = 4711;

    [Fact]
    public async Task WriteBehind_KilledAtAnyMoment_EveryAcknowledgedWriteArrivesInOrder()
    {
        using var folder = new DiskFolder("write-behind");
        var acknowledged = new Dictionary<string, long>();
        var random = new Random(Seed);
        var left = 0L;
        for (var round = 1; round <= Rounds; round++)
        {
            using var child = ChildProcess.Start("write-behind", folder.Path, Text(round * 1_000_000));
            left += Left(await child.ReadAsync());
            var count = random.Next(1, 120);
            for (var i = 0; i < count; i++) Note(await child.ReadAsync(), acknowledged);
            await child.KillAsync();
            while (await child.ReadAsync() is { } line) Note(line, acknowledged);
        }

        using var last = ChildProcess.Start("write-behind", folder.Path, "0");
        left += Left(await last.ReadAsync());
        left.ShouldBeGreaterThan(0, "no kill left anything in the journal: nothing was tested");
        var arrived = new Dictionary<string, List<(long Number, long Sequence)>>();
        while (await last.ReadAsync() is { } line)
        {
            var parts = line.Split(' ');
            if (!arrived.TryGetValue(parts[0], out var list)) arrived[parts[0]] = list = [];
            list.Add((Number(parts[1]), Number(parts[2])));
        }

        acknowledged.ShouldNotBeEmpty();
        foreach (var (key, number) in acknowledged)
        {
            var seen = arrived[key];
            seen[^1].Number.ShouldBeGreaterThanOrEqualTo(number, $"key {key} lost an acknowledged write");
            seen.Select(row => row.Number).ShouldBe(seen.Select(row => row.Number).Order(), $"key {key} went back");
            seen.Select(row => row.Sequence).ShouldBe(seen.Select(row => row.Sequence).Order(), $"key {key}'s sequences went back");
        }

        folder.Keep = false;
    }

    // Two acknowledged numbers of a key come in order; a line cut by the kill was not acknowledged.
    private static void Note(string? line, Dictionary<string, long> acknowledged)
    {
        var parts = line.ShouldNotBeNull("the process ended by itself").Split(' ');
        if (parts.Length == 2 && parts[1].Length == 7) acknowledged[parts[0]] = Number(parts[1]);
    }

    private static long Left(string? line)
    {
        line.ShouldNotBeNull("the process ended by itself").ShouldStartWith("left ");
        return Number(line[5..]);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
