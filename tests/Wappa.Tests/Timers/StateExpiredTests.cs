using Wappa.Caching;
using Wappa.Testing;
using Wappa.Tests.Inbox;

namespace Wappa.Tests.Timers;

/// <summary>The end of a state is told to who asked for it.</summary>
public class StateExpiredTests
{
    private static readonly TimeSpan Ttl = TimeSpan.FromMinutes(30);

    private readonly ManualTimeProvider _clock = new();
    private readonly TimerScript _script = new();
    private readonly SharedStore _shared;

    public StateExpiredTests()
    {
        _shared = new(_clock);
        _script.OnMessage = static (bot, text) => text switch
        {
            "set" => bot.State.SetAsync("order", new Note("pizza", 1), Ttl).AsTask(),
            "short" => bot.State.SetAsync("order", new Note("pizza", 1), Ttl / 3).AsTask(),
            "keep" => bot.State.SetAsync("order", new Note("pizza", 1)).AsTask(),
            "touch" => bot.State.SetFieldAsync("order", "text", "pasta", Ttl).AsTask(),
            "delete" => bot.State.DeleteAsync("order").AsTask(),
            "other" => bot.State.SetAsync("other", new Note("x", 1), Ttl).AsTask(),
            _ => Task.CompletedTask,
        };
    }

    [Fact]
    public async Task State_ThatExpires_IsToldOnce()
    {
        await using var app = await StartAsync<OrderBot>();
        await app.SayAsync("set");
        await app.SayAsync("other");

        await _clock.PassAsync(Ttl - TimeSpan.FromSeconds(1), app);
        _script.Log.ShouldBe(["set", "other"]);
        await _clock.PassAsync(Ttl, app);

        _script.Log.ShouldBe(["set", "other", "order expired"]);
        (await _shared.MailboxAsync())!.TryGetField("timers", out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("set")]
    [InlineData("touch")]
    public async Task State_ThatIsRenewed_IsToldAtItsNewEnd(string renewal)
    {
        await using var app = await StartAsync<OrderBot>();
        await app.SayAsync("set");
        await _clock.PassAsync(Ttl / 2, app);
        await app.SayAsync(renewal);
        await _clock.PassAsync(Ttl - TimeSpan.FromSeconds(30), app);
        _script.Log.ShouldBe(["set", renewal]);

        await _clock.PassAsync(TimeSpan.FromMinutes(1), app);

        _script.Log.ShouldBe(["set", renewal, "order expired"]);
    }

    [Fact]
    public async Task State_ThatGetsAShorterLife_IsToldAtItsEnd()
    {
        await using var app = await StartAsync<OrderBot>();
        await app.SayAsync("set");
        await app.SayAsync("short");

        await _clock.PassAsync((Ttl / 3) + TimeSpan.FromSeconds(1), app);

        _script.Log.ShouldBe(["set", "short", "order expired"]);
    }

    [Theory]
    [InlineData("delete")]
    [InlineData("keep")]
    public async Task State_ThatDoesNotExpire_IsNotTold(string change)
    {
        await using var app = await StartAsync<OrderBot>();
        await app.SayAsync("set");
        await app.SayAsync(change);

        await _clock.PassAsync(Ttl * 3, app, step: TimeSpan.FromSeconds(45));

        _script.Log.ShouldBe(["set", change]);
        (await _shared.HintsAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task State_RenewedOutsideOfATurn_IsToldAtItsNewEnd()
    {
        await using var app = await StartAsync<OrderBot>();
        await app.SayAsync("set");
        await _clock.PassAsync(Ttl / 2, app);
        await _shared.User().State.SetAsync("order", new Note("pasta", 2), Ttl, TestContext.Current.CancellationToken);
        await _clock.PassAsync(Ttl - TimeSpan.FromMinutes(1), app);
        _script.Log.ShouldBe(["set"]);

        await _clock.PassAsync(TimeSpan.FromMinutes(2), app);

        _script.Log.ShouldBe(["set", "order expired"]);
    }

    [Fact]
    public async Task State_SetAgainWhenItExpires_ComesRound()
    {
        await using var app = await StartAsync<OrderBot>();
        _script.OnTimer = async (bot, _) =>
        {
            if (_script.Log.Count < 3) await bot.State.SetAsync("order", new Note("again", 1), Ttl);
        };
        await app.SayAsync("set");

        await _clock.PassAsync(Ttl * 5, app, step: TimeSpan.FromSeconds(45));

        _script.Log.ShouldBe(["set", "order expired", "order expired", "order expired"]);
    }

    [Fact]
    public async Task State_ExpiredWhileNothingRan_IsToldAtTheNextStart()
    {
        await using (var first = await StartAsync<OrderBot>())
        {
            await first.SayAsync("set");
            await first.StopAsync();
        }

        _clock.Advance(Ttl * 10);
        await using var next = await StartAsync<OrderBot>();
        await _clock.PassAsync(TimeSpan.FromMinutes(1), next);

        _script.Log.ShouldBe(["set", "order expired"]);
    }

    [Fact]
    public async Task HandleStateExpired_Overridden_IsToldOfEveryState()
    {
        await using var app = await StartAsync<WatchfulBot>();
        await app.SayAsync("set");
        await app.SayAsync("other");

        await _clock.PassAsync(Ttl * 2, app);

        _script.Log.ShouldBe(["set", "other", "order expired", "other expired"], ignoreOrder: true);
    }

    [Fact]
    public async Task State_OfAHandlerThatDoesNotAsk_CostsNothing()
    {
        await using var app = await StartAsync<TimerBot>();
        await app.SayAsync("set");

        (await _shared.MailboxAsync())!.TryGetField("timers", out _).ShouldBeFalse();
        (await _shared.HintsAsync()).ShouldBe(0);
    }

    private Task<BotApp> StartAsync<THandler>()
        where THandler : WappaEventHandler => TimerApps.StartAsync<THandler>(_script, _clock, new(_shared));
}
