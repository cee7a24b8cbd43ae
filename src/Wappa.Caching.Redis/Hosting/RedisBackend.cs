using System.Runtime.CompilerServices;
using Microsoft.Extensions.Configuration;

namespace Wappa.Caching.Redis.Hosting;

/// <summary>Makes the backend known by its name: to <see cref="CacheFactory"/>, and to apps whose configuration chooses.</summary>
internal static class RedisBackend
{
    /// <summary>The server's URL in the section <c>Wappa:Cache</c>, where <c>--redis</c> puts it.</summary>
    private const string UrlSetting = "Redis";

    // CA2255 warns of work done behind an app's back. This is two entries in dictionaries, and the only way for a package to be
    // found by name without the core knowing it.
#pragma warning disable CA2255
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Register()
    {
        CacheFactory.Register(RedisStores.BackendName, OpenForTheProcess);
        CacheBackends.Register(RedisStores.BackendName, (builder, settings) => builder.WithRedisCache(options =>
        {
            settings.Bind(options);
            if (settings[UrlSetting] is { Length: > 0 } url) options.Url = url;
        }));
    }

    // CacheFactory's store belongs to nobody who could dispose it; the end of the process closes its connections.
    private static IDocumentStore OpenForTheProcess() => RedisStores.Open().Documents;
}
