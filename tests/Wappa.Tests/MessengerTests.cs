using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Wappa.Graph;
using Wappa.Testing;

namespace Wappa.Tests;

public class MessengerTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("graph/send_text.json")]
    [InlineData("graph/send_text_reply.json")]
    [InlineData("graph/send_text_to_bsuid.json")]
    public async Task SendText_PairOfTheCorpus_AsksAndReadsAsRecorded(string file)
    {
        await using var stub = await GraphStub.StartAsync();
        using var client = stub.NewClient();
        var pair = Payloads.Json(file);
        stub.AnswerWith(pair);
        var expected = pair.GetProperty("request");
        var body = expected.GetProperty("body");
        var recipient = (body.TryGetProperty("to", out var to) ? to : body.GetProperty("recipient")).GetString()!;
        var options = new TextOptions
        {
            PreviewUrl = body.GetProperty("text").TryGetProperty("preview_url", out _),
            ReplyTo = body.TryGetProperty("context", out var context) ? context.GetProperty("message_id").GetString() : null,
            CallbackData = body.TryGetProperty("biz_opaque_callback_data", out var data) ? data.GetString() : null,
        };

        IMessenger messenger = new GraphMessenger(client, Payloads.PhoneNumberId);
        var text = body.GetProperty("text").GetProperty("body").GetString()!;
        var sent = await messenger.SendNowAsync(options.ToMessage(text), recipient, Ct);

        var asked = stub.Requests.Single();
        asked.Method.ShouldBe("POST");
        asked.Path.ShouldBe(expected.GetProperty("path").GetString());
        asked.Authorization.ShouldBe(expected.GetProperty("headers").GetProperty("Authorization").GetString());
        asked.ContentType.ShouldBe("application/json");
        JsonElement.DeepEquals(asked.Body, body).ShouldBeTrue(asked.Body.GetRawText());
        var answer = pair.GetProperty("response").GetProperty("body");
        sent.MessageId.ShouldBe(answer.GetProperty("messages")[0].GetProperty("id").GetString());
        (sent.PhoneNumber ?? sent.Bsuid).ShouldBe(recipient);
    }

    [Fact]
    public async Task SendText_AnyCharacters_ArriveAsTheyAre()
    {
        await using var stub = await GraphStub.StartAsync();
        using var client = stub.NewClient();
        IMessenger messenger = new GraphMessenger(client, null);
        const string Text = "🍕 \"quotes\" <b>&amp;</b> \\ / \n ünïcødé \u2028 مرحبا";

        await messenger.SendTextAsync(Text, Payloads.Mira, Ct);

        stub.Requests.Single().Body.GetProperty("text").GetProperty("body").GetString().ShouldBe(Text);
        stub.Requests.Single().Path.ShouldBe($"/v25.0/{Payloads.PhoneNumberId}/messages");
    }

    [Theory]
    [InlineData("US.71530049182264405917", true)]
    [InlineData("US.ENT.40917735520018264410", true)]
    [InlineData("DE.a1", true)]
    [InlineData("15550102233", false)]
    [InlineData("+1 (555) 010-2233", false)]
    [InlineData("us.715", false)]
    [InlineData("US.", false)]
    [InlineData("US.ENT.", false)]
    [InlineData("US.7-1", false)]
    [InlineData("USA.71", false)]
    public async Task SendText_KindOfRecipient_DecidesTheField(string recipient, bool isBsuid)
    {
        await using var stub = await GraphStub.StartAsync();
        using var client = stub.NewClient();
        IMessenger messenger = new GraphMessenger(client, null);

        await messenger.SendTextAsync("hi", recipient, Ct);

        stub.Requests.Single().Body.GetProperty(isBsuid ? "recipient" : "to").GetString().ShouldBe(recipient);
        stub.Requests.Single().Body.TryGetProperty(isBsuid ? "to" : "recipient", out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4097)]
    public async Task SendText_LengthOutOfBounds_IsRefusedHereNamingTheLimit(int length)
    {
        await using var stub = await GraphStub.StartAsync();
        using var client = stub.NewClient();
        IMessenger messenger = new GraphMessenger(client, null);

        var error = await Should.ThrowAsync<ArgumentException>(
            async () => await messenger.SendTextAsync(new string('x', length), Payloads.Mira, Ct));

        error.Message.ShouldContain($"has {length} characters");
        error.Message.ShouldContain("1 to 4096");
        stub.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task SendText_LongestText_IsSent()
    {
        await using var stub = await GraphStub.StartAsync();
        using var client = stub.NewClient();
        IMessenger messenger = new GraphMessenger(client, null);

        (await messenger.SendTextAsync(new string('x', 4096), Payloads.Mira, Ct)).MessageId.ShouldBe("M");
    }

    [Theory]
    [InlineData("", "m", "d")]
    [InlineData("1\n2", "m", "d")]
    [InlineData("1", "", "d")]
    [InlineData("1", "m", null)]
    public async Task SendText_InvalidArguments_AreRefusedHere(string recipient, string replyTo, string? data)
    {
        await using var stub = await GraphStub.StartAsync();
        using var client = stub.NewClient();
        IMessenger messenger = new GraphMessenger(client, null);
        var options = new TextOptions { ReplyTo = replyTo, CallbackData = data ?? new string('d', 513) };

        await Should.ThrowAsync<ArgumentException>(async () => await messenger.SendTextAsync("hi", recipient, options, Ct));

        stub.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task SendText_AddressChangedWhileRunning_IsFollowed()
    {
        await using var first = await GraphStub.StartAsync();
        await using var second = await GraphStub.StartAsync();
        WhatsAppOptions? options = null;
        using var client = first.NewClient(given => options = given);
        IMessenger messenger = new GraphMessenger(client, null);

        await messenger.SendTextAsync("one", Payloads.Mira, Ct);
        options!.ApiUrl = second.Url + "/";
        await messenger.SendTextAsync("two", Payloads.Mira, Ct);

        first.Requests.Count.ShouldBe(1);
        second.Requests.Single().Path.ShouldBe($"/v25.0/{Payloads.PhoneNumberId}/messages");
    }

    [Fact]
    public async Task SendText_InATurn_AnswersFromTheNumberWrittenTo()
    {
        await using var stub = await GraphStub.StartAsync();
        await using var app = await BotApp.StartAsync<EchoHandler>(
            builder => builder.Configuration["WHATSAPP_API_URL"] = stub.Url);

        await app.PostAsync(Payloads.Text("M-1", phoneNumberId: "770100200300556", body: "ping"));
        await app.PostAsync(Payloads.Bytes("text_username_only.json"));
        await app.StopAsync();

        stub.Requests.ShouldContain(request => request.Path == "/v25.0/770100200300556/messages" &&
            request.Body.GetProperty("to").GetString() == Payloads.Mira && request.Authorization == "Bearer test-token");
        stub.Requests.ShouldContain(request => request.Path == $"/v25.0/{Payloads.PhoneNumberId}/messages" &&
            request.Body.GetProperty("recipient").GetString() == "SE.88120473365519027744");
    }

    [Fact]
    public async Task SendText_OutsideATurn_SendsFromTheConfiguredNumber()
    {
        await using var stub = await GraphStub.StartAsync();
        await using var app = await BotApp.StartAsync(builder =>
            builder.WithWhatsApp(token: "from-code").Configuration["WHATSAPP_API_URL"] = stub.Url);

        await app.Services.GetRequiredService<IMessenger>().SendTextAsync("hi", Payloads.Mira, Ct);

        stub.Requests.Single().Path.ShouldBe($"/v25.0/{Payloads.PhoneNumberId}/messages");
        stub.Requests.Single().Authorization.ShouldBe("Bearer from-code");
    }

    private sealed class EchoHandler : WappaEventHandler
    {
        public override async Task HandleMessageAsync(MessageWebhook webhook, CancellationToken ct) =>
            await Messenger.SendTextAsync(webhook.GetMessageText(), webhook.User.UserId, ct);
    }
}
