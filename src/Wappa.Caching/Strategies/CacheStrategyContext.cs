using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Wappa.Caching.Loading;
using Wappa.Caching.Statistics;
using Wappa.Caching.Stores;
using Wappa.Caching.Writing;

namespace Wappa.Caching;

/// <summary>What all strategies of an app share. <c>AddWappaCaching</c> registers one; a strategy takes it in its constructor and
/// hands it to its base class.</summary>
public sealed class CacheStrategyContext
{
    /// <summary>A context made by hand.</summary>
    /// <param name="store">Where entries live.</param>
    /// <param name="serializer">How values become bytes. Default: <see cref="CacheSerializer.Default"/>.</param>
    /// <param name="scopes">Makes the scope of <see cref="CacheLoad.Services"/>. Default: none, and a load that asks for services
    /// fails.</param>
    /// <param name="time">The clock: of freshness, time-outs and pauses. Default: the system's. It must agree with the store's.</param>
    /// <param name="loggers">Default: nothing is logged.</param>
    /// <param name="records">Where a strategy keeps what must survive beyond its entries: the queue of a
    /// <see cref="WriteBehindCacheStrategy{T}"/>. Default: nowhere.</param>
    public CacheStrategyContext(
        ICacheStore store, CacheSerializer? serializer = null, IServiceScopeFactory? scopes = null, TimeProvider? time = null,
        ILoggerFactory? loggers = null, IDocumentStore? records = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        Store = store;
        Serializer = serializer ?? CacheSerializer.Default;
        Scopes = scopes;
        Time = time ?? TimeProvider.System;
        Clock = new StoreClock(Time);
        Logger = loggers?.CreateLogger("Wappa.Caching.Strategies") ?? NullLogger.Instance;
        Statistics = new CacheCounterSet(store.Backend);
        Records = records;
    }

    /// <summary>Where entries live.</summary>
    public ICacheStore Store { get; }

    /// <summary>How values become bytes.</summary>
    public CacheSerializer Serializer { get; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; }

    internal IDocumentStore? Records { get; }

    internal IServiceScopeFactory? Scopes { get; }

    internal StoreClock Clock { get; }

    internal FlightRegistry Flights { get; } = new();

    /// <summary>The writers' turns, shared by all strategies: two of one namespace write the same keys.</summary>
    internal KeyOrder Writes { get; } = new();

    internal ILogger Logger { get; }

    /// <summary>The counters of each cache by its name, shared by all strategies of one namespace.</summary>
    internal CacheCounterSet Statistics { get; }
}
