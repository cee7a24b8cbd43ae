using System.Text.Json;

namespace Wappa.Emulator.Tests;

public class StatusTests
{
    [Fact]
    public async Task Send_WithinTheWindow_IsSentDeliveredAndReadInThisOrder()
    {
        using var rig = new Rig();
        await rig.SayAsync();

        var (_, answer) = await rig.AnswerAsync();
        rig.App.States.ShouldBe(["sent", "delivered"]);
        rig.Local.Read(rig.Number, rig.Mira);
        await rig.Local.WhenQuietAsync();

        rig.App.States.ShouldBe(["sent", "delivered", "read"]);
        var sent = rig.App.Statuses[0];
        sent.GetProperty("id").GetString().ShouldBe(answer.GetProperty("messages")[0].GetProperty("id").GetString());
        sent.GetProperty("recipient_id").GetString().ShouldBe(rig.Mira.Phone);
        sent.GetProperty("recipient_user_id").GetString().ShouldBe(rig.Mira.UserId);
        sent.GetProperty("pricing").GetProperty("pricing_model").GetString().ShouldBe("PMP");
        rig.App.Statuses[2].TryGetProperty("pricing", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Send_AfterTheWindow_IsAcceptedAndFails()
    {
        using var rig = new Rig();
        await rig.SayAsync();
        rig.Clock.Advance(TimeSpan.FromHours(24));

        var (status, _) = await rig.AnswerAsync();

        status.ShouldBe(System.Net.HttpStatusCode.OK);
        rig.App.States.ShouldBe(["failed"]);
        rig.App.Statuses[0].GetProperty("errors")[0].GetProperty("code").GetInt32().ShouldBe(131047);
        rig.Local.World.MessagesOf(Rig.NumberId, rig.Mira.Id)[^1].Status.ShouldBe("failed");
    }

    [Fact]
    public async Task Send_ATemplateAfterTheWindow_IsDelivered()
    {
        using var rig = new Rig();

        await rig.PostAsync(
            $$$$"""{"messaging_product":"whatsapp","to":"{{{{rig.Mira.Phone}}}}","type":"template","template":{"name":"hello","language":{"code":"en"}}}""");

        rig.App.States.ShouldBe(["sent", "delivered"]);
    }

    [Fact]
    public async Task Status_OfAUsernameOnlyCustomer_TellsNoNumber()
    {
        using var rig = new Rig();
        rig.Local.ChangeCustomer(rig.Mira.Id, mira => mira with { Identity = CustomerIdentity.Username, Username = "mira.o" });
        await rig.SayAsync();

        await rig.PostAsync(
            $$$"""{"messaging_product":"whatsapp","recipient":"{{{rig.Mira.UserId}}}","type":"text","text":{"body":"hi"}}""");

        foreach (var value in rig.App.Values) value.GetRawText().ShouldNotContain(rig.Mira.Phone);
        rig.App.Statuses[0].GetProperty("recipient_user_id").GetString().ShouldBe(rig.Mira.UserId);
        rig.App.Messages[0].TryGetProperty("from", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Status_OfALegacyCustomer_HasTheShapeOf2025()
    {
        using var rig = new Rig();
        rig.Chaos("""{"legacyShape":true}""");
        await rig.SayAsync();

        await rig.AnswerAsync();

        foreach (var value in rig.App.Values) value.GetRawText().ShouldNotContain(rig.Mira.UserId);
        rig.App.Statuses[0].GetProperty("conversation").GetProperty("id").GetString().ShouldNotBeNullOrEmpty();
        rig.App.Statuses[0].GetProperty("pricing").GetProperty("pricing_model").GetString().ShouldBe("CBP");
    }

    [Fact]
    public async Task Reaction_OfTheBusiness_IsOnlySent()
    {
        using var rig = new Rig();
        var said = await rig.SayAsync();

        await ReactAsync(rig, said.Message!.Id);
        await ReactAsync(rig, "wamid.none");

        rig.App.States.ShouldBe(["sent", "failed"]);
        rig.Local.World.FindMessage(said.Message.Id)!.Reactions.ShouldBe([new("business", "🛶")]);
        rig.App.Statuses[1].GetProperty("errors")[0].GetProperty("code").GetInt32().ShouldBe(131009);
    }

    [Fact]
    public async Task MarkRead_OfAMessage_MarksTheEarlierOnesAndShowsTyping()
    {
        using var rig = new Rig();
        await rig.SayAsync();
        var second = await rig.SayAsync();
        await rig.SayAsync();

        await rig.PostAsync(
            $$$"""{"messaging_product":"whatsapp","status":"read","message_id":"{{{second.Message!.Id}}}","typing_indicator":{"type":"text"}}""");

        rig.Local.World.MessagesOf(Rig.NumberId, rig.Mira.Id).Select(message => message.Status).ShouldBe(["read", "read", "delivered"]);
        rig.Local.World.Conversations[0].TypingUntil.ShouldBe(rig.Clock.GetUtcNow() + TimeSpan.FromSeconds(25));
    }

    [Fact]
    public async Task PhoneChange_OfSomebodyWhoWrote_IsToldByASystemMessage()
    {
        using var rig = new Rig();
        await rig.SayAsync();

        rig.Local.ChangeCustomer(rig.Mira.Id, mira => mira with { Phone = "15550102244" });
        await rig.Local.WhenQuietAsync();

        var told = rig.App.Messages[^1];
        told.GetProperty("from").GetString().ShouldBe("15550102233");
        told.GetProperty("system").GetProperty("type").GetString().ShouldBe("user_changed_number");
        told.GetProperty("system").GetProperty("wa_id").GetString().ShouldBe("15550102244");
    }

    private static Task ReactAsync(Rig rig, string id) => rig.PostAsync(
        $$$"""{"messaging_product":"whatsapp","to":"{{{rig.Mira.Phone}}}","type":"reaction","reaction":{"message_id":"{{{id}}}","emoji":"🛶"}}""");
}
