using System.Globalization;
using System.Text.Json.Nodes;

namespace Wappa.Emulator;

/// <summary>Writes updates in Meta's words: who they are about, in the shape each customer's identity asks for.</summary>
internal sealed class WebhookWriter(ChaosSwitch chaos, TimeProvider time)
{
    /// <summary>A message of a customer, ready to be completed: <c>from</c>, <c>id</c>, <c>timestamp</c>, <c>type</c>.</summary>
    internal JsonObject Message(Customer customer, string id, string type)
    {
        var message = new JsonObject();
        var identity = IdentityOf(customer);
        if (identity is not CustomerIdentity.Username) message["from"] = customer.Phone;
        if (identity is not CustomerIdentity.Legacy) message["from_user_id"] = customer.UserId;
        message["id"] = id;
        message["timestamp"] = Now();
        message["type"] = type;
        return message;
    }

    /// <summary>The change that holds a message.</summary>
    internal JsonObject MessageChange(BusinessNumber number, Customer customer, JsonObject message, bool withContact = true)
    {
        var value = Value(number);
        if (withContact) value["contacts"] = new JsonArray(Contact(customer));
        value["messages"] = new JsonArray(message.DeepClone());
        return Change(value);
    }

    /// <summary>The change that holds a status.</summary>
    /// <param name="number">The business's number.</param>
    /// <param name="customer">Whom the message was for.</param>
    /// <param name="message">The message.</param>
    /// <param name="status">What it has reached.</param>
    /// <param name="bareContact">Of a failed one: <c>contacts</c> with only the number, as one of two spellings has it.</param>
    internal JsonObject StatusChange(BusinessNumber number, Customer customer, LocalMessage message, string status, bool bareContact)
    {
        var identity = IdentityOf(customer);
        var value = Value(number);
        var hasFailed = status == MessageStates.Failed;
        if (!hasFailed && identity is not CustomerIdentity.Legacy) value["contacts"] = new JsonArray(Contact(customer));
        if (hasFailed && bareContact && identity is not CustomerIdentity.Username)
            value["contacts"] = new JsonArray(new JsonObject { ["wa_id"] = customer.Phone });

        var fields = new JsonObject { ["id"] = message.Id, ["status"] = status, ["timestamp"] = Now() };
        if (identity is not CustomerIdentity.Username) fields["recipient_id"] = customer.Phone;
        if (identity is not CustomerIdentity.Legacy) fields["recipient_user_id"] = customer.UserId;
        if (message.CallbackData is { } data) fields["biz_opaque_callback_data"] = data;
        if (identity is CustomerIdentity.Legacy && status == MessageStates.Sent) fields["conversation"] = LegacyConversation(message);
        if (status is MessageStates.Sent or MessageStates.Delivered && message.Type != "reaction")
            fields["pricing"] = Price(message.Pricing, identity);
        if (hasFailed && message.Errors is { } errors) fields["errors"] = JsonNode.Parse(errors.GetRawText());
        value["statuses"] = new JsonArray(fields);
        return Change(value);
    }

    /// <summary>The seconds of the clock, as Meta writes them.</summary>
    internal string Now() => time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    internal CustomerIdentity IdentityOf(Customer customer) =>
        chaos.Settings.LegacyShape ? CustomerIdentity.Legacy : customer.Identity;

    private JsonObject Contact(Customer customer)
    {
        var identity = IdentityOf(customer);
        var profile = new JsonObject { ["name"] = customer.Name };
        if (customer.Username is { } username && identity is not CustomerIdentity.Legacy) profile["username"] = username;
        var contact = new JsonObject { ["profile"] = profile };
        if (identity is not CustomerIdentity.Username) contact["wa_id"] = customer.Phone;
        if (identity is not CustomerIdentity.Legacy) contact["user_id"] = customer.UserId;
        return contact;
    }

    private JsonObject LegacyConversation(LocalMessage message) => new()
    {
        ["id"] = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(
            System.Text.Encoding.UTF8.GetBytes(message.Id)).AsSpan(0, 16)),
        ["expiration_timestamp"] = (time.GetUtcNow() + Conversation.Window).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
        ["origin"] = new JsonObject { ["type"] = message.Pricing.Category },
    };

    private static JsonObject Price(MessagePricing pricing, CustomerIdentity identity)
    {
        var price = new JsonObject
        {
            ["billable"] = pricing.Billable,
            ["pricing_model"] = identity is CustomerIdentity.Legacy ? "CBP" : "PMP",
        };
        if (identity is not CustomerIdentity.Legacy) price["type"] = pricing.Type;
        price["category"] = pricing.Category;
        return price;
    }

    private static JsonObject Value(BusinessNumber number) => new()
    {
        ["messaging_product"] = "whatsapp",
        ["metadata"] = new JsonObject { ["display_phone_number"] = number.Display, ["phone_number_id"] = number.Id },
    };

    private static JsonObject Change(JsonObject value) => new() { ["value"] = value, ["field"] = "messages" };
}
