using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Wappa.Caching.Json.Hosting;

/// <summary>Opens the folder when the app starts, so that one that cannot be used stops the app there and not at its first
/// message; and says where it is.</summary>
internal sealed partial class JsonStoreStart(JsonStores stores, IServiceProvider services, ILoggerFactory loggers)
    : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        services.GetRequiredService<IDocumentStore>();
        if (stores.Documents is null) return Task.CompletedTask; // another backend was chosen after this one
        LogOpened(loggers.CreateLogger(JsonStores.Category), stores.Options.FullPath);
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(50, LogLevel.Information, "What the app remembers is in {Folder}, in JSON files you can read.")]
    private static partial void LogOpened(ILogger logger, string folder);
}
