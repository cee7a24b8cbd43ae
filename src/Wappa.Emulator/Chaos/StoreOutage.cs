using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Wappa.Caching;
using Wappa.Caching.Hosting;

namespace Wappa.Emulator;

/// <summary>Puts a switch between the app and its stores, in Development and while the emulator is on; otherwise nothing.</summary>
internal sealed class StoreOutage(IServiceProvider services) : IStoreInterceptor
{
    // The switch is asked for at each call, not here: the local WhatsApp is made later than the stores.
    private readonly Lazy<ChaosSwitch> _chaos = new(() => services.GetRequiredService<LocalWhatsApp>().Chaos);

    public IDocumentStore Intercept(IDocumentStore store) => IsOn ? new FailingDocumentStore(store, ThrowIfDown) : store;

    public ICacheStore Intercept(ICacheStore store) => IsOn ? new FailingCacheStore(store, ThrowIfDown) : store;

    private bool IsOn
    {
        get
        {
            if (!services.GetRequiredService<IHostEnvironment>().IsDevelopment()) return false;
            _ = services.GetRequiredService<IOptions<WhatsAppOptions>>().Value; // reading the options decides
            return services.GetRequiredService<EmulatorIdentity>().IsOn;
        }
    }

    private void ThrowIfDown()
    {
        if (_chaos.Value.StoreOutage)
            throw new CacheStoreUnavailableException("The store is played as failing; switch the outage off in the emulator.");
    }
}
