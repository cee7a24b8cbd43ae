namespace Wappa.Guide.Tests;

public class UserTests : HandlerView
{
    // snippet: user-type
    public sealed record UserProfile(
        string Name, string Phone, string Language = "en", string Subscription = "free", long MessageCount = 0)
    {
        public Preferences Preferences { get; init; } = new();

        public DateTimeOffset? LastSeen { get; init; }
    }

    public sealed record Preferences(bool Notifications = true, bool Marketing = false);
    // end

    [Fact]
    public async Task SetAsync_TypedProfile_IsReadAsTheType()
    {
        // snippet: user-set-typed
        var user = new UserProfile(
            "Sarah Johnson", "1234567890", Language: "es", Subscription: "premium", MessageCount: 1);
        await UserCache.SetAsync("profile", user);
        // end

        var webhook = Incoming;

        // snippet: user-get-typed
        if (await UserCache.GetAsync<UserProfile>("profile") is { } known)
        {
            var hello = known.Language == "es" ? "¡Hola!" : "Hello!";
            await Messenger.SendTextAsync($"{hello} {known.Name}!", webhook.User.UserId);
        }
        // end

        Sent.ShouldBe(["¡Hola! Sarah Johnson!"]);
        (await UserCache.GetAsync<UserProfile>("profile")).ShouldBe(user);
    }

    [Fact]
    public async Task SetAsync_Document_IsReadAsADocument()
    {
        // snippet: user-set-document
        await UserCache.SetAsync("profile", new
        {
            name = "Sarah Johnson",
            language = "es",
            phone = "1234567890",
            subscription = "premium",
            preferences = new { notifications = true, marketing = false },
            message_count = 1,
        });
        // end

        var webhook = Incoming;

        // snippet: user-get-document
        if (await UserCache.GetAsync("profile") is { } known)
        {
            var hello = known.GetField<string>("language") == "es" ? "¡Hola!" : "Hello!";
            await Messenger.SendTextAsync($"{hello} {known.GetField<string>("name")}!", webhook.User.UserId);
        }
        // end

        Sent.ShouldBe(["¡Hola! Sarah Johnson!"]);
        (await UserCache.GetAsync<UserProfile>("profile")).ShouldBe(
            new UserProfile("Sarah Johnson", "1234567890", "es", "premium", 1));
    }

    [Fact]
    public async Task SetAsync_OtherName_IsARecordOfItsOwn()
    {
        // snippet: user-records
        await UserCache.SetAsync("profile", new UserProfile("Sarah Johnson", "1234567890"), ttl: TimeSpan.FromDays(1));
        await UserCache.IncrementFieldAsync("stats", "message_count", ttl: TimeSpan.FromHours(1));

        await UserCache.DeleteAsync("stats"); // the profile stays
        // end

        (await UserCache.ExistsAsync("stats")).ShouldBeFalse();
        (await UserCache.GetTtlAsync("profile")).Remaining.ShouldBe(TimeSpan.FromDays(1));
    }

    [Fact]
    public async Task EraseAsync_User_TakesStatesAndUserRecordsAndNoRows()
    {
        await UserCache.SetAsync("profile", new UserProfile("Sarah Johnson", "1234567890"));
        await UserCache.IncrementFieldAsync("stats", "message_count");
        await StateCache.SetAsync("pizza_order", new { step = "size" });
        await TableCache.SetAsync("products", "pizza_large", new { name = "Large Pizza" });
        var cacheFactory = Factory;

        // snippet: user-erase
        long erased = await cacheFactory.ForUser("hotel123", "1234567890").EraseAsync();
        // end

        erased.ShouldBe(3);
        (await UserCache.ExistsAsync("profile")).ShouldBeFalse();
        (await TableCache.ExistsAsync("products", "pizza_large")).ShouldBeTrue();
    }
}
