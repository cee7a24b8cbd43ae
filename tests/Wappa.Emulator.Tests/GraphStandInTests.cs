using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Wappa.Emulator.Tests;

/// <summary>The stand-in answers as the Graph API does, to any client that knows the address.</summary>
public class GraphStandInTests
{
    private const string Text = """{"messaging_product":"whatsapp","to":"15550100001","type":"text","text":{"body":"hi"}}""";

    [Fact]
    public async Task Send_ValidText_IsAcceptedInMetasShape()
    {
        await using var bot = await EchoBot.StartAsync();

        var (status, answer) = await SendAsync(bot, Text);

        status.ShouldBe(HttpStatusCode.OK);
        answer.GetProperty("messaging_product").GetString().ShouldBe("whatsapp");
        answer.GetProperty("contacts")[0].GetProperty("wa_id").GetString().ShouldBe("15550100001");
        answer.GetProperty("messages")[0].GetProperty("id").GetString().ShouldStartWith("wamid.");
    }

    [Theory]
    [InlineData("not json", 100)]
    [InlineData("[]", 100)]
    [InlineData("{}", 100)]
    [InlineData("""{"messaging_product":"whatsapp","type":"text","text":{"body":"hi"}}""", 100)]
    [InlineData("""{"messaging_product":"whatsapp","to":"1555","type":"text","text":{"body":""}}""", 100)]
    [InlineData("""{"messaging_product":"whatsapp","to":"1555","type":"text","text":"hi"}""", 100)]
    [InlineData("""{"messaging_product":"whatsapp","to":5,"type":"text","text":{"body":"hi"}}""", 100)]
    [InlineData("""{"messaging_product":"whatsapp","to":"1555","type":"image","image":{"id":"1"}}""", 100)]
    public async Task Send_WhatMetaRefuses_IsRefusedInMetasEnvelope(string body, int code)
    {
        await using var bot = await EchoBot.StartAsync();

        var (status, answer) = await SendAsync(bot, body);

        status.ShouldBe(HttpStatusCode.BadRequest);
        var error = answer.GetProperty("error");
        error.GetProperty("code").GetInt32().ShouldBe(code);
        error.GetProperty("fbtrace_id").GetString().ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task Send_WithoutTheToken_IsRefusedWith190()
    {
        await using var bot = await EchoBot.StartAsync();

        var (status, answer) = await SendAsync(bot, Text, token: "somebody-else");

        status.ShouldBe(HttpStatusCode.Unauthorized);
        answer.GetProperty("error").GetProperty("code").GetInt32().ShouldBe(190);
    }

    [Fact]
    public async Task Send_FromAnotherNumber_IsRefusedWithSubcode33()
    {
        await using var bot = await EchoBot.StartAsync();

        var (_, answer) = await SendAsync(bot, Text, number: "42");

        answer.GetProperty("error").GetProperty("error_subcode").GetInt32().ShouldBe(33);
    }

    private static async Task<(HttpStatusCode Status, JsonElement Answer)> SendAsync(
        EchoBot bot, string body, string? token = null, string? number = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v25.0/{number ?? bot.Identity.PhoneNumberId}/messages")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token ?? bot.Identity.AccessToken);
        using var answer = await bot.Http.SendAsync(request);
        return (answer.StatusCode, JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync()));
    }
}
