using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Wappa.Caching.Redis.Tests.Servers;

namespace Wappa.Caching.Redis.Tests.Hosting;

public sealed class HostStartTests : HostingFixture
{
    [Fact]
    public async Task Start_WithRedis_ConnectsAndSaysOnceToWhat()
    {
        var log = new LogLines();
        using var host = BuildHost(caching => caching.UseRedis(Url), log);

        await host.StartAsync(Ct);

        log.All.Count(line => line.StartsWith(
            $"Information: What the app remembers is in Redis at 127.0.0.1:{Server.Port} (redis ", StringComparison.Ordinal)).ShouldBe(1);
        host.Services.GetRequiredService<RedisStores>().Status.TellsChanges.ShouldBeTrue();
        await host.StopAsync(Ct);
    }

    [Fact]
    public async Task Start_ServerAway_StartsAndConnectsWhenItComes()
    {
        await Server.StopAsync();
        var log = new LogLines();
        using var host = BuildHost(
            caching => caching.UseRedis($"redis://wappa:geheim@127.0.0.1:{Server.Port}?connectTimeout=200&commandTimeout=200"), log);

        await host.StartAsync(Ct);

        var line = log.All.Single(one => one.StartsWith("Error: ", StringComparison.Ordinal));
        line.ShouldContain($"Redis at 127.0.0.1:{Server.Port} cannot be used: ");
        line.ShouldContain("--redis");
        var user = host.Services.GetRequiredService<ICacheFactory>().ForUser("t", "u").User;
        (await Should.ThrowAsync<CacheStoreException>(async () => await user.GetAsync("profile", Ct))).OutcomeUnknown.ShouldBeFalse();
        log.All.ShouldNotContain(one => one.Contains("geheim", StringComparison.Ordinal));
        await host.StopAsync(Ct);
    }

    [Fact]
    public async Task Start_ServerThatComesLater_IsUsedFromThenOn()
    {
        await Server.StopAsync();
        var log = new LogLines();
        using var host = BuildHost(caching => caching.UseRedis($"{Url}?connectTimeout=200&commandTimeout=5000"), log);
        await host.StartAsync(Ct);

        await Server.StartAgainAsync();

        var user = host.Services.GetRequiredService<ICacheFactory>().ForUser("t", "u").User;
        await user.SetAsync("profile", new { name = "Ann" }, cancellationToken: Ct);
        (await user.GetFieldAsync<string>("profile", "name", Ct)).ShouldBe("Ann");
        log.All.ShouldContain($"Information: The connection to Redis at 127.0.0.1:{Server.Port}, database 0, is back. ");
        await host.StopAsync(Ct);
    }

    [Fact]
    public async Task Start_WrongPassword_SaysWhoIsRefusedWithoutThePassword()
    {
        var log = new LogLines();
        using var host = BuildHost(
            caching => caching.UseRedis($"redis://nobody:geheim@127.0.0.1:{Server.Port}?connectTimeout=500&commandTimeout=500"), log);

        await host.StartAsync(Ct);

        var line = log.All.Single(one => one.StartsWith("Error: ", StringComparison.Ordinal));
        line.ShouldContain("refused the user or the password");
        log.All.ShouldNotContain(one => one.Contains("geheim", StringComparison.Ordinal));
        await host.StopAsync(Ct);
    }

    [Fact]
    public async Task Start_AnotherBackendChosenAfterwards_ConnectsToNothing()
    {
        await using var proxy = FaultProxy.To(Server);
        using var host = BuildHost(caching => caching.UseRedis(proxy.Url).UseMemory());

        await host.StartAsync(Ct);

        host.Services.GetRequiredService<ICacheFactory>().Backend.ShouldBe("memory");
        proxy.Accepted.ShouldBe(0);
        await host.StopAsync(Ct);
    }

    [Fact]
    public async Task Dispose_OfTheHost_ClosesTheConnections()
    {
        using (var host = BuildHost(caching => caching.UseRedis(options =>
        {
            options.Url = $"{Url}?clientName=closing";
            options.KeepRecordsInMemory = true;
        })))
        {
            await host.StartAsync(Ct);
            await host.Services.GetRequiredService<ICacheStore>().GetAsync("a", Ct);
            ((string)(await RawAsync("CLIENT", "LIST"))!).ShouldContain("name=closing");
            await host.StopAsync(Ct);
        }

        await Eventually.BeTrueAsync(
            "no connection is left",
            async () => !((string)(await RawAsync("CLIENT", "LIST"))!).Contains("name=closing", StringComparison.Ordinal));
    }
}
