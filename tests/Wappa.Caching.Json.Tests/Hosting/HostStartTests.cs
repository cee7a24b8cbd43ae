using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Wappa.Caching.Json.Tests.Hosting;

public sealed class HostStartTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Start_WithJson_OpensTheFolderAndSaysOnceWhereItIs()
    {
        var log = new LogLines();
        using var host = Build(caching => caching.UseJson(_folder.Sub("cache")), log);

        await host.StartAsync(Ct);

        Directory.Exists(_folder.Sub("cache/.journal")).ShouldBeTrue();
        log.All.Count(line => line.Contains($"is in {_folder.Sub("cache")},", StringComparison.Ordinal)).ShouldBe(1);
        await host.StopAsync(Ct);
    }

    [Fact]
    public async Task Start_FolderOfSomebodyElse_StopsTheAppAndNamesTheOwner()
    {
        await using var owner = JsonDocumentStore.Open(new() { Path = _folder.Root });
        using var host = Build(caching => caching.UseJson(_folder.Root));

        var error = await Should.ThrowAsync<CacheStoreUnavailableException>(() => host.StartAsync(Ct));

        error.Message.ShouldContain($"process {Environment.ProcessId} on host {Environment.MachineName}");
    }

    [Fact]
    public async Task Start_FolderThatIsAFile_StopsTheApp()
    {
        await File.WriteAllTextAsync(_folder.Sub("cache"), "", Ct);
        using var host = Build(caching => caching.UseJson(_folder.Sub("cache")));

        await Should.ThrowAsync<CacheStoreUnavailableException>(() => host.StartAsync(Ct));
    }

    [Fact]
    public async Task Start_AnotherBackendChosenAfterwards_LeavesTheFolderAlone()
    {
        var log = new LogLines();
        using var host = Build(caching => caching.UseJson(_folder.Sub("cache")).UseMemory(), log);

        await host.StartAsync(Ct);

        Directory.Exists(_folder.Sub("cache")).ShouldBeFalse();
        log.All.ShouldNotContain(line => line.Contains(_folder.Root, StringComparison.Ordinal));
        host.Services.GetRequiredService<ICacheFactory>().Backend.ShouldBe("memory");
        await host.StopAsync(Ct);
    }

    [Fact]
    public async Task Dispose_AfterChanges_LeavesTheFilesUpToDate()
    {
        using (var host = Build(caching => caching.UseJson(_folder.Root)))
        {
            await host.StartAsync(Ct);
            await host.Services.GetRequiredService<ICacheFactory>().ForUser("t", "u").User
                .SetAsync("profile", new { name = "Ann" }, cancellationToken: Ct);
            await host.StopAsync(Ct);
        }

        (await File.ReadAllTextAsync(_folder.Sub("users/t_u.json"), Ct)).ShouldContain("\"name\": \"Ann\"");
        File.Exists(_folder.Sub(".journal/owner.json")).ShouldBeFalse();
    }

    private static IHost Build(Action<ICachingBuilder> use, LogLines? log = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        if (log is not null) builder.Logging.AddProvider(log);
        builder.Services.AddWappaCaching(use);
        return builder.Build();
    }
}
