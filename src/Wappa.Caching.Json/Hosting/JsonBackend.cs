using System.Runtime.CompilerServices;
using Microsoft.Extensions.Configuration;

namespace Wappa.Caching.Json.Hosting;

/// <summary>Makes the backend known by its name: to <see cref="CacheFactory"/>, and to apps whose configuration chooses.</summary>
internal static class JsonBackend
{
    // CA2255 warns of work done behind an app's back. This is two entries in dictionaries, and the only way for a package to be
    // found by name without the core knowing it.
#pragma warning disable CA2255
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Register()
    {
        CacheFactory.Register(JsonDocumentStore.BackendName, OpenForTheProcess);
        CacheBackends.Register(
            JsonDocumentStore.BackendName, (builder, settings) => builder.WithJsonCache(options => settings.Bind(options)));
    }

    // CacheFactory's store: the folder 'cache' of the working directory at the first call. It belongs to nobody who could dispose
    // it, so the end of the process does; without that nothing is lost either, but the files would lag behind the journal.
    private static JsonDocumentStore OpenForTheProcess()
    {
        var store = JsonDocumentStore.Open();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => store.Dispose();
        return store;
    }
}
