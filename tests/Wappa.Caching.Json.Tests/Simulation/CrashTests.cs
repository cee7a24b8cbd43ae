namespace Wappa.Caching.Json.Tests.Simulation;

/// <summary>Whatever was acknowledged is there after every crash; see the README beside this file.</summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    private const int RandomWorkloads = 400;
    private const long LeastStates = 800_000;

    [Fact]
    public void Explore_AllShortAndManyLongWorkloads_NothingAcknowledgedIsLost()
    {
        var random = CrashSearch.IsLong ? RandomWorkloads * 60 : RandomWorkloads;
        var workloads = Enumerable.Range(0, Workloads.ShortCount).Select(Workloads.Short)
            .Concat(Enumerable.Range(0, random).Select(seed => Workloads.Random(seed)));
        CrashSearch.Run(workloads, output.WriteLine).ShouldBeGreaterThanOrEqualTo(LeastStates);
    }

    [Fact]
    public void Replay_OfThePathInTheEnvironment_TellsWhatHappens()
    {
        if (Environment.GetEnvironmentVariable(CrashSearch.ReplayVariable) is not { Length: > 0 } line) return;
        var log = CrashSearch.Replay(line);
        output.WriteLine(log);
        log.ShouldContain("No promise was broken");
    }
}
