using Microsoft.Extensions.DependencyInjection;
using PizzaBot;

namespace Wappa.Testing.Tests;

/// <summary>The pizza bot, conversation by conversation.</summary>
public class PizzaOrderTests
{
    private const string AskSize = "🍕 What size pizza? (small/medium/large)";

    [Fact]
    public async Task Order_FromHelloToYes_IsPlacedAndForgotten()
    {
        await using var bot = await StartAsync();
        var ana = bot.Customer("Ana");

        await ana.SendAsync("hi");
        ana.Last.ShouldBe(AskSize);
        await ana.SendAsync("large");
        ana.Last.ShouldBe("🧀 What toppings? (pepperoni/mushrooms/cheese)");
        await ana.SendAsync("pepperoni, cheese");
        ana.Last.ShouldContain("Total: $15.99");
        (await ana.StateAsync<PizzaOrder>("pizza_order"))!.Step.ShouldBe(OrderSteps.Confirm);

        await ana.SendAsync("yes");

        ana.Last.ShouldStartWith("✅ Order confirmed!");
        (await ana.StateAsync<PizzaOrder>("pizza_order")).ShouldBeNull();
        (await ana.UserAsync<UserStats>("stats"))!.MessageCount.ShouldBe(4);
        (await OrdersOfAsync(bot)).ShouldHaveSingleItem().CustomerId.ShouldBe(ana.UserId);
    }

    [Fact]
    public async Task Order_LeftAloneForHalfAnHour_BeginsAnew()
    {
        await using var bot = await StartAsync();
        var ana = bot.Customer("Ana");
        await ana.SendAsync("hi");

        await bot.Clock.AdvanceAsync(TimeSpan.FromMinutes(30) - TimeSpan.FromTicks(1));
        (await ana.StateAsync<PizzaOrder>("pizza_order")).ShouldNotBeNull();
        await bot.Clock.AdvanceAsync(TimeSpan.FromTicks(1));

        (await ana.StateAsync<PizzaOrder>("pizza_order")).ShouldBeNull();
        await ana.SendAsync("large");
        ana.Last.ShouldBe(AskSize);
    }

    [Fact]
    public async Task Order_WhoseYesIsDeliveredTwice_IsPlacedOnce()
    {
        await using var bot = await StartAsync();
        var ana = bot.Customer("Ana");
        foreach (var text in new[] { "hi", "small", "cheese" }) await ana.SendAsync(text);
        var yes = await ana.SendAsync("yes");

        await bot.DuplicateAsync(yes);

        ana.Messages.Count.ShouldBe(4);
        (await OrdersOfAsync(bot)).Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(CrashStep.Stored)]
    [InlineData(CrashStep.HandlerEnded)]
    [InlineData(CrashStep.Committed)]
    [InlineData(CrashStep.Claimed)]
    [InlineData(CrashStep.Posted)]
    public async Task Order_WithACrashAnywhereInItsYes_IsPlacedOnceAndNeverConfirmedTwice(CrashStep step)
    {
        await using var bot = await StartAsync();
        var ana = bot.Customer("Ana");
        foreach (var text in new[] { "hi", "small", "cheese" }) await ana.SendAsync(text);

        bot.CrashAfter(step);
        await ana.SendAsync("yes");
        bot.IsRunning.ShouldBeFalse();
        await bot.RestartAsync();
        await bot.Clock.AdvanceAsync(TimeSpan.FromMinutes(1));

        (await OrdersOfAsync(bot)).Count.ShouldBe(1);
        (await ana.StateAsync<PizzaOrder>("pizza_order")).ShouldBeNull();
        (await ana.UserAsync<UserStats>("stats"))!.MessageCount.ShouldBe(4);
        // A message that was claimed may have been sent: it is not sent again, also if it was not.
        ana.Messages.Count(message => message.Text!.StartsWith('✅')).ShouldBe(step == CrashStep.Claimed ? 0 : 1);
    }

    [Fact]
    public async Task TwoCustomers_AtTheSameTime_HaveOrdersOfTheirOwn()
    {
        await using var bot = await StartAsync();
        var (ana, ben) = (bot.Customer("Ana"), bot.Customer("Ben"));
        foreach (var customer in new[] { ana, ben }) await customer.SendAsync("hi");
        await ana.SendAsync("large");
        await ben.SendAsync("small");

        await ana.SendAsync("cheese");
        await ben.SendAsync("cheese");

        ana.Last.ShouldContain("Size: Large");
        ben.Last.ShouldContain("Size: Small");
    }

    private static Task<BotTest> StartAsync() => WappaTest.StartAsync<PizzaOrderHandler>(bot =>
    {
        bot.WithTenant("pizzeria");
        bot.Services.AddHostedService<MenuAtStart>();
    });

    private static async Task<List<PlacedOrder>> OrdersOfAsync(BotTest bot)
    {
        var orders = new List<PlacedOrder>();
        await foreach (var row in bot.Caches.ForTenant(bot.Tenant).Table.ListAsync<PlacedOrder>("orders")) orders.Add(row.Value);
        return orders;
    }
}
