using Wappa.Caching.Layering;
using Wappa.Testing;

namespace Wappa.Caching.Tests.Layering;

/// <summary>A layer over a shared store in memory whose changes are told at once.</summary>
internal sealed class LayeredCacheStoreHarness : CacheStoreHarness
{
    public override async ValueTask<ICacheStore> CreateAsync()
    {
        var feed = new FakeFeed<IEntryChangeListener>();
        var shared = new ToldCacheStore(new MemoryCacheStore(null, Clock), feed.Tell);
        var layered = new LayeredCacheStore(shared, feed, new() { MaxAge = TimeSpan.FromHours(1) }, Clock);
        await layered.StartAsync();
        return layered;
    }
}
