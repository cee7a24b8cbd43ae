using PizzaBot;
using Shouldly;
using Wappa.Testing;
using Xunit;

namespace Recorded;

/// <summary>Recorded with the emulator.</summary>
public class SarahConversationTests
{
    [Fact]
    public async Task Conversation_BeginningWithHi_GoesAsRecorded()
    {
        await using var bot = await WappaTest.StartAsync<PizzaOrderHandler>(
            app => app.WithTenant("pizzeria"),
            options: new() { Start = new(2025, 1, 15, 10, 30, 0, TimeSpan.Zero) });
        var sarah = bot.Customer("Sarah", phone: "15550100001");

        await sarah.SendAsync("hi");
        sarah.Last.ShouldBe("🍕 What size pizza? (small/medium/large)");

        await bot.Clock.AdvanceAsync(TimeSpan.FromSeconds(5));
        await sarah.SendAsync("large");
        sarah.Last.ShouldBe("🧀 What toppings? (pepperoni/mushrooms/cheese)");

        await bot.Clock.AdvanceAsync(TimeSpan.FromSeconds(12));
        await sarah.SendAsync("pepperoni, cheese");
        sarah.Last.ShouldBe("📋 Order Summary:\nSize: Large\nToppings: pepperoni, cheese\nTotal: $15.99\n\nConfirm? (yes/no)");

        await sarah.SendAsync("yes");
        sarah.Last.ShouldStartWith("✅ Order confirmed! Your order number is ");
        sarah.Last.ShouldEndWith(". Estimated time: 25 minutes");

        await bot.Clock.AdvanceAsync(TimeSpan.FromSeconds(90));
        await sarah.SendAsync("small \"please\" \\ 🍕\u200D");
        sarah.Last.ShouldBe("🍕 What size pizza? (small/medium/large)");

        await bot.Clock.AdvanceAsync(TimeSpan.FromMinutes(30));
        await sarah.SendAsync("menu");
        sarah.Last.ShouldBe("🛒 *Menu*:\n• Small Pizza: $8.99\n• Medium Pizza: $12.99\n• Large Pizza: $15.99");
    }
}
