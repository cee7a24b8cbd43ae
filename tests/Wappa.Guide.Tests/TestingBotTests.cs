using Microsoft.Extensions.DependencyInjection;
using Wappa.Testing;

namespace Wappa.Guide.Tests;

/// <summary>The harness, as the page on testing shows it.</summary>
public class TestingBotTests
{
    // snippet: testing-bot
    [Fact]
    public async Task Order_LeftAloneForHalfAnHour_BeginsAnew()
    {
        await using var bot = await WappaTest.StartAsync<ShopHandler>(app => app.WithTenant("pizzeria"));
        var ana = bot.Customer("Ana");

        await ana.SendAsync("hi"); // returns when the bot has answered
        Assert.Equal("What size?", ana.Last);
        await ana.TapAsync("Large");
        Assert.Equal("large", (await ana.StateAsync<ShopOrder>("order"))!.Size);

        await bot.Clock.AdvanceAsync(TimeSpan.FromMinutes(30)); // takes no time
        Assert.Null(await ana.StateAsync<ShopOrder>("order"));
    }
    // end

    // snippet: testing-faults
    [Theory]
    [InlineData(CrashStep.Stored)]
    [InlineData(CrashStep.HandlerEnded)]
    [InlineData(CrashStep.Committed)]
    public async Task Message_WithACrashInItsTurn_IsCountedAndAnsweredOnce(CrashStep step)
    {
        await using var bot = await WappaTest.StartAsync<ShopHandler>();
        var ana = bot.Customer("Ana");

        bot.CrashAfter(step);                   // the process dies there, the store survives
        var hi = await ana.SendAsync("hi");
        await bot.RestartAsync();
        await bot.DuplicateAsync(hi);           // WhatsApp delivers it once more
        await bot.Clock.AdvanceAsync(TimeSpan.FromMinutes(1));

        Assert.Single(ana.Messages);
        Assert.Equal(1, (await ana.UserAsync<ShopStats>("stats"))!.Messages);
    }

    [Fact]
    public async Task Answer_RefusedForNow_ComesLater()
    {
        await using var bot = await WappaTest.StartAsync<ShopHandler>();
        var ana = bot.Customer("Ana");

        bot.FailNext(131056);                   // too many messages to one user
        await ana.SendAsync("hi");
        Assert.Empty(ana.Messages);

        await bot.Clock.AdvanceAsync(TimeSpan.FromMinutes(5));
        Assert.Equal("What size?", ana.Last);
    }
    // end

    [Fact]
    public async Task Bot_WithOtherCachesAndServices_UsesThem()
    {
        using var folder = new TemporaryFolder();
        var kitchen = new Kitchen();
        // snippet: testing-services
        await using var bot = await WappaTest.StartAsync<ShopHandler>(app =>
        {
            app.WithJsonCache(folder.Path);
            app.Services.AddSingleton(kitchen);
        });
        // end

        bot.Services.GetRequiredService<Kitchen>().ShouldBeSameAs(kitchen);
        await bot.Customer("Ana").SendAsync("hi");
        Directory.EnumerateFileSystemEntries(folder.Path).ShouldNotBeEmpty();
    }

    private sealed class Kitchen;
}

public sealed record ShopOrder(string Size);

public sealed record ShopStats(int Messages);

public sealed class ShopHandler : WappaEventHandler
{
    public override async Task HandleMessageAsync(MessageWebhook webhook, CancellationToken ct)
    {
        await UserCache.IncrementFieldAsync<ShopStats>("stats", stats => stats.Messages, cancellationToken: ct);
        if (webhook.Message is ButtonReplyMessage choice)
            await StateCache.SetAsync("order", new ShopOrder(choice.ChoiceId), TimeSpan.FromMinutes(30), ct);
        else
            await Messenger.SendButtonsAsync("What size?", [new("small", "Small"), new("large", "Large")], webhook.User.UserId, ct);
    }
}
