using System.Text.Json.Nodes;

namespace Wappa.Emulator;

/// <summary>What a message with something to tap must look like.</summary>
/// <param name="checkMedia">Checks a file under a path.</param>
internal sealed class InteractiveRules(Action<JsonObject, string> checkMedia)
{
    private static readonly string[] MediaHeaders = ["image", "video", "document"];
    private static readonly string[] Others =
        ["address_message", "voice_call", "call_permission_request", "order_details", "order_status"];

    internal void Check(JsonObject content)
    {
        var type = content.NeedText("type", "interactive.type", 64);
        var isList = type is "list";
        var mayLackBody = type is "product" or "catalog_message" or "call_permission_request";
        if (!mayLackBody || content["body"] is not null)
        {
            var max = isList ? OutgoingList.MaxListBodyLength : OutgoingInteractive.MaxBodyLength;
            content.Need("body", "interactive.body").NeedText("text", "interactive.body.text", max, "Body text");
        }

        content.May("footer", "interactive.footer")?
            .NeedText("text", "interactive.footer.text", OutgoingInteractive.MaxFooterLength, "Footer text");
        CheckHeader(type, content.May("header", "interactive.header"));
        CheckAction(type, content);
    }

    private void CheckHeader(string type, JsonObject? header)
    {
        if (header is null)
        {
            if (type is "product_list") throw GraphErrors.Missing("Parameter 'interactive.header' is required.");
            return;
        }

        if (type is "location_request_message" or "carousel" or "product" or "catalog_message")
            throw GraphErrors.Invalid($"Interactive Message type, {type}, does not support a header.");
        var kind = header.NeedText("type", "interactive.header.type", 32);
        if (kind is "text") header.NeedText("text", "interactive.header.text", MessageHeader.MaxTextLength, "Header text");
        else if (type is "list" or "product_list") throw GraphErrors.Invalid($"The header of a {type} must be a text.");
        else if (MediaHeaders.Contains(kind)) checkMedia(header.Need(kind, $"interactive.header.{kind}"), $"interactive.header.{kind}");
        else throw GraphErrors.Invalid("Param interactive.header.type must be one of {DOCUMENT, IMAGE, TEXT, VIDEO}.");
    }

    private void CheckAction(string type, JsonObject content)
    {
        if (Others.Contains(type)) return;
        var action = content.Need("action", "interactive.action");
        switch (type)
        {
            case "button":
                CheckButtons(action);
                break;
            case "list":
                CheckList(action);
                break;
            case "cta_url":
                action.NeedOneOf("name", "interactive.action.name", "cta_url");
                CheckLink(action);
                break;
            case "location_request_message":
                action.NeedOneOf("name", "interactive.action.name", "send_location");
                break;
            case "request_contact_info" or "contact_request":
                action.NeedOneOf("name", "interactive.action.name", "request_contact_info", "contact_request");
                break;
            case "product":
                action.NeedText("catalog_id", "interactive.action.catalog_id", 256);
                action.NeedText("product_retailer_id", "interactive.action.product_retailer_id", 256);
                break;
            case "product_list":
                CheckProducts(action);
                break;
            case "catalog_message":
                action.NeedOneOf("name", "interactive.action.name", "catalog_message");
                break;
            case "flow":
                CheckFlow(action);
                break;
            case "carousel":
                new CarouselRules(checkMedia).Check(action);
                break;
            default:
                throw GraphErrors.Invalid($"Param interactive.type has an unknown value - got \"{type}\".");
        }
    }

    private static void CheckButtons(JsonObject action)
    {
        var replies = action.NeedList("buttons", "interactive.action.buttons", 1, OutgoingButtons.MaxButtons).Select(button =>
        {
            button.NeedOneOf("type", "interactive.action.buttons.type", "reply");
            return button.Need("reply", "interactive.action.buttons.reply");
        }).ToArray();
        JsonFields.Distinct(
            replies.Select(reply => reply.NeedText("id", "interactive.action.buttons.reply.id", ReplyButton.MaxIdLength, "Button id")),
            "reply id");
        JsonFields.Distinct(
            replies.Select(reply => reply.NeedText(
                "title", "interactive.action.buttons.reply.title", ReplyButton.MaxTitleLength, "Button title")),
            "title");
    }

    private static void CheckList(JsonObject action)
    {
        action.NeedText("button", "interactive.action.button", OutgoingList.MaxButtonLength, "Button");
        var sections = action.NeedList("sections", "interactive.action.sections", 1, OutgoingList.MaxSections);
        var ids = new List<string>();
        foreach (var section in sections)
        {
            if (sections.Count > 1 || section["title"] is not null)
                section.NeedText("title", "interactive.action.sections.title", ListSection.MaxTitleLength, "Section title");
            foreach (var row in section.NeedList("rows", "interactive.action.sections.rows", 1, OutgoingList.MaxRows))
            {
                ids.Add(row.NeedText("id", "interactive.action.sections.rows.id", ListRow.MaxIdLength, "Row id"));
                row.NeedText("title", "interactive.action.sections.rows.title", ListRow.MaxTitleLength, "Row title");
                if (row.Text("description") is { Length: > 0 })
                {
                    row.MayText(
                        "description", "interactive.action.sections.rows.description", ListRow.MaxDescriptionLength, "Row description");
                }
            }
        }

        if (ids.Count > OutgoingList.MaxRows)
            throw GraphErrors.Invalid($"Total row count exceed max allowed count: {OutgoingList.MaxRows}");
        JsonFields.Distinct(ids, "row id");
    }

    /// <summary>A button that opens a page.</summary>
    internal static void CheckLink(JsonObject action)
    {
        var parameters = action.Need("parameters", "interactive.action.parameters");
        parameters.NeedText(
            "display_text", "interactive.action.parameters.display_text", OutgoingLink.MaxButtonLength, "Display text");
        parameters.NeedUrl("url", "interactive.action.parameters.url");
    }

    private static void CheckProducts(JsonObject action)
    {
        action.NeedText("catalog_id", "interactive.action.catalog_id", 256);
        var total = 0;
        foreach (var section in action.NeedList("sections", "interactive.action.sections", 1, OutgoingProductList.MaxSections))
        {
            var items = section.NeedList("product_items", "interactive.action.sections.product_items", 1, OutgoingProductList.MaxProducts);
            foreach (var item in items) item.NeedText("product_retailer_id", "product_retailer_id", 256);
            total += items.Count;
        }

        if (total > OutgoingProductList.MaxProducts)
            throw GraphErrors.Invalid($"Total product count exceed max allowed count: {OutgoingProductList.MaxProducts}");
    }

    private static void CheckFlow(JsonObject action)
    {
        action.NeedOneOf("name", "interactive.action.name", "flow");
        var parameters = action.Need("parameters", "interactive.action.parameters");
        if (parameters["flow_message_version"] is null)
            throw GraphErrors.Missing("Parameter 'interactive.action.parameters.flow_message_version' is required.");
        parameters.NeedText("flow_cta", "interactive.action.parameters.flow_cta", OutgoingFlow.MaxButtonLength, "Flow CTA");
        if (parameters["flow_id"] is null == parameters["flow_name"] is null)
            throw GraphErrors.Invalid("Exactly one of flow_id and flow_name is required.");
    }
}

/// <summary>What cards side by side must look like.</summary>
/// <param name="checkMedia">Checks a file under a path.</param>
internal sealed class CarouselRules(Action<JsonObject, string> checkMedia)
{
    private const string Path = "interactive.action.cards";

    internal void Check(JsonObject action)
    {
        var cards = action.NeedList("cards", Path, OutgoingCarousel.MinCards, OutgoingCarousel.MaxCards);
        JsonFields.Distinct(cards.Select(card => $"{card.NeedNumber("card_index", $"{Path}.card_index", 0, 9)}"), "card_index");
        foreach (var card in cards) CheckCard(card);
        if (cards.Select(card => card.Text("type")).Distinct().Count() > 1)
            throw GraphErrors.Invalid("All cards must have the same type.");
    }

    private void CheckCard(JsonObject card)
    {
        var type = card.NeedOneOf("type", $"{Path}.type", "cta_url", "product", "quick_reply");
        if (card.May("body", $"{Path}.body") is { } body)
        {
            var text = body.NeedText("text", $"{Path}.body.text", CarouselCard.MaxBodyLength, "Card body text");
            if (text.Count(character => character is '\n') > CarouselCard.MaxLineBreaks)
                throw GraphErrors.Invalid($"Card body text can have at most {CarouselCard.MaxLineBreaks} line breaks.");
        }

        var action = card.Need("action", $"{Path}.action");
        if (type is "product")
        {
            action.NeedText("product_retailer_id", $"{Path}.action.product_retailer_id", 256);
            return;
        }

        var header = card.Need("header", $"{Path}.header");
        var kind = header.NeedOneOf("type", $"{Path}.header.type", "image", "video");
        checkMedia(header.Need(kind, $"{Path}.header.{kind}"), $"{Path}.header.{kind}");
        if (action["buttons"] is null) InteractiveRules.CheckLink(action);
        else CheckQuickReplies(action);
    }

    private static void CheckQuickReplies(JsonObject action)
    {
        foreach (var button in action.NeedList("buttons", $"{Path}.action.buttons", 1, CarouselCard.MaxButtons))
        {
            button.NeedOneOf("type", $"{Path}.action.buttons.type", "quick_reply");
            var reply = button.Need("quick_reply", $"{Path}.action.buttons.quick_reply");
            reply.NeedText("id", $"{Path}.action.buttons.quick_reply.id", CarouselCard.MaxButtonIdLength, "Button id");
            reply.NeedText("title", $"{Path}.action.buttons.quick_reply.title", ReplyButton.MaxTitleLength, "Button title");
        }
    }
}
