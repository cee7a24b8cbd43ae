using System.Net;

namespace Wappa.Emulator.Tests;

/// <summary>Who gets in: Development, loopback, no access token — all three or nothing.</summary>
public class DoorTests
{
    private static readonly string[] Pages = ["/emulator", "/emulator/assets/index.html", "/emulator/api/world", "/emulator/api/exchanges"];

    [Fact]
    public async Task Pages_InDevelopmentWithoutAToken_AreServed()
    {
        await using var bot = await EchoBot.StartAsync();

        foreach (var page in Pages) (await StatusAsync(bot, page)).ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("--WHATSAPP_ACCESS_TOKEN", "a-real-token")]
    [InlineData("--environment", "Staging", "--WHATSAPP_ACCESS_TOKEN", "t", "--WHATSAPP_PHONE_NUMBER_ID", "1",
        "--WHATSAPP_WEBHOOK_VERIFY_TOKEN", "v", "--WHATSAPP_WEBHOOK_SECRET", "s")]
    public async Task Pages_Otherwise_DoNotExist(params string[] args)
    {
        await using var bot = await EchoBot.StartAsync(args);

        foreach (var page in Pages) (await StatusAsync(bot, page)).ShouldBe(HttpStatusCode.NotFound);
        using var graph = await bot.Http.PostAsync("/v25.0/100000000000002/messages", null);
        graph.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("localhost.evil.example")]
    [InlineData("192.168.0.7")]
    public async Task Pages_UnderAForeignName_DoNotExist(string host)
    {
        await using var bot = await EchoBot.StartAsync();

        (await StatusAsync(bot, "/emulator", host)).ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]")]
    public async Task Pages_UnderALoopbackName_AreServed(string host)
    {
        await using var bot = await EchoBot.StartAsync();

        (await StatusAsync(bot, "/emulator", host)).ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("X-Forwarded-For", "8.8.8.8")]
    [InlineData("X-Forwarded-Host", "bot.example")]
    [InlineData("Forwarded", "for=8.8.8.8")]
    public async Task Pages_ThroughATunnel_DoNotExist(string header, string value)
    {
        await using var bot = await EchoBot.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/emulator/events");
        request.Headers.Add(header, value);

        using var answer = await bot.Http.SendAsync(request);

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Message_UnderAForeignName_IsRefusedBeforeItsBodyIsRead()
    {
        await using var bot = await EchoBot.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/emulator/api/reset") { Content = new StringContent("{") };
        request.Headers.Host = "evil.example";

        using var answer = await bot.Http.SendAsync(request);

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("Origin", "http://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Origin", "http://localhost:1")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    public async Task Request_OfAnotherSitesPage_FindsNothing(string header, string value)
    {
        await using var bot = await EchoBot.StartAsync();

        foreach (var path in new[] { "/emulator/api/world", "/emulator/events", "/v25.0/100000000000002" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Add(header, value);
            using var answer = await bot.Http.SendAsync(request);
            answer.StatusCode.ShouldBe(HttpStatusCode.NotFound, path);
        }
    }

    [Fact]
    public async Task Request_OfItsOwnPage_IsAnswered()
    {
        await using var bot = await EchoBot.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/emulator/api/world");
        request.Headers.Add("Origin", bot.Http.BaseAddress!.GetLeftPart(UriPartial.Authority));
        request.Headers.Add("Sec-Fetch-Site", "same-origin");

        using var answer = await bot.Http.SendAsync(request);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    public static TheoryData<string, string> Changes() => new()
    {
        { "POST", "customers" }, { "PATCH", "customers/c1" }, { "PUT", "chaos" }, { "PUT", "settings" }, { "POST", "clock/advance" },
        { "POST", "reset" }, { "POST", "conversations/100000000000002/c1/messages" }, { "POST", "conversations/100000000000002/c1/read" },
        { "POST", "exchanges/1/resend" }, { "POST", "media" },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task Change_AsAForm_IsRefused(string method, string path)
    {
        await using var bot = await EchoBot.StartAsync();
        using var request = new HttpRequestMessage(new(method), "/emulator/api/" + path)
        {
            Content = new FormUrlEncodedContent([new("a", "b")]),
        };

        using var answer = await bot.Http.SendAsync(request);

        answer.StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
    }

    [Fact]
    public async Task Page_Always_RunsNothingButItsOwnFiles()
    {
        await using var bot = await EchoBot.StartAsync();

        using var answer = await bot.Http.GetAsync("/emulator");

        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        policy.ShouldContain("default-src 'none'");
        policy.ShouldContain("script-src 'self';");
        policy.ShouldContain("frame-ancestors 'none'");
    }

    [Fact]
    public async Task Api_Anywhere_TellsNeitherTokenNorSecret()
    {
        await using var bot = await EchoBot.StartAsync("--WHATSAPP_WEBHOOK_SECRET", "the-app-secret");
        await bot.SendAsync(new { type = "text", text = new { body = "hello" } });
        await bot.Heard.NextStatusAsync();
        var token = bot.Local.Options.AccessToken();

        foreach (var path in new[] { "world", "exchanges", "exchanges/1/curl", "settings", "chaos" })
        {
            var text = await bot.Http.GetStringAsync("/emulator/api/" + path);
            text.ShouldNotContain(token);
            text.ShouldNotContain("the-app-secret");
        }
    }

    private static async Task<HttpStatusCode> StatusAsync(EchoBot bot, string page, string? host = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, page);
        if (host is not null) request.Headers.Host = host;
        using var answer = await bot.Http.SendAsync(request);
        return answer.StatusCode;
    }
}
