using System.Globalization;
using Wappa.Caching.Json.Tests.Kill;

namespace Wappa.Caching.Json.Tests.Histories;

/// <summary>What a store answers before and after it dies must come from one order of operations, in which what was in flight
/// happened or did not.</summary>
public class CrashHistoryTests
{
    private static int Seed =>
        int.TryParse(Environment.GetEnvironmentVariable("WAPPA_SEED"), CultureInfo.InvariantCulture, out var given)
            ? given
            : Random.Shared.Next();

    [Fact]
    public async Task History_AcrossManyDeaths_IsLinearizableAndNoCountIsGivenTwice()
    {
        var (deaths, operations) = Environment.GetEnvironmentVariable("WAPPA_LONG") == "1" ? (400, 5200) : (50, 4200);
        var seed = Seed;
        using var folder = new DiskFolder("history");
        var history = new CrashHistory(folder.Path, seed);

        for (var epoch = 0; epoch <= deaths; epoch++)
            (await history.LiveAsync(epoch, epoch == deaths ? 0 : operations)).ShouldBeNull($"WAPPA_SEED={seed}");

        TestContext.Current.TestOutputHelper?.WriteLine($"Seed {seed}: {deaths} deaths, {history.Operations} operations, {history.Counts} counts.");
        history.Operations.ShouldBeGreaterThanOrEqualTo((long)deaths * operations);
        folder.Keep = false;
    }

    // A history that is never found wrong proves nothing; this one must be.
    [Fact]
    public async Task History_OfAStoreThatSplitsCommits_IsNotLinearizable()
    {
        const int AtMost = 200; // about one death in five falls between the two halves of a commit
        using var folder = new DiskFolder("history-fault") { Keep = false };
        var history = new CrashHistory(folder.Path, Seed, ProtocolFault.SplitCommit);
        string? problem = null;

        for (var epoch = 0; epoch < AtMost && problem is null; epoch++) problem = await history.LiveAsync(epoch, 500);

        problem.ShouldNotBeNull();
    }
}
