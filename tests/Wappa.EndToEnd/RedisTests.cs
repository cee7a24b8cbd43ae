using Wappa.Caching.Redis.Tests.Servers;

namespace Wappa.EndToEnd;

/// <summary>The samples with their memory in Redis.</summary>
public sealed class RedisTests : IAsyncLifetime
{
    private RedisServer? _server;

    private RedisServer Server => _server ?? throw new InvalidOperationException("The test has not begun.");

    public async ValueTask InitializeAsync() => _server = await RedisServer.StartAsync();

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    [Fact]
    public async Task Order_GoesOnInAnotherProcess_AndIsReadableInRedis()
    {
        await using (var killed = await StartAsync("PizzaBot"))
        {
            killed.Output.ShouldContain(line => line.Contains($"is in Redis at 127.0.0.1:{Server.Port} (redis "));
            await killed.Chat.SayAsync("hello");
            (await killed.Chat.SayAsync("large")).ShouldContain("toppings");
            await killed.KillAsync();
        }

        await using var next = await StartAsync("PizzaBot");
        (await next.Chat.SayAsync("pepperoni, mushrooms")).ShouldContain("Total: $15.99");

        await using var raw = await Server.ConnectAsync();
        await raw.CallAsync("SELECT", "1");
        (await raw.TextAsync("HGET", "pizzeria:state:pizza_order:15550100001", "step")).ShouldBe("\"confirm\"");
        await raw.CallAsync("SELECT", "0");
        (await raw.TextAsync("HGET", "pizzeria:user:15550100001:stats", "message_count")).ShouldBe("3");
        (await next.Chat.SayAsync("yes")).ShouldContain("Order confirmed");
    }

    [Fact]
    public async Task JsonCacheBot_OnRedis_Answers()
    {
        await using var sample = await StartAsync("JsonCacheBot");

        (await sample.Chat.SayAsync("hi")).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Ready_WhileTheServerIsAway_IsDegradedAndComesBack()
    {
        await using var sample = await StartAsync("PizzaBot");
        (await sample.Chat.Http.GetStringAsync("/health/ready")).ShouldContain("\"wappa-cache-redis\":\"healthy\"");
        await Server.StopAsync();

        var page = await sample.Chat.Http.GetStringAsync("/health/ready");

        page.ShouldContain("\"wappa-cache-redis\":\"degraded\"");
        page.ShouldNotContain("127.0.0.1");
        await Server.StartAgainAsync();
        await Eventually.BeTrueAsync("healthy again", async () =>
            (await sample.Chat.Http.GetStringAsync("/health/ready")).Contains("\"wappa-cache-redis\":\"healthy\""));
    }

    [Fact]
    public async Task Sample_StartedWithoutAServer_SaysSoAndWorksWhenItComes()
    {
        await Server.StopAsync();
        await using var sample = await BotProcess.StartAsync(
            "PizzaBot", "--cache", "redis", "--redis", $"{Server.Url}?connectTimeout=200&commandTimeout=2000");
        sample.Output.ShouldContain(line => line.Contains($"Redis at 127.0.0.1:{Server.Port} cannot be used"));

        await Server.StartAgainAsync();

        // The inbox opens when it has read what earlier runs left, a second later at most.
        await Eventually.BeTrueAsync("healthy", async () => !(await sample.Chat.Http.GetStringAsync("/health/ready")).Contains("degraded"));
        (await sample.Chat.SayAsync("menu")).ShouldContain("$15.99");
    }

    [Fact]
    public async Task Sample_WithAUrlThatIsNone_EndsAndSaysWhatIsWrong()
    {
        await using var sample = BotProcess.Start("PizzaBot", "--cache", "redis", "--redis", "localhost:6379");

        var (code, errors) = await sample.WaitForEndAsync();

        code.ShouldNotBe(0);
        errors.ShouldContain("The Redis URL has no scheme");
    }

    private Task<BotProcess> StartAsync(string sample) =>
        BotProcess.StartAsync(sample, "--cache", "redis", "--redis", Server.Url);
}
