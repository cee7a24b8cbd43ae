using System.Text.Json;
using System.Text.Json.Nodes;

namespace Wappa.Emulator;

/// <summary>Makes of what a customer does the message object a webhook has: with what WhatsApp fills in.</summary>
internal sealed class InboundMessages(World world, MediaShelf media, LocalIds ids, WebhookWriter writer, LocalWhatsAppOptions options)
{
    private static readonly string[] MediaTypes = ["image", "video", "audio", "document", "sticker"];

    // What the customer's phone cannot know or WhatsApp says itself.
    private static readonly string[] Reserved = ["from", "from_user_id", "from_parent_user_id", "id", "timestamp", "type"];

    /// <summary>Completes a message.</summary>
    /// <param name="number">To whom.</param>
    /// <param name="customer">From whom.</param>
    /// <param name="given">The type, the content under its name, and optionally <c>context</c> and <c>referral</c>.</param>
    /// <exception cref="FormatException">It cannot be understood; the text says why.</exception>
    internal JsonObject Complete(BusinessNumber number, Customer customer, JsonObject given)
    {
        var type = given.Text("type") is { Length: > 0 } named ? named : throw new FormatException("type is missing");
        var message = writer.Message(customer, ids.Inbound(customer.Phone), type);
        foreach (var (name, value) in given)
        {
            if (!Reserved.Contains(name) && name != "context") message[name] = value?.DeepClone();
        }

        if (given.Object("context") is { } context) message["context"] = ContextOf(number, customer, context);
        Check(message, type);
        return message;
    }

    private void Check(JsonObject message, string type)
    {
        switch (type)
        {
            case "text":
                if (message.Object("text").Text("body") is not { Length: > 0 and <= 65_536 })
                    throw new FormatException("text.body must have 1 to 65536 characters");
                break;
            case "edit":
                Need(message, "edit", "original_message_id");
                if (message.Object("edit").Object("message") is not { } edited || edited.Text("type") is null)
                    throw new FormatException("edit.message must be an object with a type");
                edited["context"] ??= new JsonObject { ["id"] = "M0" };
                FillMedia(edited, edited.Text("type")!);
                break;
            case "revoke":
                Need(message, "revoke", "original_message_id");
                break;
            case "reaction":
                Need(message, "reaction", "message_id");
                break;
            case "unsupported":
                message["errors"] ??= UnsupportedErrors();
                break;
            default:
                FillMedia(message, type);
                break;
        }
    }

    private static void Need(JsonObject message, string type, string field)
    {
        if (message.Object(type).Text(field) is not { Length: > 0 }) throw new FormatException($"{type}.{field} is missing");
    }

    // The hash is Base64 here and hexadecimal in the Graph API's answers.
    private void FillMedia(JsonObject message, string type)
    {
        if (!MediaTypes.Contains(type)) return;
        var content = message.Object(type) ?? throw new FormatException($"{type} is missing");
        if (media.Find(content.Text("id")) is not { } file)
            throw new FormatException($"{type}.id must be the id of an uploaded file; post it to /emulator/api/media first");
        content["mime_type"] = file.MimeType;
        content["sha256"] = file.Sha256Base64;
        if (type is "document" && file.FileName is not null) content["filename"] ??= file.FileName;
        if (type is "audio") content["voice"] ??= false;
        if (type is "sticker") content["animated"] ??= false;
        if (options.ApiUrl() is { } api) content["url"] = media.Address(api, file.Id).ToString();
    }

    private JsonObject ContextOf(BusinessNumber number, Customer customer, JsonObject given)
    {
        var context = (JsonObject)given.DeepClone();
        var id = context.Text("id") ?? context.Text("message_id");
        context.Remove("message_id");
        if (id is null) return context;
        context["id"] = id;
        if (context.ContainsKey("from")) return context;
        var isOwn = world.FindMessage(id) is { Direction: MessageDirection.In };
        if (!isOwn) context["from"] = number.Display;
        else if (writer.IdentityOf(customer) is not CustomerIdentity.Username) context["from"] = customer.Phone;
        return context;
    }

    private static JsonArray UnsupportedErrors() => new(new JsonObject
    {
        ["code"] = 131051,
        ["title"] = "Message type unknown",
        ["message"] = "Message type unknown",
        ["error_data"] = new JsonObject { ["details"] = "Message type is currently not supported." },
    });
}
