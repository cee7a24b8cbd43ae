using Microsoft.Extensions.Options;
using Wappa;
using Wappa.Caching;

namespace PizzaBot;

/// <summary>Fills the table <c>products</c> of each tenant before the first message comes in; without a cache at the start, the first
/// question for a price does.</summary>
public sealed partial class MenuAtStart(ICacheFactory caches, IOptions<WappaOptions> options, ILogger<MenuAtStart> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await FillAsync(cancellationToken);
        }
        catch (CacheStoreException error)
        {
            LogNotYet(logger, error.Message);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(1, LogLevel.Warning, "The menu could not be written yet. {Reason}")]
    private static partial void LogNotYet(ILogger logger, string reason);

    private async Task FillAsync(CancellationToken cancellationToken)
    {
        foreach (var tenant in options.Value.Tenants.Values.Append(options.Value.Tenant).OfType<string>().Distinct())
            await Menu.EnsureAsync(caches.ForTenant(tenant).Table, cancellationToken);
    }
}
