using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;

namespace Wappa.Guide.Tests;

public partial class DocumentsAndTypesTests : HandlerView
{
    // snippet: types-validated
    public sealed record UserProfile(
        [Required, StringLength(100)] string Name,
        [RegularExpression(@"^\d{10,15}$")] string Phone,
        string Language = "en",
        [Range(0, int.MaxValue)] int MessageCount = 0);
    // end

    // snippet: types-conversation
    public sealed record ConversationState(string CurrentStep = "start")
    {
        public ImmutableDictionary<string, string> Context { get; init; } = ImmutableDictionary<string, string>.Empty;

        public required DateTimeOffset StartedAt { get; init; }
    }

    public sealed record OrderData(string CustomerId, ImmutableArray<string> Items, decimal Total = 0);
    // end

    // snippet: types-everywhere
    public sealed record ChatFlow(string Step, ImmutableDictionary<string, string> Data);

    public sealed record Customer(string Name, string? Email = null, string Tier = "basic");

    public sealed record MenuItem(string Name, decimal Price, string Category, ImmutableArray<string> Ingredients);
    // end

    [Fact]
    public async Task SetAsync_BrokenRule_IsRefusedAndNothingStored()
    {
        var webhook = Incoming;

        // snippet: types-validation
        await UserCache.SetAsync("profile", new UserProfile("John", "1234567890"));

        try
        {
            await UserCache.SetAsync("profile", new UserProfile(Name: "", Phone: "invalid"));
        }
        catch (CacheValidationException error)
        {
            foreach (var failure in error.Failures) // one for each rule that is broken
                await Messenger.SendTextAsync($"Invalid data: {failure.ErrorMessage}", webhook.User.UserId);
        }
        // end

        Sent.ShouldBe(
            [
                "Invalid data: The Name field is required.",
                @"Invalid data: The field Phone must match the regular expression '^\d{10,15}$'.",
            ],
            ignoreOrder: true);
        (await UserCache.GetAsync<UserProfile>("profile"))!.Name.ShouldBe("John");
    }

    [Fact]
    public async Task UpdateAsync_ImmutableProfile_ChangesAsIfItWereOneObject()
    {
        await UserCache.SetAsync("profile", new UserProfile("John", "1234567890"));

        // snippet: types-with
        var user = await UserCache.UpdateAsync<UserProfile>(
            "profile", known => known! with { MessageCount = known.MessageCount + 1 });
        // end

        user.MessageCount.ShouldBe(1);
        (await UserCache.GetAsync<UserProfile>("profile")).ShouldBe(user);
    }

    [Fact]
    public async Task GetAsync_Conversation_IsReadAsTheTypeOrAsADocument()
    {
        var clock = Clock;

        // snippet: types-store-retrieve
        var state = new ConversationState("ordering")
        {
            Context = ImmutableDictionary<string, string>.Empty.Add("flow", "pizza"),
            StartedAt = clock.GetUtcNow(),
        };
        await StateCache.SetAsync("conversation", state, ttl: TimeSpan.FromMinutes(30));
        // end

        Clock.Advance(TimeSpan.FromMinutes(2));

        // snippet: types-retrieve
        var current = await StateCache.GetAsync<ConversationState>("conversation");
        TimeSpan? lasted = clock.GetUtcNow() - current?.StartedAt; // null: there is no conversation

        CacheDocument? document = await StateCache.GetAsync("conversation"); // the same record, without a type
        var step = document?.GetField<string>("current_step");
        var flow = document?.GetField<Dictionary<string, string>>("context")?["flow"];
        // end

        lasted.ShouldBe(TimeSpan.FromMinutes(2));
        step.ShouldBe("ordering");
        flow.ShouldBe("pizza");
    }

    [Fact]
    public async Task GetAsync_EachCache_KeepsItsType()
    {
        // snippet: types-all-caches
        // State: where the conversation stands
        var flow = new ChatFlow("greeting", ImmutableDictionary<string, string>.Empty.Add("language", "en"));
        await StateCache.SetAsync("chat_flow", flow);
        ChatFlow? storedFlow = await StateCache.GetAsync<ChatFlow>("chat_flow");

        // User: who is speaking
        var customer = new Customer("Alice", "alice@example.com", Tier: "premium");
        await UserCache.SetAsync("profile", customer);
        Customer? storedCustomer = await UserCache.GetAsync<Customer>("profile");

        // Table: what the business knows
        var margherita = new MenuItem("Margherita Pizza", 12.99m, "pizza", ["tomato", "mozzarella"]);
        await TableCache.SetAsync("menu", "margherita", margherita);
        MenuItem? storedItem = await TableCache.GetAsync<MenuItem>("menu", "margherita");
        // end

        storedFlow!.Data["language"].ShouldBe("en");
        storedCustomer.ShouldBe(customer);
        storedItem!.Ingredients.ShouldBe(["tomato", "mozzarella"]);
        (await TableCache.GetAsync("menu", "margherita"))!.ToString().ShouldBe(
            """{"name":"Margherita Pizza","price":12.99,"category":"pizza","ingredients":["tomato","mozzarella"]}""");
    }

    [Fact]
    public async Task SetAsync_OrderData_KeepsADecimalToTheLetter()
    {
        await StateCache.SetAsync("order", new OrderData("1234567890", ["pizza_large"], 15.90m));

        (await StateCache.GetAsync("order"))!.ToString()
            .ShouldBe("""{"customer_id":"1234567890","items":["pizza_large"],"total":15.90}""");
    }

    // snippet: types-stats
    public sealed record UserStats(long MessageCount = 0, long LoginCount = 0, long Points = 0);
    // end

    [Fact]
    public async Task FieldOperations_ThenTypedRead_FitTheType()
    {
        // snippet: types-field-operations
        await UserCache.SetFieldAsync("stats", "message_count", 5);
        await UserCache.SetFieldAsync("stats", "points", 100);

        long messages = await UserCache.IncrementFieldAsync<UserStats>("stats", s => s.MessageCount); // "message_count"
        long points = await UserCache.IncrementFieldAsync<UserStats>("stats", s => s.Points, by: 10);

        var stats = await UserCache.GetAsync<UserStats>("stats");
        long? engagement = stats?.MessageCount + stats?.LoginCount;
        // end

        messages.ShouldBe(6);
        points.ShouldBe(110);
        engagement.ShouldBe(6);
    }

    // snippet: types-mutable
    public sealed class Basket
    {
        public List<string> Items { get; set; } = [];
    }
    // end

    [Fact]
    public async Task GetAsync_MutableAndImmutableTypes_NeverShareWhatCanChange()
    {
        await StateCache.SetAsync("basket", new Basket { Items = ["pizza_large"] });
        await UserCache.SetAsync("profile", new Customer("Alice"));

        // snippet: types-aliasing
        var mine = (await StateCache.GetAsync<Basket>("basket"))!;
        mine.Items.Add("coke_can");                                    // changes this copy and nothing else
        var theirs = (await StateCache.GetAsync<Basket>("basket"))!;   // still one item

        var first = await UserCache.GetAsync<Customer>("profile");
        var second = await UserCache.GetAsync<Customer>("profile");    // cannot change, so both reads give one instance
        // end

        theirs.Items.ShouldBe(["pizza_large"]);
        ReferenceEquals(first, second).ShouldBeTrue();
    }

    // snippet: types-source-generated
    public enum Size
    {
        Small,
        Large,
    }

    public sealed record Portion(string ProductName, Size Size);

    [JsonSerializable(typeof(Portion))]
    public sealed partial class ShopJson : JsonSerializerContext;
    // end

    [Fact]
    public async Task Serializer_Configured_WritesEnumsAsNames()
    {
        // snippet: types-serializer
        var options = new CachingOptions
        {
            Serializer = new CacheSerializer(json =>
            {
                json.Converters.Add(new JsonStringEnumConverter());
                json.TypeInfoResolverChain.Insert(0, ShopJson.Default); // source-generated, no reflection for Portion
            }),
        };
        var caches = CacheFactory.Over(new MemoryDocumentStore(), options).ForUser("hotel123", "1234567890");
        await caches.State.SetAsync("portion", new Portion("Margherita", Size.Large));
        // end

        (await caches.State.GetAsync("portion"))!.ToString()
            .ShouldBe("""{"product_name":"Margherita","size":"Large"}""");
        (await caches.State.GetAsync<Portion>("portion")).ShouldBe(new Portion("Margherita", Size.Large));
    }

    [Fact]
    public async Task GetAsync_DocumentThatDoesNotFit_Throws()
    {
        // snippet: types-misfit
        await UserCache.SetAsync("stats", new { message_count = "many" });
        try
        {
            await UserCache.GetAsync<UserStats>("stats");
        }
        catch (CacheSerializationException error)
        {
            // Names the scope, the type and the JSON path, never the value.
            Logger.LogError("{Problem}", error.Message);
        }
        // end

        Logged.ShouldBe(["The stored user record does not fit UserStats at $.message_count."]);
    }
}
