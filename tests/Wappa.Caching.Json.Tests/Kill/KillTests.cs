using System.Globalization;

namespace Wappa.Caching.Json.Tests.Kill;

/// <summary>The promise of an acknowledged write, kept against <c>kill -9</c>.</summary>
public class KillTests
{
    private static bool IsLong => Environment.GetEnvironmentVariable("WAPPA_LONG") == "1";

    [Fact]
    public async Task Store_KilledAtAnyMoment_HasEveryAcknowledgedChangeOnceAndWholeCommits()
    {
        var (kills, changesAtMost) = IsLong ? (300, 10_000) : (100, 3000);
        var seed = int.TryParse(Environment.GetEnvironmentVariable("WAPPA_SEED"), CultureInfo.InvariantCulture, out var given)
            ? given
            : Random.Shared.Next();
        using var folder = new DiskFolder("kill");
        var loop = new KillLoop(folder, seed, changesAtMost);

        await Task.Factory.StartNew(() => loop.Run(kills), TaskCreationOptions.LongRunning);

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"Seed {seed}: {kills} kills, {loop.Recoveries} recoveries, {loop.Acknowledged} acknowledged, {loop.Refusals} refused.");
        loop.Recoveries.ShouldBeGreaterThan(kills / 2);
        loop.Acknowledged.ShouldBeGreaterThan(kills * 100);
        loop.Refusals.ShouldBeGreaterThan(kills); // the next one was there, and asked, while the one before had the folder
        folder.Keep = false;
    }
}
