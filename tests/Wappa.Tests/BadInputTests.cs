using System.Net;
using System.Text;

namespace Wappa.Tests;

public class BadInputTests
{
    private const int Limit = 3_145_728;

    [Fact]
    public async Task Post_ExactlyTheLimit_IsAccepted()
    {
        await using var app = await BotApp.StartAsync();

        (await app.PostAsync(Padded("M-limit", Limit))).ShouldBe(HttpStatusCode.OK);

        await app.Recorder.WaitForAsync(1);
    }

    [Theory]
    [InlineData(Limit + 1)]
    [InlineData(7 * 1024 * 1024)]
    public async Task Post_MoreThanTheLimit_Is413AndTheSenderSeesIt(int length)
    {
        await using var app = await BotApp.StartAsync();

        (await app.PostAsync(Padded("M-large", length))).ShouldBe(HttpStatusCode.RequestEntityTooLarge);

        await app.StopAsync();
        app.Recorder.Seen.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(1000, HttpStatusCode.OK)]
    [InlineData(Limit + 1, HttpStatusCode.RequestEntityTooLarge)]
    public async Task Post_ChunkedWithoutALength_IsHeldToTheSameLimit(int length, HttpStatusCode expected)
    {
        await using var app = await BotApp.StartAsync();
        var body = Padded("M-chunked", length);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/webhook/whatsapp") { Content = new ByteArrayContent(body) };
        request.Headers.TransferEncodingChunked = true;
        request.Headers.Add("X-Hub-Signature-256", BotApp.Sign(body));

        using var response = await app.Client.SendAsync(request, TestContext.Current.CancellationToken);

        response.StatusCode.ShouldBe(expected);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("hello")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("{}{}")]
    [InlineData("{\"object\":}")]
    [InlineData("{\"object\":\"whatsapp_business_account\",\"entry\":[")]
    public async Task Post_NotAJsonObject_Is400(string body)
    {
        await using var app = await BotApp.StartAsync();

        (await app.PostAsync(body)).ShouldBe(HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData(64, HttpStatusCode.OK)]
    [InlineData(65, HttpStatusCode.BadRequest)]
    [InlineData(100_000, HttpStatusCode.BadRequest)]
    public async Task Post_Nested_IsAcceptedTo64(int depth, HttpStatusCode expected)
    {
        await using var app = await BotApp.StartAsync();
        var body = $"{{\"x\":{new string('[', depth - 1)}{new string(']', depth - 1)}}}";

        (await app.PostAsync(body)).ShouldBe(expected);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"object\":\"page\",\"entry\":[]}")]
    [InlineData("{\"entry\":{\"changes\":[]}}")]
    [InlineData("""{"object":"whatsapp_business_account","entry":[null,1,"x",[],{"changes":[null,{"value":7,"field":"x"}]}]}""")]
    [InlineData("{\"\\ud83d\":1,\"ob\\ud83dect\":2,\"entry\":[{\"i\\udc00\":\"1\"}]}")]
    public async Task Post_AnyOtherObject_Is200AndHandlesNothing(string body)
    {
        await using var app = await BotApp.StartAsync();

        (await app.PostAsync(body)).ShouldBe(HttpStatusCode.OK);

        await app.StopAsync();
        app.Recorder.Seen.ShouldBeEmpty();
        app.Logs.All.ShouldContain(line => line.StartsWith("Warning: Ignored", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{}", "1 item(s) of a webhook that cannot be used: OtherProduct")]
    [InlineData("""{"object":"page"}""", "1 item(s) of a webhook that cannot be used: OtherProduct")]
    [InlineData("""{"object":"page","entry":[1,{"id":"2"}]}""", "2 item(s) of a webhook that cannot be used: OtherProduct")]
    [InlineData("""{"object":"whatsapp_business_account"}""", "1 item(s) of a webhook that cannot be used: NoEntries")]
    public async Task Post_ObjectOfAnotherKind_LogsOneReasonAndCountsEachItemOnce(string body, string expected)
    {
        await using var app = await BotApp.StartAsync();

        await app.PostAsync(body);

        app.Logs.All.ShouldContain($"Warning: Ignored {expected}. ");
    }

    [Fact]
    public async Task Post_BadItemsBetweenGoodOnes_SpoilNone()
    {
        await using var app = await BotApp.StartAsync();
        string[] items =
        [
            Payloads.TextItem("M-1", body: "one"), "null", "[]", "17", "\"text\"", "{}", "{\"id\":\"M-x\"}",
            Payloads.TextItem("M-2", body: "two"), "{\"id\":[],\"from\":\"1\",\"type\":\"text\"}",
            $"{{\"id\":\"M-y\",\"from\":\"{new string('9', 300)}\"}}", "{\"id\":\"M-z\",\"from\":\"1\\u0000\"}",
            Payloads.TextItem("M-3", body: "three"),
        ];

        (await app.PostAsync(Payloads.Envelope(string.Join(',', items)))).ShouldBe(HttpStatusCode.OK);

        await app.StopAsync();
        app.Recorder.Texts.ShouldBe(["one", "two", "three"]);
    }

    [Fact]
    public async Task Post_OtherMethod_Is405()
    {
        await using var app = await BotApp.StartAsync();

        using var response = await app.Client.PutAsync(
            new Uri("/webhook/whatsapp", UriKind.Relative), new StringContent("{}"), TestContext.Current.CancellationToken);

        response.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
    }

    [Theory]
    [InlineData("malformed/lone_surrogate.json.txt", "msg \uFFFD")]
    [InlineData("malformed/bom_utf8.json.txt", "msg mal")]
    [InlineData("malformed/duplicate_keys.json.txt", "msg mal")]
    public async Task Post_TextThatIsNotUnicode_ReachesTheHandlerRepaired(string file, string text)
    {
        await using var app = await BotApp.StartAsync();

        await app.PostAsync(Payloads.Bytes(file));

        await app.Recorder.WaitForAsync(1);
        app.Recorder.Texts.ShouldBe([text]);
    }

    // White space behind the object is JSON too, so a body of any length can be made.
    private static byte[] Padded(string id, int length)
    {
        var body = Encoding.UTF8.GetBytes(Payloads.Text(id));
        var padded = new byte[length];
        padded.AsSpan().Fill((byte)' ');
        body.CopyTo(padded, 0);
        return padded;
    }
}
