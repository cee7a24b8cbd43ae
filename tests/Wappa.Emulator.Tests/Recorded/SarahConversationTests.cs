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
            bot => bot.WithTenant("pizzeria"),
            options: new() { Start = new(2025, 1, 15, 10, 30, 0, TimeSpan.Zero) });
        var sarah = bot.Customer("Sarah", phone: "15550100001");

        await sarah.SendAsync("hi");
        sarah.Last.ShouldBe("🍕 What size pizza? (small/medium/large)");

        await bot.Clock.AdvanceAsync(TimeSpan.FromSeconds(5));
        await sarah.SendAsync("large");
        sarah.Last.ShouldBe("🧀 What toppings? (pepperoni/mushrooms/cheese)");

        await bot.Clock.AdvanceAsync(TimeSpan.FromSeconds(12));
        await sarah.SendAsync("pepperoni, cheese");
        sarah.Messages.Count.ShouldBe(2);

        await sarah.SendAsync("yes");
        sarah.Messages.Count.ShouldBe(4);
        sarah.Messages[2].Text!.ShouldBe("📋 Order Summary:\nSize: Large\nToppings: pepperoni, cheese\nTotal: $15.99\n\nConfirm? (yes/no)");
        sarah.Last.ShouldStartWith("✅ Order confirmed! Your order number is ");
        sarah.Last.ShouldEndWith(". Estimated time: 25 minutes");

        await bot.Clock.AdvanceAsync(TimeSpan.FromSeconds(90));
        await sarah.SendAsync("MENU \"please\" \\ 🍕\u200D");
        sarah.Last.ShouldBe("🍕 What size pizza? (small/medium/large)");
    }
}
