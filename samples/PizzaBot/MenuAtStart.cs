using Microsoft.Extensions.Options;
using Wappa;
using Wappa.Caching;

namespace PizzaBot;

/// <summary>Fills the table <c>products</c> of each tenant before the first message comes in.</summary>
public sealed class MenuAtStart(ICacheFactory caches, IOptions<WappaOptions> options) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var tenant in options.Value.Tenants.Values.Append(options.Value.Tenant).OfType<string>().Distinct())
            await Menu.EnsureAsync(caches.ForTenant(tenant).Table, cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
