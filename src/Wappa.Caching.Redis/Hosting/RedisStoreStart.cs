using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Wappa.Caching.Redis.Hosting;

/// <summary>Connects when the app starts, and says to what. An app whose servers are away starts all the same: they may be starting too,
/// and a restart would not bring them.</summary>
internal sealed partial class RedisStoreStart(RedisUse use, IServiceProvider services, ILoggerFactory loggers) : IHostedLifecycleService
{
    private readonly ILogger _logger = loggers.CreateLogger(RedisUse.Category);

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        services.GetRequiredService<IDocumentStore>();
        if (use.Stores is not { } stores) return; // another backend was chosen after this one
        try
        {
            var status = await stores.CheckAsync(cancellationToken).ConfigureAwait(false);
            await stores.StartAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
            LogConnected(_logger, stores.Address, status.Server, status.IsCluster ? ", a cluster" : "");
        }
        catch (CacheStoreException error)
        {
            LogAway(_logger, stores.Address, error.Message);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(50, LogLevel.Information, "What the app remembers is in Redis at {Address} ({Server}{Kind}).")]
    private static partial void LogConnected(ILogger logger, string address, string server, string kind);

    [LoggerMessage(51, LogLevel.Error,
        "Redis at {Address} cannot be used: {Reason} The app starts without its memory and connects as soon as it can; until then its " +
        "caches fail. Start a server there, or give another address with --redis or WithRedisCache(...).")]
    private static partial void LogAway(ILogger logger, string address, string reason);
}
