using System.Text.Json.Nodes;

namespace Wappa.Emulator;

/// <summary>What each type of message must look like. The limits are the constants the client's own checks use.</summary>
/// <param name="hasMedia">Whether a file was uploaded.</param>
internal sealed class MessageRules(Func<string, bool> hasMedia)
{
    private const int LongId = 2048;

    /// <summary>Checks a message.</summary>
    /// <returns>Its type.</returns>
    /// <exception cref="GraphRefusal">It cannot be.</exception>
    internal string Check(JsonObject body)
    {
        var type = body["type"] is null ? "text" : body.NeedText("type", "type", 64);
        body.MayText("biz_opaque_callback_data", "biz_opaque_callback_data", OutgoingMessage.MaxCallbackDataLength);
        body.May("context", "context")?.NeedText("message_id", "context.message_id", LongId);
        if (type is "contacts")
        {
            CheckContacts(body);
            return type;
        }

        if (body[type] is null) throw GraphErrors.Missing($"Parameter '{type}' is mandatory for type '{type}'");
        CheckContent(type, body.Need(type, type), body);
        return type;
    }

    private void CheckContent(string type, JsonObject content, JsonObject body)
    {
        switch (type)
        {
            case "text":
                content.NeedText("body", "text.body", OutgoingText.MaxBodyLength, "Text body");
                break;
            case "image" or "video" or "document":
                CheckMedia(content, type);
                content.MayText("caption", $"{type}.caption", OutgoingMedia.MaxCaptionLength);
                break;
            case "audio" or "sticker":
                CheckMedia(content, type);
                if (content["caption"] is not null) throw GraphErrors.Invalid($"Unexpected key \"caption\" on param \"{type}\".");
                break;
            case "location":
                content.NeedNumber("latitude", "location.latitude", -90, 90);
                content.NeedNumber("longitude", "location.longitude", -180, 180);
                break;
            case "reaction":
                content.NeedText("message_id", "reaction.message_id", LongId);
                if (content["emoji"] is not JsonValue) throw GraphErrors.Missing("Parameter 'reaction.emoji' is required.");
                if (body["context"] is not null) throw GraphErrors.Invalid("A reaction cannot have a context.");
                break;
            case "interactive":
                new InteractiveRules(CheckMedia).Check(content);
                break;
            case "template":
                TemplateRules.Check(content);
                break;
            default:
                throw GraphErrors.Invalid(
                    "Param type must be one of {AUDIO, CONTACTS, DOCUMENT, IMAGE, INTERACTIVE, LOCATION, REACTION, STICKER, " +
                    $"TEMPLATE, TEXT, VIDEO}} - got \"{type}\".");
        }
    }

    /// <summary>A file, uploaded before or to be fetched.</summary>
    private void CheckMedia(JsonObject media, string path)
    {
        if (media["id"] is not null)
        {
            var id = media.NeedText("id", $"{path}.id", 256);
            if (!hasMedia(id)) throw GraphErrors.Invalid($"Param {path}.id is not the id of an uploaded file.");
        }
        else if (media["link"] is not null) media.NeedUrl("link", $"{path}.link");
        else throw GraphErrors.Missing($"Parameter '{path}.id' or '{path}.link' is required.");
    }

    private static void CheckContacts(JsonObject body)
    {
        if (body["contacts"] is null) throw GraphErrors.Missing("Parameter 'contacts' is mandatory for type 'contacts'");
        foreach (var card in body.NeedList("contacts", "contacts", 1, OutgoingContacts.MaxContacts))
        {
            var name = card.Need("name", "contacts.name");
            name.NeedText("formatted_name", "contacts.name.formatted_name", 1024);
            if (name.Count < 2)
                throw GraphErrors.Invalid("contacts.name needs formatted_name and at least one other part of the name.");
        }
    }
}
