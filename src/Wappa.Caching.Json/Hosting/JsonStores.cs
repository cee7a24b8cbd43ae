using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Wappa.Caching.Json.Hosting;

/// <summary>Opens the stores of an app as its options say, and knows whether that has happened: of several backends an app chooses
/// the last counts, and the folder of another one is not touched.</summary>
internal sealed class JsonStores(
    IOptions<JsonStoreOptions> options, IOptions<CachingOptions> caching, TimeProvider time, IServiceProvider services)
{
    internal const string Category = "Wappa.Caching.Json";

    /// <summary>The store of records; null: it is not open.</summary>
    internal JsonDocumentStore? Documents { get; set; }

    /// <summary>The store of entries; null: it is not open, since nothing has asked for it.</summary>
    internal JsonCacheStore? Entries { get; private set; }

    internal JsonStoreOptions Options => options.Value;

    private ILogger? Logger => services.GetService<ILoggerFactory>()?.CreateLogger(Category);

    /// <summary>Called once, by the container, which disposes the store.</summary>
    internal JsonDocumentStore OpenDocuments() =>
        Documents = JsonDocumentStore.Open(options.Value, caching.Value.MaxRecordBytes, time, Logger);

    /// <inheritdoc cref="OpenDocuments"/>
    internal JsonCacheStore OpenEntries() => Entries = JsonCacheStore.Open(options.Value, time, Logger);
}
