using System.Globalization;
using Wappa.Caching;
using Wappa.Caching.Redis.Tests.Servers;

namespace Wappa.EndToEnd.Oracle;

/// <summary>Whenever a process dies: every acknowledged message is handled once and in order, and every answer is sent once, or marked as
/// one of which nobody knows. <c>WAPPA_LONG=1</c> runs for minutes, <c>WAPPA_SEED</c> repeats a run's choices.</summary>
public class KillOracleTests
{
    private static readonly bool IsLong = Environment.GetEnvironmentVariable("WAPPA_LONG") == "1";

    private static int Seed =>
        int.TryParse(Environment.GetEnvironmentVariable("WAPPA_SEED"), CultureInfo.InvariantCulture, out var given) ? given : 7;

    private static TimeSpan Duration => TimeSpan.FromSeconds(IsLong ? 120 : 4);

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Redis_InstancesKilledUnderLoad_NothingLostNothingTwice(int instances)
    {
        await using var server = await RedisServer.StartAsync();
        var oracle = new KillOracle(Seed + instances, Duration);

        await oracle.RunAsync(instances, ["--cache", "redis", "--redis", server.Url], () =>
        {
            var stores = RedisStores.Open(new() { Url = server.Url });
            return (stores.Documents, stores);
        });

        oracle.Kills.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Json_ProcessKilledUnderLoad_NothingLostNothingTwice()
    {
        using var folder = new TemporaryFolder();
        var oracle = new KillOracle(Seed, Duration);

        await oracle.RunAsync(1, ["--cache", "json", "--cache-path", folder.Path], () =>
        {
            var store = JsonDocumentStore.Open(new JsonStoreOptions { Path = folder.Path });
            return (store, store);
        });

        oracle.Kills.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Json_SecondProcessInTheFolder_DoesNotStartAndSaysWhy()
    {
        using var folder = new TemporaryFolder();
        await using var graph = await GraphRecorder.StartAsync();
        await using var first = new BotInstance(["--cache", "json", "--cache-path", folder.Path], graph.Url);
        await using var second = new BotInstance(["--cache", "json", "--cache-path", folder.Path], graph.Url);
        await first.StartAsync();

        var (code, errors) = await second.FailAsync();

        code.ShouldNotBe(0);
        errors.ShouldContain("The cache folder is in use by");
    }
}
