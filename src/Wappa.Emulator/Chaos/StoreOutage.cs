using Microsoft.Extensions.DependencyInjection;
using Wappa.Caching;
using Wappa.Caching.Hosting;

namespace Wappa.Emulator;

/// <summary>Puts a switch between the app and its stores, and an eye on its records, in Development and while the emulator is on;
/// otherwise nothing.</summary>
internal sealed class StoreOutage(IServiceProvider services) : IStoreInterceptor
{
    // The switch is asked for at each call, not here: the local WhatsApp is made later than the stores.
    private readonly Lazy<ChaosSwitch> _chaos = new(() => services.GetRequiredService<LocalWhatsApp>().Chaos);

    public IDocumentStore Intercept(IDocumentStore store)
    {
        if (!IsOn) return store;
        var watched = new WatchedDocumentStore(
            store, services.GetRequiredService<MemoryHistory>(), services.GetRequiredService<RecordTraffic>(),
            services.GetRequiredService<TimeProvider>());
        return new FailingDocumentStore(watched, ThrowIfDown);
    }

    public ICacheStore Intercept(ICacheStore store) => IsOn ? new FailingCacheStore(store, ThrowIfDown) : store;

    private bool IsOn => EmulatorIdentity.IsOnIn(services);

    private void ThrowIfDown()
    {
        if (_chaos.Value.StoreOutage)
            throw new CacheStoreUnavailableException("The store is played as failing; switch the outage off in the emulator.");
    }
}
