namespace Wappa.Guide.Tests;

// snippet: ttl-constants
/// <summary>How long each kind of data is worth keeping.</summary>
public static class TimeToLive
{
    public static readonly TimeSpan ConversationState = TimeSpan.FromMinutes(30); // active conversations
    public static readonly TimeSpan UserProfile = TimeSpan.FromHours(24);         // user data
    public static readonly TimeSpan ProductCatalog = TimeSpan.FromHours(24);      // business data
    public static readonly TimeSpan TemporaryData = TimeSpan.FromMinutes(10);     // short-term data
    public static readonly TimeSpan SessionData = TimeSpan.FromHours(1);          // session info
    public static readonly TimeSpan Analytics = TimeSpan.FromDays(7);             // historical data
}
// end

public class TimeToLiveTests : HandlerView
{
    [Fact]
    public async Task SetAsync_WithConstant_LivesThatLong()
    {
        var order = new { step = "size" };
        var profile = new { name = "Sarah Johnson" };

        // snippet: ttl-apply
        await StateCache.SetAsync("pizza_order", order, ttl: TimeToLive.ConversationState);
        await UserCache.SetAsync("profile", profile, ttl: TimeToLive.UserProfile);
        // end

        Clock.Advance(TimeSpan.FromMinutes(30) - TimeSpan.FromTicks(1));
        (await StateCache.ExistsAsync("pizza_order")).ShouldBeTrue();
        Clock.Advance(TimeSpan.FromTicks(1));
        (await StateCache.ExistsAsync("pizza_order")).ShouldBeFalse();
        (await UserCache.GetTtlAsync("profile")).Remaining.ShouldBe(TimeSpan.FromHours(23.5));
    }

    [Fact]
    public async Task SetTtlAsync_ShortlyBeforeTheEnd_Extends()
    {
        await StateCache.SetAsync("pizza_order", new { step = "size" }, ttl: TimeSpan.FromMinutes(30));

        // snippet: ttl-manage
        CacheTtl ttl = await StateCache.GetTtlAsync("pizza_order");
        TimeSpan? left = ttl.Remaining; // null: it is missing (ttl.Exists is false) or does not expire
        await StateCache.SetTtlAsync("pizza_order", TimeSpan.FromHours(1)); // an hour from now
        // end

        left.ShouldBe(TimeSpan.FromMinutes(30));
        Clock.Advance(TimeSpan.FromMinutes(56));

        // snippet: ttl-extend
        if ((await StateCache.GetTtlAsync("pizza_order")).Remaining < TimeSpan.FromMinutes(5))
        {
            await StateCache.SetTtlAsync("pizza_order", TimeSpan.FromMinutes(30));
        }
        // end

        (await StateCache.GetTtlAsync("pizza_order")).Remaining.ShouldBe(TimeSpan.FromMinutes(30));
    }

    [Fact]
    public async Task FieldOperations_WithoutTtl_KeepTheRecords()
    {
        // snippet: ttl-rule
        await StateCache.SetAsync("order", new { step = "items" }, ttl: TimeSpan.FromMinutes(30));

        // left out: kept, 30 minutes from the Set
        await StateCache.AppendToListAsync("order", "items", "pizza_large");

        // given: 10 minutes from now
        await StateCache.SetFieldAsync("order", "step", "confirm", ttl: TimeSpan.FromMinutes(10));

        // a Set that gives none: the scope's default, which is none
        await StateCache.SetAsync("order", new { step = "start" });
        // end

        (await StateCache.GetTtlAsync("order")).ShouldBe(CacheTtl.NoExpiry);
    }

    [Fact]
    public async Task PersistAsync_RecordWithTtl_StaysForGood()
    {
        await UserCache.SetAsync("profile", new { name = "Sarah Johnson" }, ttl: TimeSpan.FromHours(24));

        // snippet: ttl-persist
        bool was = await UserCache.PersistAsync("profile"); // lives until it is deleted
        // end

        was.ShouldBeTrue();
        (await UserCache.GetTtlAsync("profile")).ShouldBe(CacheTtl.NoExpiry);
    }

    [Fact]
    public async Task Options_DefaultTtl_CountsWhenACallGivesNone()
    {
        // snippet: ttl-defaults
        var options = new CachingOptions { StateTtl = TimeToLive.ConversationState };
        var factory = CacheFactory.Over(new MemoryDocumentStore(), options);
        // end

        var state = factory.ForUser("hotel123", "1234567890").State;
        await state.IncrementFieldAsync("visits", "count");
        (await state.GetTtlAsync("visits")).Remaining!.Value
            .ShouldBeInRange(TimeSpan.FromMinutes(29), TimeSpan.FromMinutes(30));
    }

    [Fact]
    public async Task SetAsync_TtlOfZero_IsRefused() =>
        await Should.ThrowAsync<ArgumentOutOfRangeException>(
            async () => await StateCache.SetAsync("order", new { step = "start" }, ttl: TimeSpan.Zero));
}
