using Microsoft.Extensions.Logging;

namespace Wappa.Guide.Tests;

public class MessagesTests : HandlerView
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    // snippet: messages-receive
    public sealed class ReceptionHandler(IMediaClient media) : WappaEventHandler
    {
        public override async Task HandleMessageAsync(MessageWebhook webhook, CancellationToken ct)
        {
            var answer = webhook.Message switch
            {
                TextMessage text => $"You wrote {text.Body.Length} characters.",
                ButtonReplyMessage { ChoiceId: "yes" } => "Confirmed.",
                ChoiceMessage choice => $"You chose {choice.Title}.",
                LocationMessage place => $"We come to {place.Name ?? "where you are"}.",
                MediaMessage file => await KeepAsync(file, ct),
                ReactionMessage { Emoji: null } => "Taken back.",
                UnsupportedMessage => "WhatsApp does not pass this kind on.",
                _ => "I cannot read this yet.", // even of an UnknownMessage everything is in RawJson
            };
            await Messenger.ReplyAsync(webhook, answer, ct);
        }

        private async Task<string> KeepAsync(MediaMessage file, CancellationToken ct)
        {
            using var content = new MemoryStream();
            var info = await media.DownloadAsync(file.Media.Id, content, maxBytes: 5_000_000, ct);
            return $"Got {content.Length} bytes of {info.MimeType}.";
        }
    }
    // end

    [Fact]
    public async Task ReceptionHandler_TextsAndButtons_AreToldApart()
    {
        await using var conversation = await Conversation.StartAsync<ReceptionHandler>();

        (await conversation.SayAsync("hello")).ShouldBe(["You wrote 5 characters."]);
        (await conversation.PressAsync("yes", "Yes")).ShouldBe(["Confirmed."]);
        (await conversation.PressAsync("no", "No")).ShouldBe(["You chose No."]);
    }

    // snippet: messages-routing
    public sealed record Booking(string Step, int Guests = 0);

    public sealed class BookingHandler : WappaEventHandler
    {
        [Command("/BOOK")]
        private async Task BeginAsync(MessageWebhook webhook, CancellationToken ct)
        {
            await StateCache.SetAsync("booking", new Booking("guests"), ttl: TimeSpan.FromMinutes(30), ct);
            await Messenger.SendTextAsync("For how many?", webhook.User.UserId, ct);
        }

        [Command("/CANCEL")]
        private async Task CancelAsync(MessageWebhook webhook, string reason, CancellationToken ct)
        {
            await StateCache.DeleteAsync("booking", ct);
            await Messenger.SendTextAsync($"Cancelled. {reason}", webhook.User.UserId, ct);
        }

        [State("booking")]
        private async Task ContinueAsync(MessageWebhook webhook, Booking booking, CancellationToken ct)
        {
            if (booking.Step == "confirm" && webhook.GetChoiceId() == "yes")
            {
                await StateCache.DeleteAsync("booking", ct);
                await Messenger.SendTextAsync($"Booked for {booking.Guests}.", webhook.User.UserId, ct);
                return;
            }

            if (!int.TryParse(webhook.GetMessageText(), out var guests))
            {
                await Messenger.SendTextAsync("A number, please.", webhook.User.UserId, ct);
                return;
            }

            await StateCache.SetAsync("booking", new Booking("confirm", guests), TimeSpan.FromMinutes(30), ct);
            await Messenger.SendButtonsAsync(
                $"{guests} guests?", [new("yes", "Yes"), new("other", "Another number")], webhook.User.UserId, ct);
        }

        public override async Task HandleMessageAsync(MessageWebhook webhook, CancellationToken ct) =>
            await Messenger.SendTextAsync("Write /BOOK to book a table.", webhook.User.UserId, ct);
    }
    // end

    [Fact]
    public async Task BookingHandler_CommandThenState_RunsTheConversation()
    {
        await using var conversation = await Conversation.StartAsync<BookingHandler>();

        (await conversation.SayAsync("hello")).ShouldBe(["Write /BOOK to book a table."]);
        (await conversation.SayAsync("/book")).ShouldBe(["For how many?"]);
        (await conversation.SayAsync("a few")).ShouldBe(["A number, please."]);
        (await conversation.SayAsync("4")).ShouldBe(["4 guests? [Yes] [Another number]"]);
        (await conversation.PressAsync("yes", "Yes")).ShouldBe(["Booked for 4."]);
        await conversation.SayAsync("/BOOK");
        (await conversation.SayAsync("/Cancel Too late.")).ShouldBe(["Cancelled. Too late."]);
        (await conversation.SayAsync("4")).ShouldBe(["Write /BOOK to book a table."]);
    }

    [Fact]
    public async Task Send_EveryDay_Works()
    {
        var (webhook, ct) = (Incoming, Ct);

        // snippet: messages-send
        var user = webhook.User.UserId;
        await Messenger.MarkAsReadAsync(webhook.Message.Id, showTyping: true, ct);
        await Messenger.SendTextAsync("*Welcome!*", user, ct);
        await Messenger.SendImageAsync(MediaSource.FromLink("https://fjord.example/dock.jpg"), user, "The dock", ct);
        await Messenger.SendButtonsAsync("A table?", [new("yes", "Yes"), new("no", "No")], user, ct);
        await Messenger.SendListAsync("Which tour?", "Show tours", [new("lake", "Lake", "3 h"), new("sea", "Sea")], user, ct);
        await Messenger.SendLinkAsync("Pay online", "Pay now", "https://fjord.example/pay", user, ct);
        await Messenger.SendLocationAsync(59.32938, 18.06871, user, "Old Town Pier", cancellationToken: ct);
        await Messenger.SendTemplateAsync("booking_confirmed", "en_US", user, ["Sarah", "Saturday"], ct);
        await Messenger.ReplyAsync(webhook, "This is about what you wrote.", ct);
        await Messenger.ReactAsync(webhook, "👍", ct);
        // end

        SentMessages.Count.ShouldBe(9);
        MarkedAsRead.ShouldBe([webhook.Message.Id]);
    }

    [Fact]
    public async Task Send_AnyKind_IsAValue()
    {
        var (user, ct) = (Incoming.User.UserId, Ct);

        // snippet: messages-any
        var tours = new OutgoingList
        {
            Header = "Tours",
            Body = "Choose a tour",
            Footer = "Prices in EUR",
            ButtonText = "Show tours",
            Sections =
            [
                new("Day", [new("tour:lake", "Lake tour", "3 h, 45 EUR")]),
                new("Evening", [new("tour:sunset", "Sunset tour")]),
            ],
        };
        await Messenger.SendAsync(tours, user, ct);
        await Messenger.SendAsync(tours with { Footer = "Prices in USD", CallbackData = "second try" }, user, ct);

        await Messenger.SendAsync(
            new OutgoingTemplate
            {
                Name = "order_shipped",
                Language = "en_US",
                Header = TemplateParameter.FromImage(MediaSource.FromLink("https://fjord.example/parcel.jpg")),
                Body = ["Sarah", TemplateParameter.FromCurrency(39.90m, "EUR", "39,90 €")],
                Buttons = [TemplateButton.QuickReply(0, "track"), TemplateButton.Url(1, "7731")],
            },
            user, ct);
        // end

        SentMessages.Count.ShouldBe(3);
        tours.Footer.ShouldBe("Prices in EUR");
    }

    [Fact]
    public void Limit_Broken_IsNamedBeforeAnythingIsSent()
    {
        var user = Incoming.User.UserId;

        // snippet: messages-limits
        var error = Should.Throw<InvalidMessageException>(() => Messenger.SendButtonsAsync(
            "When?", [new("sat", "Saturday at 10 o'clock")], user).AsTask());

        // OutgoingButtons.Buttons[0].Title has 22 characters; WhatsApp takes 1 to 20. Shorten it.
        (error.Field, error.Actual, error.Limit).ShouldBe(("OutgoingButtons.Buttons[0].Title", 22, 20));
        // end

        error.Message.ShouldBe("OutgoingButtons.Buttons[0].Title has 22 characters; WhatsApp takes 1 to 20. Shorten it.");
        SentMessages.ShouldBeEmpty();
    }

    // snippet: messages-status
    public sealed record Notice(DeliveryState State = DeliveryState.Accepted, int? ErrorCode = null);

    public sealed class NoticeHandler : WappaEventHandler
    {
        public override Task HandleMessageAsync(MessageWebhook webhook, CancellationToken ct) => Task.CompletedTask;

        public override async Task HandleStatusAsync(StatusWebhook webhook, CancellationToken ct)
        {
            // Late, repeated and out of order: the record only ever moves forward.
            await TableCache.UpdateAsync<Notice>("notices", webhook.Status.MessageId, notice =>
            {
                var known = new MessageDelivery { State = notice?.State ?? default, ErrorCode = notice?.ErrorCode };
                var now = known.Add(webhook.Status);
                return new(now.State, now.ErrorCode);
            }, cancellationToken: ct);
            if (webhook.Status.Errors is [{ Code: 131047 }, ..])
                Logger.LogWarning("The user wrote more than 24 hours ago: send a template.");
        }
    }
    // end

    [Fact]
    public void MessageDelivery_StatusesInAnyOrder_OnlyMoveForward()
    {
        var delivery = MessageDelivery.None
            .Add(new() { MessageId = "M", State = "read" })
            .Add(new() { MessageId = "M", State = "delivered" })
            .Add(new() { MessageId = "M", State = "sent" });

        delivery.State.ShouldBe(DeliveryState.Read);
    }

    [Fact]
    public async Task NoticeHandler_StatusesInAnyOrder_OnlyMoveForward()
    {
        await using var conversation = await Conversation.StartAsync<NoticeHandler>();

        foreach (var status in new[] { "read", "sent", "delivered" }) await conversation.ReportAsync("wamid.1", status);
        await conversation.ReportAsync("wamid.2", "failed");

        var table = conversation.Caches.Table;
        (await table.GetAsync<Notice>("notices", "wamid.1")).ShouldBe(new(DeliveryState.Read));
        (await table.GetAsync<Notice>("notices", "wamid.2")).ShouldBe(new(DeliveryState.Failed, 0));
    }

    // snippet: messages-upload
    public sealed class TicketHandler(IMediaClient media) : WappaEventHandler
    {
        public override async Task HandleMessageAsync(MessageWebhook webhook, CancellationToken ct)
        {
            using var ticket = new MemoryStream("%PDF-1.7 ..."u8.ToArray());
            var id = await media.UploadAsync(
                new() { Content = ticket, MimeType = "application/pdf", PhoneNumberId = Turn.PhoneNumberId }, ct);
            await Messenger.SendDocumentAsync(MediaSource.FromId(id), webhook.User.UserId, "ticket.pdf", cancellationToken: ct);
        }
    }
    // end

    // snippet: messages-moved
    public sealed class MovingHandler : WappaEventHandler
    {
        public override async Task HandleMessageAsync(MessageWebhook webhook, CancellationToken ct)
        {
            // The turn is still the old user's; the next message comes from the new number, which has no records yet.
            if (webhook.Message is SystemMessage { NewPhoneNumber: { } number } &&
                await UserCache.GetAsync("profile", ct) is { } profile)
            {
                await CacheFactory.ForUser(Turn.Tenant, number).User.CreateIfAbsentAsync("profile", profile, cancellationToken: ct);
                await UserCache.DeleteAsync("profile", ct);
            }
        }
    }
    // end

    [Fact]
    public async Task TicketHandler_AnyMessage_SendsTheUpload()
    {
        await using var conversation = await Conversation.StartAsync<TicketHandler>();

        (await conversation.SayAsync("my ticket")).ShouldBe(["(document)"]);
    }

    [Fact]
    public async Task MovingHandler_NumberChange_MovesTheProfile()
    {
        await using var conversation = await Conversation.StartAsync<MovingHandler>();
        await conversation.Caches.User.SetAsync("profile", new { name = "Sarah" });

        await conversation.SendAsync("system", new { type = "user_changed_number", wa_id = "1234567891" });

        (await conversation.Caches.User.ExistsAsync("profile")).ShouldBeFalse();
        (await conversation.CachesOf("1234567891").User.GetFieldAsync<string>("profile", "name")).ShouldBe("Sarah");
    }
}
