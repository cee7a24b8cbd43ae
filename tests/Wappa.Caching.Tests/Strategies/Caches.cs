using Wappa.Caching.Statistics;
using Wappa.Testing;

namespace Wappa.Caching.Tests.Strategies;

/// <summary>A cache-aside cache with nothing of its own.</summary>
public sealed class Aside<T>(CacheStrategyContext context, CacheEntryPolicy? policy = null, string ns = "chat", int version = 1)
    : CacheAsideStrategy<T>(context, ns, policy ?? CacheEntryPolicy.Default, version)
{
    internal long Landings => Loader.Flights.Landings;

    internal int Flights => Loader.Flights.Count;

    internal long Count(CacheCount what) => Loader.Counters.Total(what);
}

/// <summary>A cache whose source is given to it.</summary>
public sealed class Loading<T>(
    CacheStrategyContext context, Func<CacheKeyParts, CacheLoad, CancellationToken, Task<T>> source, CacheEntryPolicy? policy = null)
    : LoadingCacheStrategy<T>(context, "chat", policy ?? CacheEntryPolicy.Default)
{
    protected override Task<T> LoadAsync(CacheKeyParts key, CacheLoad load, CancellationToken cancellationToken) =>
        source(key, load, cancellationToken);
}

/// <summary>A value of a type that can change, so that each reader needs a copy.</summary>
public sealed class Post
{
    public string Text { get; set; } = "";

    public List<string> Likes { get; set; } = [];
}

/// <summary>A store in memory on a clock that stands still.</summary>
public sealed class Desk : IDisposable
{
    private readonly MemoryCacheStore _memory;

    public Desk(Func<MemoryCacheStore, ICacheStore>? wrap = null)
    {
        _memory = new MemoryCacheStore(time: Time);
        Store = wrap?.Invoke(_memory) ?? _memory;
        Context = new CacheStrategyContext(Store, time: Time, loggers: Log);
    }

    public ManualTimeProvider Time { get; } = new();

    public ICacheStore Store { get; }

    public LogLines Log { get; } = new();

    public CacheStrategyContext Context { get; }

    public Aside<string> Texts(CacheEntryPolicy? policy = null) => new(Context, policy);

    public void Dispose() => _memory.Dispose();
}
