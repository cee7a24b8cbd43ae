using Microsoft.Extensions.DependencyInjection;
using Wappa.Caching;

namespace Wappa.Testing;

/// <summary>The stores the app has chosen, opened once: they outlive each process that uses them, as a disk or a server does.</summary>
internal sealed class SharedStores
{
    private readonly Lock _gate = new();
    private IDocumentStore? _documents;
    private ICacheStore? _entries;

    internal IDocumentStore Documents => _documents ?? throw new InvalidOperationException("No process has opened the stores yet.");

    /// <summary>Puts the shared stores in the place of those that the app has registered.</summary>
    /// <param name="services">All of the app's.</param>
    /// <param name="process">Sees the records only as long as it lives.</param>
    internal void Use(IServiceCollection services, BotProcess process)
    {
        var documents = Taken<IDocumentStore>(services);
        var entries = Taken<ICacheStore>(services);
        services.AddSingleton<IDocumentStore>(provider =>
        {
            lock (_gate) _documents ??= documents(provider);
            return new InterceptedDocumentStore(_documents) { Before = process.GateAsync, After = process.GateAsync };
        });
        services.AddSingleton(provider =>
        {
            lock (_gate) return _entries ??= entries(provider);
        });
    }

    private static Func<IServiceProvider, TStore> Taken<TStore>(IServiceCollection services)
        where TStore : class
    {
        var registered = services.Last(service => service.ServiceType == typeof(TStore) && !service.IsKeyedService);
        services.Remove(registered);
        return registered switch
        {
            { ImplementationInstance: TStore instance } => _ => instance,
            { ImplementationFactory: { } factory } => provider => (TStore)factory(provider),
            _ => provider => (TStore)ActivatorUtilities.CreateInstance(provider, registered.ImplementationType!),
        };
    }
}
