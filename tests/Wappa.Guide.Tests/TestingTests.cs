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
}
