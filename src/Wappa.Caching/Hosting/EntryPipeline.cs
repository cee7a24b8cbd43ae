using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Wappa.Caching.Statistics;
using Wappa.Caching.Stores;
using Wappa.Caching.Transforms;

namespace Wappa.Caching.Hosting;

/// <summary>The app's store of entries: the backend's, with compression and encryption over it if asked for, and the counting over
/// all.</summary>
internal static class EntryPipeline
{
    /// <summary>The key under which the backend's own store is registered; the container disposes of it.</summary>
    internal const string BackendKey = "wappa-entries-backend";

    /// <summary>Makes the store that <see cref="ICacheStore"/> is resolved to.</summary>
    internal static ICacheStore Build(IServiceProvider services)
    {
        var store = services.GetRequiredKeyedService<ICacheStore>(BackendKey);
        return new CountingCacheStore(Transform(services.GetService<IStoreInterceptor>()?.Intercept(store) ?? store, services));
    }

    /// <summary>Puts what the app asks for between itself and its store of records.</summary>
    internal static IDocumentStore Intercept(IDocumentStore store, IServiceProvider services) =>
        services.GetService<IStoreInterceptor>()?.Intercept(store) ?? store;

    /// <summary>Puts the app's transforms over a store, once. A backend that keeps memory in front of a shared store calls it for
    /// the shared one, so that memory holds values as they are and each hit is not a decryption; it is then not done again.</summary>
    internal static ICacheStore Transform(ICacheStore store, IServiceProvider services)
    {
        var transforms = services.GetService<EntryTransforms>();
        if (transforms is null || store.Find<TransformedCacheStore>() is not null) return store;
        var logger = services.GetService<ILoggerFactory>()?.CreateLogger("Wappa.Caching.Transforms") ?? NullLogger.Instance;
        return new TransformedCacheStore(
            store,
            new EntryTransform(
                transforms.Compress ? services.GetRequiredService<IOptions<EntryCompressionOptions>>().Value : null,
                transforms.Encrypt ? services.GetRequiredService<IOptions<EntryEncryptionOptions>>().Value : null),
            new UnreadableEntries(store.Backend, logger, services.GetRequiredService<TimeProvider>()));
    }
}

/// <summary>Which transforms the app asked for; not registered if none.</summary>
internal sealed class EntryTransforms
{
    internal bool Compress { get; set; }

    internal bool Encrypt { get; set; }
}
