using System.Text.Json.Nodes;

namespace Wappa.Emulator;

/// <summary><c>POST /{phone-number-id}/messages</c>.</summary>
internal sealed class GraphMessages(LocalWhatsApp local, StatusSender statuses, TimeProvider time)
{
    /// <summary>How long the business is shown as typing.</summary>
    internal static readonly TimeSpan Typing = TimeSpan.FromSeconds(25);

    private readonly MessageRules _rules = new(id => local.Media.Find(id) is not null);
    private readonly GraphRates _rates = new(time);

    internal GraphReply Post(BusinessNumber number, GraphCall call, Exchange exchange)
    {
        var body = GraphApi.ReadObject(call);
        if (body.Text("messaging_product") is not "whatsapp") throw GraphErrors.NoProduct();
        if (body["status"] is not null) return MarkRead(number, body);
        var fault = local.Chaos.TakeGraphError();
        if (fault is 502) return GraphReply.Gateway(502);
        if (fault is { } code and not 504) throw GraphErrors.Refuse(code);
        var reply = Send(number, body, exchange);
        // The worst of all answers: the message is on its way, and nobody told the app.
        return fault is 504 ? GraphReply.Gateway(504) with { Customer = reply.Customer, Message = reply.Message } : reply;
    }

    private GraphReply Send(BusinessNumber number, JsonObject body, Exchange exchange)
    {
        var (input, isPhone) = RecipientOf(number, body);
        var type = _rules.Check(body);
        var template = type is "template" ? TemplateOf(body.Object("template")!, !isPhone) : null;
        var customer = CustomerOf(input, isPhone);
        if (local.Chaos.Settings.GraphRate) _rates.Count(number.Id, customer.Id);
        var isLate = type is not "template" && local.Settings.Window is not WindowCheck.Off &&
            !local.World.IsWindowOpen(number.Id, customer.Id);
        if (isLate && local.Settings.Window is WindowCheck.Sync) throw GraphErrors.Refuse(131047);
        var message = new LocalMessage
        {
            Id = local.Ids.Outbound(customer.Phone),
            Direction = MessageDirection.Out,
            At = time.GetUtcNow(),
            Type = type,
            Content = EmulatorJson.Freeze(body),
            Context = body.Text("context", "message_id") is { } quoted ? EmulatorJson.Freeze(new JsonObject { ["id"] = quoted }) : null,
            Status = MessageStates.Accepted,
            Exchange = exchange.Id,
            CallbackData = body.Text("biz_opaque_callback_data"),
            Pricing = template?.Pricing ?? (type is "template" ? new(true, "regular", "utility") : MessagePricing.Service),
        };
        if (type is "reaction") React(number, customer, message, body.Object("reaction")!, isLate);
        else Deliver(number, customer, message, isLate);
        return Accepted(body, input, isPhone, customer, message);
    }

    private void Deliver(BusinessNumber number, Customer customer, LocalMessage message, bool isLate)
    {
        local.World.AddMessage(number.Id, customer.Id, message);
        if (isLate) Fail(number, customer, message, 131047);
        else statuses.Start(number, customer, message);
    }

    // A reaction changes the message it is about; its own status is "sent", and no more.
    private void React(BusinessNumber number, Customer customer, LocalMessage message, JsonObject reaction, bool isLate)
    {
        var target = reaction.Text("message_id")!;
        if (isLate) Fail(number, customer, message, 131047);
        else if (!local.World.TryFindMessage(number.Id, customer.Id, target, out _)) Fail(number, customer, message, 131009);
        else
        {
            local.World.ChangeMessage(target, known => known.With(Reaction.Business, reaction.Text("emoji")));
            statuses.Send(number, customer, message, MessageStates.Sent);
        }
    }

    private void Fail(BusinessNumber number, Customer customer, LocalMessage message, int code)
    {
        var errors = EmulatorJson.Freeze(GraphErrors.Of(code).ForStatus());
        local.World.ChangeMessage(message.Id, known => known with { Errors = errors }, eventName: null);
        local.World.Reach(message.Id, MessageStates.Failed);
        statuses.Send(number, customer, message with { Errors = errors }, MessageStates.Failed);
    }

    private static GraphReply Accepted(JsonObject body, string input, bool isPhone, Customer customer, LocalMessage message)
    {
        var contact = new JsonObject { ["input"] = body.Text(isPhone ? "to" : "recipient") };
        contact[isPhone ? "wa_id" : "user_id"] = input;
        var sent = new JsonObject { ["id"] = message.Id };
        if (message.Type is "template") sent["message_status"] = "accepted";
        return GraphReply.Of(new JsonObject
        {
            ["messaging_product"] = "whatsapp",
            ["contacts"] = new JsonArray(contact),
            ["messages"] = new JsonArray(sent),
        }) with { Customer = customer.Id, Message = message.Id };
    }

    private GraphReply MarkRead(BusinessNumber number, JsonObject body)
    {
        if (body.Text("status") is not "read") throw GraphErrors.Invalid("Param status must be one of {read}.");
        var id = body.NeedText("message_id", "message_id", 2048);
        var typing = body.May("typing_indicator", "typing_indicator");
        if (typing is not null) typing.NeedOneOf("type", "typing_indicator.type", "text");
        var customer = local.World.Customers.FirstOrDefault(known => local.World.TryFindMessage(number.Id, known.Id, id, out _));
        if (customer is null) throw GraphErrors.Invalid("Param message_id is not the id of a message this number received.");
        foreach (var message in local.World.MessagesOf(number.Id, customer.Id))
        {
            if (message.Direction is MessageDirection.In) local.World.Reach(message.Id, MessageStates.Read);
            if (message.Id == id) break; // later ones are not marked
        }

        if (typing is not null) local.World.ShowTyping(number.Id, customer.Id, time.GetUtcNow() + Typing);
        return GraphReply.Success with { Customer = customer.Id, Message = id };
    }

    private static (string Input, bool IsPhone) RecipientOf(BusinessNumber number, JsonObject body)
    {
        // Both given: the phone counts.
        if (body["to"] is null && body["recipient"] is not null) return (body.NeedText("recipient", "recipient", 256), false);
        if (body["to"] is null) throw GraphErrors.Invalid("The parameter to is required.");
        var to = body.NeedText("to", "to", 64);
        if (!to.All(character => char.IsAsciiDigit(character) || "+-() ".Contains(character, StringComparison.Ordinal)))
            throw GraphErrors.Invalid("Param to must be a phone number.");
        var digits = new string([.. to.Where(char.IsAsciiDigit)]);
        if (digits.Length is 0 or > 20) throw GraphErrors.Invalid("Param to must be a phone number.");
        return digits == number.Display ? throw GraphErrors.Refuse(131021) : (digits, true);
    }

    private Customer CustomerOf(string input, bool isPhone)
    {
        if (!isPhone) return local.World.FindByUserId(input) ?? throw GraphErrors.Refuse(131026);
        if (local.World.FindByPhone(input) is { } known) return known;
        if (local.Settings.Recipients is Acceptance.Known) throw GraphErrors.Refuse(131030);
        try
        {
            return local.World.AddCustomer($"+{input}", input);
        }
        catch (LocalConflictException)
        {
            // Another call was faster, or the number is another one of the business.
            return local.World.FindByPhone(input) ?? throw GraphErrors.Refuse(131026);
        }
    }

    private Template? TemplateOf(JsonObject message, bool byUserId)
    {
        var name = message.Text("name")!;
        var language = message.Object("language").Text("code")!;
        var template = local.Templates.Find(name, language);
        if (template is not null) TemplateRules.Match(message, template, byUserId);
        else if (local.Settings.Templates is Acceptance.Known)
            throw GraphErrors.Refuse(132001, $"template name ({name}) does not exist in {language}");
        return template;
    }
}
