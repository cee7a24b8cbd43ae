using Wappa.Testing;

namespace Wappa.ChatFeedApi.Tests;

/// <summary>A conversation as server-sent events.</summary>
public class LiveConversationTests
{
    [Theory]
    [MemberData(nameof(World.Backends), MemberType = typeof(World))]
    public async Task Live_TellsWhatIsCached_ThenWhatIsPosted(string backend)
    {
        using var world = new World(backend);
        await using var app = await RunningApp.StartAsync(world);
        await using var live = await LiveEvents.FollowAsync(app, 1);

        (await live.UntilReadyAsync()).ShouldBe(["Hello Grace!", "Hello Ada."]);
        var posted = await ConversationTests.PostAsync(app, 1, "How are you?");
        await ConversationTests.PostAsync(app, 2, "Not for you");
        await ConversationTests.PostAsync(app, 1, "Still there?");

        (await live.NextMessageAsync()).ShouldBe(posted);
        (await live.NextMessageAsync()).Text.ShouldBe("Still there?");
    }

    [Fact]
    public async Task Live_OfAnEmptyConversation_IsReadyAtOnce()
    {
        using var world = new World("memory");
        await using var app = await RunningApp.StartAsync(world);
        await using var live = await LiveEvents.FollowAsync(app, 9);

        (await live.UntilReadyAsync()).ShouldBeEmpty();
        var posted = await ConversationTests.PostAsync(app, 9, "first");

        (await live.NextMessageAsync()).ShouldBe(posted);
    }

    [Fact]
    public async Task Live_AfterAGap_GoesOnWhereItWas_WithWhatTheCacheHasNotKept()
    {
        using var world = new World("memory");
        await using var app = await RunningApp.StartAsync(world);
        for (var i = 1; i <= 70; i++) await ConversationTests.PostAsync(app, 5, $"{i}");

        await using var live = await LiveEvents.FollowAsync(app, 5, lastEventId: 4);

        (await live.UntilReadyAsync()).ShouldBe(Enumerable.Range(5, 66).Select(i => $"{i}"));
    }

    [Fact]
    public async Task Live_WhileNobodySaysAnything_Beats()
    {
        var time = new ManualTimeProvider();
        using var world = new World("memory");
        await using var app = await RunningApp.StartAsync(world, time);
        var timers = time.ActiveTimers;
        await using var live = await LiveEvents.FollowAsync(app, 1);
        await live.UntilReadyAsync();
        await Caching.Redis.Tests.Servers.Eventually.BeTrueAsync("it waits", () => Task.FromResult(time.ActiveTimers > timers));

        time.Advance(TimeSpan.FromSeconds(15));

        (await live.NextAsync()).ShouldNotBeNull().EventType.ShouldBe("heartbeat");
    }

    [Fact]
    public async Task Live_WhenTheAppStops_Ends()
    {
        using var world = new World("memory");
        LiveEvents live;
        await using (var app = await RunningApp.StartAsync(world))
        {
            live = await LiveEvents.FollowAsync(app, 1);
            await live.UntilReadyAsync();
            await app.StopAsync().WaitAsync(TimeSpan.FromSeconds(20));

            (await live.NextAsync()).ShouldBeNull();
        }

        await live.DisposeAsync();
    }

    [Fact]
    public async Task Live_WhoLeaves_IsForgotten()
    {
        using var world = new World("memory");
        await using var app = await RunningApp.StartAsync(world);
        var signals = app.Signals;
        await using (var live = await LiveEvents.FollowAsync(app, 1))
        {
            await live.UntilReadyAsync();
            signals.Conversations.ShouldBe(1);
        }

        await Caching.Redis.Tests.Servers.Eventually.BeTrueAsync("nobody follows", () => Task.FromResult(signals.Conversations == 0));
    }
}
