using System.Net;
using System.Text.Json;
using Wappa.Graph;
using Wappa.Testing;

namespace Wappa.Tests;

public class GraphErrorTests
{
    private static readonly int[] Retryable = [2, 4, 80007, 130429, 131000, 131016, 131056];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<string> Errors() => [.. Payloads.Files("graph/error_")];

    [Theory]
    [MemberData(nameof(Errors))]
    public async Task Send_ErrorOfTheCorpus_IsTyped(string file)
    {
        await using var stub = await GraphStub.StartAsync();
        using var client = stub.NewClient();
        var pair = Payloads.Json(file);
        stub.AnswerWith(pair);

        var error = await SendAsync(client);

        ((int?)error.HttpStatus).ShouldBe(pair.GetProperty("response").GetProperty("status").GetInt32());
        var body = pair.GetProperty("response").GetProperty("body");
        if (body.ValueKind != JsonValueKind.Object)
        {
            (error.Code, error.IsRetryable, error.OutcomeUnknown).ShouldBe((0, true, true));
            return;
        }

        var given = body.GetProperty("error");
        error.Code.ShouldBe(given.GetProperty("code").GetInt32());
        error.Subcode.ShouldBe(given.TryGetProperty("error_subcode", out var subcode) ? subcode.GetInt32() : null);
        error.TraceId.ShouldBe(given.GetProperty("fbtrace_id").GetString());
        error.ErrorType.ShouldBe(given.GetProperty("type").GetString());
        error.Details.ShouldBe(
            given.TryGetProperty("error_data", out var data) ? data.GetProperty("details").GetString() : null);
        error.IsRetryable.ShouldBe(Retryable.Contains(error.Code));
        error.OutcomeUnknown.ShouldBeFalse();
        error.Message.ShouldContain($"code {error.Code}");
        error.Message.ShouldContain(error.TraceId!);
    }

    [Theory]
    [InlineData("""{"error":{"code":100,"error_data":"just text"}}""", 100, "just text")]
    [InlineData("""{"error":{"code":"131047","error_data":7}}""", 131047, null)]
    [InlineData("""{"error":{"message":"\ud83d","code":1e99}}""", 0, null)]
    [InlineData("""{"error":"no"}""", 0, null)]
    [InlineData("[]", 0, null)]
    [InlineData("", 0, null)]
    public async Task Send_ErrorOfAnotherShape_IsStillAnError(string body, int code, string? details)
    {
        await using var stub = await GraphStub.StartAsync();
        using var client = stub.NewClient();
        stub.Answer = context => GraphStub.WriteAsync(context, 400, body);

        var error = await SendAsync(client);

        (error.Code, error.Details, error.HttpStatus).ShouldBe((code, details, HttpStatusCode.BadRequest));
    }

    [Fact]
    public async Task Send_ErrorThatQuotesTokenAndRecipient_ShowsNeither()
    {
        await using var stub = await GraphStub.StartAsync();
        using var client = stub.NewClient();
        const string Answer = """
            {"error":{"message":"Malformed access token EMULATOR-TOKEN","code":190,"error_data":{"details":"to 15550102233"}}}
            """;
        stub.Answer = context => GraphStub.WriteAsync(context, 401, Answer);

        var error = await SendAsync(client);

        error.ToString().ShouldNotContain("EMULATOR-TOKEN");
        error.Details.ShouldBe("to ***");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("not json")]
    [InlineData("""{"messages":[]}""")]
    [InlineData("""{"messages":[null]}""")]
    public async Task Send_SuccessWithoutAnId_HasAnUnknownOutcome(string body)
    {
        await using var stub = await GraphStub.StartAsync();
        using var client = stub.NewClient();
        stub.Answer = context => GraphStub.WriteAsync(context, 200, body);

        var error = await SendAsync(client);

        (error.OutcomeUnknown, error.IsRetryable).ShouldBe((true, false));
    }

    [Fact]
    public async Task Send_Redirected_DoesNotFollowWithTheToken()
    {
        await using var stub = await GraphStub.StartAsync();
        await using var elsewhere = await GraphStub.StartAsync();
        using var client = stub.NewClient();
        stub.Answer = context =>
        {
            context.Response.Headers.Location = elsewhere.Url;
            return GraphStub.WriteAsync(context, 307, "");
        };

        (await SendAsync(client)).HttpStatus.ShouldBe(HttpStatusCode.TemporaryRedirect);

        elsewhere.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Send_NoAnswerInTime_HasAnUnknownOutcome()
    {
        var clock = new ManualTimeProvider();
        await using var stub = await GraphStub.StartAsync();
        using var client = stub.NewClient(time: clock);
        var asked = new TaskCompletionSource();
        stub.Answer = context =>
        {
            asked.SetResult();
            return GraphStub.NeverAsync(context);
        };

        var sending = SendAsync(client);
        await asked.Task;
        clock.Advance(TimeSpan.FromSeconds(30));
        var error = await sending;

        (error.IsRetryable, error.OutcomeUnknown, error.HttpStatus).ShouldBe((true, true, null));
        error.Message.ShouldContain("30 s");
        error.Message.ShouldContain("RequestTimeout");
    }

    [Fact]
    public async Task Send_Cancelled_IsCancelled()
    {
        await using var stub = await GraphStub.StartAsync();
        using var client = stub.NewClient();
        using var cancellation = new CancellationTokenSource();
        stub.Answer = context =>
        {
            cancellation.Cancel();
            return GraphStub.NeverAsync(context);
        };
        IMessenger messenger = new GraphMessenger(client, null);

        await Should.ThrowAsync<OperationCanceledException>(
            async () => await messenger.SendTextAsync("x", Payloads.Mira, cancellation.Token));
    }

    [Fact]
    public async Task Send_NobodyListens_SentNothingAndMayBeRepeated()
    {
        var stub = await GraphStub.StartAsync();
        using var client = stub.NewClient();
        await stub.DisposeAsync();

        var error = await SendAsync(client);

        (error.IsRetryable, error.OutcomeUnknown).ShouldBe((true, false));
        error.Message.ShouldContain("Nothing was sent");
    }

    [Fact]
    public async Task Send_ConnectionLostAfterTheRequest_HasAnUnknownOutcome()
    {
        await using var stub = await GraphStub.StartAsync();
        using var client = stub.NewClient();
        stub.Answer = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };

        var error = await SendAsync(client);

        (error.IsRetryable, error.OutcomeUnknown).ShouldBe((true, true));
    }

    [Fact]
    public async Task Send_WithoutAToken_SaysWhatToSet()
    {
        await using var stub = await GraphStub.StartAsync();
        using var client = stub.NewClient(options => options.AccessToken = null);
        IMessenger messenger = new GraphMessenger(client, null);

        var error = await Should.ThrowAsync<InvalidOperationException>(
            async () => await messenger.SendTextAsync("x", Payloads.Mira, Ct));

        error.Message.ShouldContain("WHATSAPP_ACCESS_TOKEN");
    }

    [Theory]
    [InlineData("..")]
    [InlineData("1/2")]
    [InlineData("1?x=")]
    public async Task Send_FromWhatIsNoPhoneNumberId_GoesNowhere(string phoneNumberId)
    {
        await using var stub = await GraphStub.StartAsync();
        using var client = stub.NewClient();

        await Should.ThrowAsync<InvalidOperationException>(
            async () => await client.MessengerOf(phoneNumberId).SendTextAsync("x", Payloads.Mira, Ct));

        stub.Requests.ShouldBeEmpty();
    }

    private static async Task<WhatsAppApiException> SendAsync(GraphClient client)
    {
        IMessenger messenger = new GraphMessenger(client, null);
        return await Should.ThrowAsync<WhatsAppApiException>(
            async () => await messenger.SendTextAsync("x", Payloads.Mira, Ct));
    }
}
