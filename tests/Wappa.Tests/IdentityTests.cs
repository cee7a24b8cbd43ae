using Microsoft.Extensions.Configuration;

namespace Wappa.Tests;

public class IdentityTests
{
    [Fact]
    public async Task User_WithAllIds_IsKnownByTheNumber()
    {
        var user = (await HandledAsync("text.json")).User;

        user.UserId.ShouldBe("15550102233");
        user.PhoneNumber.ShouldBe("15550102233");
        user.Bsuid.ShouldBe("US.71530049182264405917");
        user.ParentBsuid.ShouldBe("US.ENT.40917735520018264410");
        user.Name.ShouldBe("Mira Okafor");
        user.Username.ShouldBe("mira.okafor");
        user.ToString()!.ShouldNotContain("1555");
    }

    [Fact]
    public async Task User_WithAUsernameOnly_IsKnownByTheBusinessScopedId()
    {
        var user = (await HandledAsync("text_username_only.json")).User;

        (user.UserId, user.PhoneNumber, user.Username).ShouldBe(("SE.88120473365519027744", null, "ivo.lind"));
    }

    [Fact]
    public async Task User_FromBefore2026_IsKnownByTheNumber()
    {
        var user = (await HandledAsync("text_legacy_no_bsuid.json")).User;

        (user.UserId, user.Bsuid).ShouldBe(("15550102233", null));
    }

    [Fact]
    public async Task User_WhoseNumberIsLeftOutLater_StaysTheSameUser()
    {
        await using var app = await BotApp.StartAsync();

        await app.PostAsync(Payloads.Envelope("""{"id":"M-1","from":"4711","from_user_id":"DE.1","type":"image"}"""));
        await app.PostAsync(Payloads.Envelope("""{"id":"M-2","from":"","from_user_id":"DE.1","type":"image"}"""));
        await app.PostAsync(Payloads.Envelope("""{"id":"M-3","from_user_id":"DE.1","type":"image"}""", "another-number"));
        await app.StopAsync();

        app.Recorder.Messages.Where(message => message.PhoneNumberId == Payloads.PhoneNumberId)
            .Select(message => (message.User.UserId, message.User.PhoneNumber)).ShouldBe([("4711", "4711"), ("4711", "4711")]);
        app.Recorder.Messages.Single(message => message.PhoneNumberId == "another-number").User.UserId.ShouldBe("DE.1");
    }

    [Fact]
    public async Task User_NamedByEmptyIds_IsNobodyElse()
    {
        await using var app = await BotApp.StartAsync();
        var envelope = Payloads.Envelope("""
            {"id":"M-1","from":"","from_user_id":"DE.1","from_parent_user_id":"","group_id":"","type":"image"},
            {"id":"M-2","from":"4711","from_user_id":"","type":"image"},
            {"id":"M-3","from":"","from_user_id":"","type":"image"}
            """);
        const string Contacts = """
            "contacts":[{"wa_id":"","user_id":"","profile":{"name":"Stranger"}},
            {"wa_id":"","user_id":"DE.1","parent_user_id":"","profile":{"name":"Mira"}}],"messages":
            """;

        await app.PostAsync(envelope.Replace("\"messages\":\n", Contacts, StringComparison.Ordinal));
        await app.StopAsync();

        app.Recorder.Messages
            .Select(message => (message.User.UserId, message.User.PhoneNumber, message.User.Bsuid, message.User.Name))
            .ShouldBe([("DE.1", null, "DE.1", "Mira"), ("4711", "4711", null, null)], ignoreOrder: true);
        app.Recorder.Messages.ShouldAllBe(message => message.User.ParentBsuid == null && message.Message.GroupId == null);
        app.Logs.All.ShouldContain("Warning: Ignored 1 item(s) of a webhook that cannot be used: MessageWithoutUser. ");
    }

    [Fact]
    public async Task User_OfAStatusWithAnEmptyParticipant_IsTheRecipient()
    {
        await using var app = await BotApp.StartAsync();

        await app.PostAsync(Payloads.Statuses("""
            {"id":"M-1","status":"sent","recipient_id":"4711","recipient_participant_id":"","recipient_user_id":""}
            """));
        await app.StopAsync();

        var user = app.Recorder.Seen.OfType<StatusWebhook>().Single().User!;
        (user.UserId, user.Bsuid).ShouldBe(("4711", null));
    }

    [Fact]
    public async Task Users_OfOneBatchInAnotherOrderThanTheirContacts_KeepTheirNames()
    {
        await using var app = await BotApp.StartAsync();

        await app.PostAsync(Payloads.Bytes("batch/two_senders_one_value.json"));
        await app.StopAsync();

        app.Recorder.Messages.ToDictionary(message => message.User.UserId, message => message.User.Name)
            .ShouldBe(
                new Dictionary<string, string?> { [Payloads.Mira] = "Mira Okafor", ["15550102266"] = "Tomás Brännström" },
                ignoreOrder: true);
    }

    [Fact]
    public async Task User_OfAGroupStatus_IsTheParticipant()
    {
        await using var app = await BotApp.StartAsync();

        await app.PostAsync(Payloads.Bytes("statuses/group_delivered_aggregate.json"));
        await app.StopAsync();

        app.Recorder.Seen.OfType<StatusWebhook>().Select(status => status.User!.UserId).Order()
            .ShouldBe(["15550102233", "15550102266"]);
        app.Recorder.Seen.OfType<StatusWebhook>().ShouldAllBe(status => status.Status.GroupId!.StartsWith("Y2Fw"));
    }

    [Theory]
    [InlineData(null, null, "111")]
    [InlineData("hotel", null, "hotel")]
    [InlineData(null, "spa", "spa")]
    [InlineData("hotel", "spa", "spa")]
    public async Task Tenant_IsTheNumbersNameElseTheAppsElseTheNumber(string? app, string? number, string expected)
    {
        await using var bot = await BotApp.StartAsync(builder => builder.Configuration.AddInMemoryCollection(
            new Dictionary<string, string?> { ["Wappa:Tenant"] = app, ["Wappa:Tenants:111"] = number }));

        await bot.PostAsync(Payloads.Text("M-1", phoneNumberId: "111"));
        await bot.StopAsync();

        bot.Recorder.Messages.Single().Tenant.ShouldBe(expected);
    }

    [Fact]
    public async Task Tenant_OfAnEventWithoutANumber_IsTheAccount()
    {
        await using var bot = await BotApp.StartAsync();

        await bot.PostAsync(Payloads.Bytes("fields/security.json"));
        await bot.StopAsync();

        var happened = bot.Recorder.Seen.OfType<EventWebhook>().Single();
        (happened.Tenant, happened.Field, happened.PhoneNumberId).ShouldBe(("880100200300401", "security", ""));
        happened.Timestamp.ShouldBe(DateTimeOffset.FromUnixTimeSeconds(1_789_000_000));
        happened.ParseRawJson().GetProperty("event").GetString().ShouldBe("PIN_CHANGED");
    }

    [Fact]
    public async Task NumberChange_FromTheNextMessageOn_IsTheNewNumber()
    {
        await using var app = await BotApp.StartAsync();

        await app.PostAsync(Payloads.Bytes("system_user_changed_number.json"));
        await app.PostAsync(Payloads.Envelope("""{"id":"M-2","from_user_id":"US.71530049182264405917","type":"image"}"""));
        await app.StopAsync();

        app.Recorder.Messages.Select(message => message.User.UserId).Order().ShouldBe(["15550102233", "15550102244"]);
        var change = app.Recorder.Messages.Select(message => message.Message).OfType<SystemMessage>().Single();
        (change.Kind, change.NewPhoneNumber, change.NewBsuid)
            .ShouldBe(("user_changed_number", "15550102244", "US.71530049182264405917"));
    }

    [Fact]
    public async Task NumberChange_InTheOlderForm_NamesTheNewNumber()
    {
        var change = (SystemMessage)(await HandledAsync("system_customer_changed_number_legacy.json")).Message;

        (change.Kind, change.NewPhoneNumber, change.NewBsuid).ShouldBe(("customer_changed_number", "15550102244", null));
        ((SystemMessage)(await HandledAsync("system_customer_identity_changed.json")).Message).IdentityKeyHash
            .ShouldBe("aGFzaC1vZi1rZXk=");
    }

    [Theory]
    [InlineData("system_user_changed_user_id.json")]
    [InlineData("fields/user_id_update.json")]
    public async Task BsuidChange_OfAUserWithANumber_StaysTheSameUser(string file)
    {
        await using var app = await BotApp.StartAsync(builder => builder.WithTenant("hotel"));

        await app.PostAsync(Payloads.Bytes(file));
        await app.PostAsync(Payloads.Envelope("""{"id":"M-2","from_user_id":"US.33015528847719026653","type":"image"}"""));
        await app.StopAsync();

        var user = app.Recorder.Messages.Single(message => message.Message.Id == "M-2").User;
        (user.UserId, user.PhoneNumber, user.Bsuid).ShouldBe((Payloads.Mira, Payloads.Mira, "US.33015528847719026653"));
    }

    private static async Task<MessageWebhook> HandledAsync(string file)
    {
        await using var app = await BotApp.StartAsync();
        await app.PostAsync(Payloads.Bytes(file));
        await app.StopAsync();
        return app.Recorder.Messages.Single();
    }
}
