using Wappa.Testing;

namespace Wappa.Guide.Tests;

public class TestingTests
{
    // snippet: testing-caches
    [Fact]
    public async Task Order_HalfAnHourWithoutAWord_IsForgotten()
    {
        var clock = new ManualTimeProvider(); // shows 2025-01-15T10:30:00Z
        var caches = CacheFactory.Over(new MemoryDocumentStore(time: clock)).ForUser("hotel123", "1234567890");
        await caches.State.SetAsync("pizza_order", new { step = "size" }, ttl: TimeSpan.FromMinutes(30));

        clock.Advance(TimeSpan.FromMinutes(30) - TimeSpan.FromTicks(1));
        Assert.True(await caches.State.ExistsAsync("pizza_order"));

        clock.Advance(TimeSpan.FromTicks(1)); // at the very instant
        Assert.False(await caches.State.ExistsAsync("pizza_order"));
    }
    // end

    [Fact]
    public async Task Outage_WhileTheStoreIsDown_IsSeen()
    {
        // snippet: testing-outage
        var store = new InterceptedDocumentStore(new MemoryDocumentStore());
        var caches = CacheFactory.Over(store).ForUser("hotel123", "1234567890");

        store.Before = _ => throw new CacheStoreUnavailableException("down");
        await Assert.ThrowsAsync<CacheStoreUnavailableException>(
            async () => await caches.State.SetAsync("conversation", new { step = "greeting" }));

        store.Before = _ => ValueTask.CompletedTask; // up again
        Assert.True(await caches.State.SetAsync("conversation", new { step = "greeting" }));
        // end
    }
}

// snippet: testing-store
/// <summary>How the suites make a store and let its time pass.</summary>
public sealed class MyStoreHarness : DocumentStoreHarness
{
    public override ValueTask<IDocumentStore> CreateAsync(CachingOptions options) =>
        new(new MemoryDocumentStore(maxRecordBytes: options.MaxRecordBytes, time: Clock)); // your store here
}

public sealed class MyStoreTtlTests() : RecordTtlConformance(new MyStoreHarness());

public sealed class MyStoreCommitTests() : RecordCommitConformance(new MyStoreHarness());
// end
