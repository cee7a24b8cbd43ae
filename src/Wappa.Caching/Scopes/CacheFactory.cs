using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Wappa.Caching.Hosting;
using Wappa.Caching.Scopes;

namespace Wappa.Caching;

/// <summary>Cache factories without a service container, as in the original's examples.</summary>
public static class CacheFactory
{
    private static readonly ConcurrentDictionary<string, Backend> Backends = new(StringComparer.OrdinalIgnoreCase)
    {
        [MemoryDocumentStore.BackendName] = new(() => new MemoryDocumentStore()),
    };

    /// <summary>A factory over any store.</summary>
    /// <param name="store">The store; it stays the caller's to dispose.</param>
    /// <param name="options">Options. Default: all defaults.</param>
    /// <param name="logger">Where failures are logged under <see cref="FailureMode.ReturnDefault"/>. Default: nowhere.</param>
    /// <exception cref="ArgumentException">An option cannot work.</exception>
    public static ICacheFactory Over(IDocumentStore store, CachingOptions? options = null, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        return new StoreCacheFactory(store, options ?? new CachingOptions(), logger ?? NullLogger.Instance);
    }

    /// <summary>The caches of one user on a backend by name, e.g. <c>Create("memory", "hotel123", "1234567890")</c>.</summary>
    /// <param name="backend"><c>memory</c>, or the name of a backend whose package is referenced: <c>json</c>, <c>redis</c>.</param>
    /// <param name="tenantId">1 to 256 characters.</param>
    /// <param name="userId">1 to 256 characters.</param>
    /// <remarks>Each backend has one store per process here, opened at the first call with its defaults. An app with a
    /// service container injects <see cref="ICacheFactory"/> instead and gets the store it configured.</remarks>
    /// <exception cref="InvalidOperationException">There is no such backend; the text says which package is missing.</exception>
    public static UserCaches Create(string backend, string tenantId, string userId)
    {
        ArgumentException.ThrowIfNullOrEmpty(backend);
        return Find(backend).ForUser(tenantId, userId);
    }

    /// <summary>For backend packages: makes a backend known by name, usually from a module initializer.</summary>
    /// <param name="backend">The name, compared without case.</param>
    /// <param name="open">Opens its store with its defaults; called once, at the first use.</param>
    public static void Register(string backend, Func<IDocumentStore> open)
    {
        ArgumentException.ThrowIfNullOrEmpty(backend);
        ArgumentNullException.ThrowIfNull(open);
        Backends[backend] = new(open);
    }

    private static ICacheFactory Find(string backend)
    {
        if (Backends.TryGetValue(backend, out var known)) return known.Factory();
        if (BackendPackage.TryLoad(backend) && Backends.TryGetValue(backend, out known)) return known.Factory();
        BackendPackage.LoadFamily();
        throw new InvalidOperationException(
            $"There is no cache backend '{backend}' here (known: {string.Join(", ", Backends.Keys.Order())}). " +
            $"If it comes in a package, reference {BackendPackage.NameOf(backend)}.");
    }

    /// <summary>A backend that is opened once; a failure is not remembered, since a server that is away may come back.</summary>
    private sealed class Backend(Func<IDocumentStore> open)
    {
        private readonly Lock _lock = new();
        private ICacheFactory? _factory;

        internal ICacheFactory Factory()
        {
            lock (_lock) return _factory ??= Over(open());
        }
    }
}
