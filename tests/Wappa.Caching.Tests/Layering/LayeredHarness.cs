using Wappa.Caching.Layering;
using Wappa.Testing;

namespace Wappa.Caching.Tests.Layering;

/// <summary>A layer over a shared store in memory whose changes are told at once. The oldest a value may be is an hour, so that what
/// should have been dropped is served and seen.</summary>
internal sealed class LayeredHarness : DocumentStoreHarness
{
    public override async ValueTask<IDocumentStore> CreateAsync(CachingOptions options)
    {
        var feed = new FakeFeed<IRecordChangeListener>();
        var shared = new ToldDocumentStore(
            new MemoryDocumentStore(null, options.MaxRecordBytes, Clock), key => feed.Tell(listener => listener.OnChanged(key)));
        var layered = new LayeredDocumentStore(shared, feed, new() { MaxAge = TimeSpan.FromHours(1) }, Clock);
        await layered.StartAsync();
        return layered;
    }
}

/// <summary>The same where nothing is told but that telling has begun: this node's own writes alone must keep it right.</summary>
internal sealed class SilentHarness : DocumentStoreHarness
{
    public override async ValueTask<IDocumentStore> CreateAsync(CachingOptions options)
    {
        var shared = new MemoryDocumentStore(null, options.MaxRecordBytes, Clock);
        var feed = new FakeFeed<IRecordChangeListener>();
        var layered = new LayeredDocumentStore(shared, feed, new() { MaxAge = TimeSpan.FromHours(1) }, Clock);
        await layered.StartAsync();
        return layered;
    }
}
