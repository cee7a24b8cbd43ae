using PizzaBot;
using Wappa.Caching;

namespace Wappa.EndToEnd;

/// <summary>Whole conversations: a signed webhook in, a Graph call out, the memory in between.</summary>
public class PizzaConversationTests
{
    private const string AskSize = "🍕 What size pizza? (small/medium/large)";
    private const string AskToppings = "🧀 What toppings? (pepperoni/mushrooms/cheese)";

    private const string Summary =
        "📋 Order Summary:\nSize: Large\nToppings: pepperoni, mushrooms\nTotal: $15.99\n\nConfirm? (yes/no)";

    [Fact]
    public async Task Order_FromStartToConfirm_AnswersWithTheExactTexts()
    {
        await using var bot = await RunningBot.StartAsync();

        (await bot.SayAsync("Hi!")).ShouldBe(AskSize);
        (await bot.SayAsync("Large")).ShouldBe(AskToppings);
        (await bot.SayAsync("pepperoni, mushrooms")).ShouldBe(Summary);
        var confirmed = await bot.SayAsync("YES");

        var orders = await RowsAsync(bot);
        var order = orders.ShouldHaveSingleItem();
        confirmed.ShouldBe($"✅ Order confirmed! Your order number is {order.Name}. Estimated time: 25 minutes");
        order.Value.Total.ShouldBe(15.99m);
        order.Value.CustomerId.ShouldBe(RunningBot.Phone);
        (await bot.User.State.ExistsAsync("pizza_order")).ShouldBeFalse();
    }

    [Fact]
    public async Task State_DuringAnOrder_HoldsTheDocumentedFieldsForThirtyMinutes()
    {
        await using var bot = await RunningBot.StartAsync();
        await bot.SayAsync("hello");
        await bot.SayAsync("large");
        await bot.SayAsync("pepperoni,mushrooms");

        var state = await bot.User.State.GetAsync("pizza_order");
        state!.ToString().ShouldBe(
            """{"step":"confirm","size":"large","toppings":["pepperoni","mushrooms"],"total":15.99}""");
        var ttl = await bot.User.State.GetTtlAsync("pizza_order");
        ttl.Remaining!.Value.ShouldBeInRange(TimeSpan.FromMinutes(29), TimeSpan.FromMinutes(30));
    }

    [Fact]
    public async Task Order_UnknownSizeToppingOrAnswer_AsksAgain()
    {
        await using var bot = await RunningBot.StartAsync();
        await bot.SayAsync("hello");

        (await bot.SayAsync("gigantic")).ShouldBe(AskSize);
        await bot.SayAsync("large");
        (await bot.SayAsync("pepperoni, ham")).ShouldBe(AskToppings);
        (await bot.SayAsync(" , ")).ShouldBe(AskToppings);
        await bot.SayAsync("pepperoni,mushrooms");
        (await bot.SayAsync("maybe")).ShouldBe(Summary);
    }

    [Fact]
    public async Task Order_No_ClearsTheStateAndBeginsAnew()
    {
        await using var bot = await RunningBot.StartAsync();
        await bot.SayAsync("hello");
        await bot.SayAsync("small");
        await bot.SayAsync("cheese");

        (await bot.SayAsync("no")).ShouldBe("❌ Order cancelled.");

        (await bot.User.State.ExistsAsync("pizza_order")).ShouldBeFalse();
        (await RowsAsync(bot)).ShouldBeEmpty();
        (await bot.SayAsync("again")).ShouldBe(AskSize);
    }

    [Fact]
    public async Task Menu_InTheMiddleOfAnOrder_ListsTheProductsAndLeavesTheState()
    {
        await using var bot = await RunningBot.StartAsync();
        await bot.SayAsync("hello");
        await bot.SayAsync("medium");
        var before = await bot.User.State.GetAsync("pizza_order");

        var menu = await bot.SayAsync("menu");

        menu.ShouldBe("🛒 *Menu*:\n• Small Pizza: $8.99\n• Medium Pizza: $12.99\n• Large Pizza: $15.99");
        (await bot.User.State.GetAsync("pizza_order")).ShouldBe(before);
    }

    [Fact]
    public async Task Products_PriceChangedByTheShop_IsTheOneCharged()
    {
        await using var bot = await RunningBot.StartAsync();
        await bot.User.Table.SetFieldAsync("products", "pizza_small", "price", 9.5m);
        await bot.SayAsync("hello");
        await bot.SayAsync("small");

        (await bot.SayAsync("cheese")).ShouldContain("Total: $9.50");
    }

    [Fact]
    public async Task EveryMessage_CountsAndRefreshesTheProfile()
    {
        await using var bot = await RunningBot.StartAsync();
        await bot.User.User.SetFieldAsync("profile", "language", "es");

        await bot.SayAsync("hello");
        await bot.SayAsync("menu");
        await bot.SayAsync("nonsense");

        (await bot.User.User.GetFieldAsync<long>("stats", "message_count")).ShouldBe(3);
        var profile = await bot.User.User.GetAsync("profile");
        profile!.GetField<string>("name").ShouldBe("Sarah");
        profile.GetField<string>("phone").ShouldBe(RunningBot.Phone);
        profile.GetField<DateTimeOffset>("last_seen").ShouldBeGreaterThan(DateTimeOffset.UnixEpoch);
        profile.GetField<string>("language").ShouldBe("es");
    }

    [Fact]
    public async Task TwoUsers_OrderAtTheSameTime_WithoutMeetingEachOther()
    {
        await using var bot = await RunningBot.StartAsync();
        const string Other = "15550100002";

        await bot.SayAsync("hello");
        await bot.SayAsync("hello", Other);
        await bot.SayAsync("large");
        await bot.SayAsync("small", Other);

        (await bot.SayAsync("cheese")).ShouldContain("Size: Large");
        (await bot.SayAsync("cheese", Other)).ShouldContain("Size: Small");
    }

    private static async Task<List<CacheItem<PlacedOrder>>> RowsAsync(RunningBot bot)
    {
        var rows = new List<CacheItem<PlacedOrder>>();
        await foreach (var row in bot.User.Table.ListAsync<PlacedOrder>("orders")) rows.Add(row);
        return rows;
    }
}
