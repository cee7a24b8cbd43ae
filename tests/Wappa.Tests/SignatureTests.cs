using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;

namespace Wappa.Tests;

public class SignatureTests
{
    private static readonly JsonElement Vectors = Payloads.Json("signature/vectors.json");

    public static TheoryData<string, string> Valid() =>
        [.. Vectors.GetProperty("vectors").EnumerateArray().Select(vector =>
            (vector.GetProperty("file").GetString()!, vector.GetProperty("valid").GetString()!))];

    public static TheoryData<string, string?> Rejected() =>
        [.. Vectors.GetProperty("rejected_for_first_vector").EnumerateArray().Select(vector =>
            (vector.GetProperty("case").GetString()!, vector.GetProperty("header_value").GetString()))];

    public static TheoryData<string, int, string?> Handshakes() =>
        [.. Vectors.GetProperty("verify_get").EnumerateArray().Select(vector => (
            vector.GetProperty("query").GetString()!,
            vector.GetProperty("status").GetInt32(),
            vector.TryGetProperty("body", out var body) ? body.GetString() : null))];

    [Theory]
    [MemberData(nameof(Valid))]
    public async Task Post_SignedBytesOfAVector_PassTheSignature(string file, string signature)
    {
        await using var app = await BotApp.StartAsync();
        var body = Payloads.Bytes(file);

        var status = await app.PostAsync(body, signature);

        status.ShouldBe(body.Length == 0 ? HttpStatusCode.BadRequest : HttpStatusCode.OK);
    }

    [Theory]
    [MemberData(nameof(Rejected))]
    public async Task Post_WrongSignature_IsRefusedAndHandlesNothing(string situation, string? header)
    {
        await using var app = await BotApp.StartAsync();
        var expected = string.IsNullOrEmpty(header) ? HttpStatusCode.Unauthorized : HttpStatusCode.Forbidden;

        var status = await app.PostAsync(Payloads.Bytes("signature/ascii.body"), header);
        await app.StopAsync();

        status.ShouldBe(expected, situation);
        app.Recorder.Seen.ShouldBeEmpty();
    }

    [Fact]
    public async Task Post_UppercaseDigits_AreAccepted()
    {
        await using var app = await BotApp.StartAsync();
        var header = Vectors.GetProperty("tolerated_for_first_vector")[0].GetProperty("header_value").GetString();

        (await app.PostAsync(Payloads.Bytes("signature/ascii.body"), header)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Post_TwoSignatureHeaders_IsRefused()
    {
        await using var app = await BotApp.StartAsync();
        var body = Payloads.Bytes("signature/ascii.body");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/webhook/whatsapp") { Content = new ByteArrayContent(body) };
        request.Headers.TryAddWithoutValidation("X-Hub-Signature-256", [BotApp.Sign(body), BotApp.Sign(body)]);

        using var response = await app.Client.SendAsync(request, TestContext.Current.CancellationToken);

        response.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Post_OnlyTheLegacySha1Header_IsUnsigned()
    {
        await using var app = await BotApp.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/webhook/whatsapp")
        {
            Content = new ByteArrayContent(Payloads.Bytes("signature/ascii.body")),
        };
        request.Headers.Add(
            "X-Hub-Signature", Vectors.GetProperty("vectors")[0].GetProperty("legacy_sha1_header_value").GetString());

        using var response = await app.Client.SendAsync(request, TestContext.Current.CancellationToken);

        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [MemberData(nameof(Handshakes))]
    public async Task Get_Handshake_GivesTheChallengeBackAsTextOrIsRefused(string query, int status, string? body)
    {
        await using var app = await BotApp.StartAsync();

        using var response = await app.Client.GetAsync(
            new Uri($"/webhook/whatsapp?{query}", UriKind.Relative), TestContext.Current.CancellationToken);

        ((int)response.StatusCode).ShouldBe(status);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        text.ShouldBe(body ?? "");
        if (body is not null) response.Content.Headers.ContentType?.MediaType.ShouldBe("text/plain");
    }

    [Fact]
    public async Task Get_Handshake_LogsNeitherTokenNorQuery()
    {
        await using var app = await BotApp.StartAsync();

        using var good = await app.Client.GetAsync(
            new Uri($"/webhook/whatsapp?hub.mode=subscribe&hub.challenge=1&hub.verify_token={Payloads.VerifyToken}",
                UriKind.Relative), TestContext.Current.CancellationToken);
        using var bad = await app.Client.GetAsync(
            new Uri("/webhook/whatsapp?hub.mode=subscribe&hub.challenge=1&hub.verify_token=almost", UriKind.Relative),
            TestContext.Current.CancellationToken);

        string.Join('\n', app.Logs.All).ShouldNotContain(Payloads.VerifyToken);
        string.Join('\n', app.Logs.All).ShouldNotContain("almost");
    }

    [Fact]
    public async Task Get_HandshakeWithoutAConfiguredToken_IsAlwaysRefused()
    {
        await using var app = await BotApp.StartAsync(
            builder => builder.Configuration["WHATSAPP_WEBHOOK_VERIFY_TOKEN"] = "", "--environment", "Development");

        using var response = await app.Client.GetAsync(
            new Uri("/webhook/whatsapp?hub.mode=subscribe&hub.challenge=1&hub.verify_token=", UriKind.Relative),
            TestContext.Current.CancellationToken);

        response.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        app.Logs.All.ShouldContain(line => line.Contains(
            "no verify token is configured (WHATSAPP_WEBHOOK_VERIFY_TOKEN)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Get_HandshakeWithAnEmptyTokenSetInCode_IsAlwaysRefused()
    {
        await using var app = await BotApp.StartAsync(
            builder => builder.Services.Configure<WhatsAppOptions>(options => options.WebhookVerifyToken = ""),
            "--environment", "Development");

        using var response = await app.Client.GetAsync(
            new Uri("/webhook/whatsapp?hub.mode=subscribe&hub.challenge=1&hub.verify_token=", UriKind.Relative),
            TestContext.Current.CancellationToken);

        response.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Theory]
    [InlineData("", null, HttpStatusCode.OK)]
    [InlineData("", "https://page.example", HttpStatusCode.Forbidden)]
    [InlineData("", "http://127.0.0.1:8000", HttpStatusCode.Forbidden)]
    [InlineData("", "null", HttpStatusCode.Forbidden)]
    [InlineData(Payloads.Secret, null, HttpStatusCode.OK)]
    [InlineData(Payloads.Secret, "https://page.example", HttpStatusCode.OK)]
    public async Task Post_InDevelopmentFromAWebPage_NeedsASignature(
        string secret, string? origin, HttpStatusCode expected)
    {
        await using var app = await BotApp.StartAsync(
            builder => builder.Configuration["WHATSAPP_WEBHOOK_SECRET"] = secret, "--environment", "Development");
        var body = Payloads.Bytes("text.json");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/webhook/whatsapp") { Content = new ByteArrayContent(body) };
        if (origin is not null) request.Headers.Add("Origin", origin);
        if (secret.Length > 0) request.Headers.Add("X-Hub-Signature-256", BotApp.Sign(body));

        using var response = await app.Client.SendAsync(request, TestContext.Current.CancellationToken);
        await app.StopAsync();

        response.StatusCode.ShouldBe(expected);
        app.Recorder.Seen.Count.ShouldBe(expected == HttpStatusCode.OK ? 1 : 0);
    }

    [Fact]
    public async Task Post_InDevelopmentWithoutASecret_IsAcceptedUnsignedAndTheAppSaysSoOnce()
    {
        await using var app = await BotApp.StartAsync(
            builder => builder.Configuration["WHATSAPP_WEBHOOK_SECRET"] = "", "--environment", "Development");

        (await app.PostAsync(Payloads.Bytes("text.json"), null)).ShouldBe(HttpStatusCode.OK);
        (await app.PostAsync(Payloads.Bytes("image.json"), null)).ShouldBe(HttpStatusCode.OK);

        await app.Recorder.WaitForAsync(2);
        app.Logs.All.Count(line => line.Contains("signatures are not checked", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task Post_InDevelopmentWithASecret_IsChecked()
    {
        await using var app = await BotApp.StartAsync(null, "--environment", "Development");

        (await app.PostAsync(Payloads.Bytes("text.json"), null)).ShouldBe(HttpStatusCode.Unauthorized);
    }
}
