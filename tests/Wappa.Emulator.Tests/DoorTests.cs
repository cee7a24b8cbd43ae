using System.Net;

namespace Wappa.Emulator.Tests;

/// <summary>Who gets in: Development, loopback, no access token — all three or nothing.</summary>
public class DoorTests
{
    private static readonly string[] Pages = ["/emulator", "/emulator/emulator.js", "/emulator/emulator.css"];

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
        using var request = new HttpRequestMessage(HttpMethod.Post, "/emulator/messages") { Content = new StringContent("{") };
        request.Headers.Host = "evil.example";

        using var answer = await bot.Http.SendAsync(request);

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    private static async Task<HttpStatusCode> StatusAsync(EchoBot bot, string page, string? host = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, page);
        if (host is not null) request.Headers.Host = host;
        using var answer = await bot.Http.SendAsync(request);
        return answer.StatusCode;
    }
}
