using System.Text.Json;

namespace Wappa.Tests;

public class MessengerExtensionsTests
{
    [Fact]
    public async Task EachMethod_InATurn_SendsItsKind()
    {
        await using var stub = await GraphStub.StartAsync();
        await using var app = await BotApp.StartAsync<Everything>(builder => builder.Configuration["WHATSAPP_API_URL"] = stub.Url);

        await app.PostAsync(Payloads.Text("M-1"));
        await app.StopAsync();

        app.Logs.All.ShouldNotContain(line => line.Contains("failed", StringComparison.Ordinal));
        stub.Requests.Select(request => KindOf(request.Body)).ShouldBe(
        [
            "read", "image", "video", "audio", "document", "location", "button", "list", "cta_url", "template", "text",
            "image", "reaction",
        ]);
        var quoting = stub.Requests.Where(request => request.Body.TryGetProperty("context", out _)).ToList();
        quoting.Count.ShouldBe(2);
        quoting.ShouldAllBe(request => request.Body.GetProperty("context").GetProperty("message_id").GetString() == "M-1");
        stub.Requests.Skip(1).ShouldAllBe(request => request.Body.GetProperty("to").GetString() == Payloads.Mira);
        stub.Requests[^1].Body.GetProperty("reaction").GetProperty("message_id").GetString().ShouldBe("M-1");
    }

    [Fact]
    public async Task Reply_ToAMessageInAGroup_GoesToTheGroup()
    {
        await using var stub = await GraphStub.StartAsync();
        await using var app = await BotApp.StartAsync<Replying>(builder => builder.Configuration["WHATSAPP_API_URL"] = stub.Url);

        await app.PostAsync(Payloads.Bytes("group_text.json"));
        await app.StopAsync();

        var body = stub.Requests.Single().Body;
        body.GetProperty("recipient_type").GetString().ShouldBe("group");
        body.GetProperty("to").GetString()!.ShouldStartWith("Y2Fw");
    }

    [Fact]
    public async Task InvalidMessage_InATurn_IsLoggedWithoutItsContent()
    {
        await using var stub = await GraphStub.StartAsync();
        await using var app = await BotApp.StartAsync<TooLong>(builder => builder.Configuration["WHATSAPP_API_URL"] = stub.Url);

        await app.PostAsync(Payloads.Text("M-1"));
        await app.StopAsync();

        stub.Requests.ShouldBeEmpty();
        app.Logs.All.ShouldContain(line => line.Contains(
            "InvalidMessageException: OutgoingButtons.Buttons[0].Title has 26 characters; WhatsApp takes 1 to 20. Shorten it.",
            StringComparison.Ordinal));
        app.Logs.All.ShouldNotContain(line => line.Contains("far too long", StringComparison.Ordinal));
    }

    private static string? KindOf(JsonElement body)
    {
        if (body.TryGetProperty("status", out var status)) return status.GetString();
        var type = body.GetProperty("type").GetString();
        return type == "interactive" ? body.GetProperty("interactive").GetProperty("type").GetString() : type;
    }

    private sealed class Everything : WappaEventHandler
    {
        private static readonly MediaSource File = MediaSource.FromId("7");

        public override async Task HandleMessageAsync(MessageWebhook webhook, CancellationToken ct)
        {
            var user = webhook.User.UserId;
            await Messenger.MarkAsReadAsync(webhook.Message.Id, showTyping: true, ct);
            await Messenger.SendImageAsync(File, user, "caption", ct);
            await Messenger.SendVideoAsync(File, user, cancellationToken: ct);
            await Messenger.SendAudioAsync(File, user, isVoice: true, ct);
            await Messenger.SendDocumentAsync(File, user, "a.pdf", cancellationToken: ct);
            await Messenger.SendLocationAsync(1, 2, user, cancellationToken: ct);
            await Messenger.SendButtonsAsync("Sure?", [new("yes", "Yes"), new("no", "No")], user, ct);
            await Messenger.SendListAsync("Which?", "Choose", [new("1", "One")], user, ct);
            await Messenger.SendLinkAsync("Look", "Open", "https://fjord.example", user, ct);
            await Messenger.SendTemplateAsync("hello", "en_US", user, ["Mira"], ct);
            await Messenger.ReplyAsync(webhook, "yes", ct);
            await Messenger.ReplyAsync(webhook, new OutgoingImage { Media = File }, ct);
            await Messenger.ReactAsync(webhook, "👍", ct);
        }
    }

    private sealed class Replying : WappaEventHandler
    {
        public override async Task HandleMessageAsync(MessageWebhook webhook, CancellationToken ct) =>
            await Messenger.ReplyAsync(webhook, "all of you", ct);
    }

    private sealed class TooLong : WappaEventHandler
    {
        public override async Task HandleMessageAsync(MessageWebhook webhook, CancellationToken ct) =>
            await Messenger.SendButtonsAsync("b", [new("a", "This title is far too long")], webhook.User.UserId, ct);
    }
}
