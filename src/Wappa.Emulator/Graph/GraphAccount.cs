using System.Globalization;
using System.Text.Json.Nodes;

namespace Wappa.Emulator;

/// <summary>What the Graph API tells of the business: its numbers, templates and subscriptions.</summary>
internal sealed class GraphAccount(LocalWhatsApp local, LocalWhatsAppOptions options)
{
    internal GraphReply Number(BusinessNumber number) => GraphReply.Of(View(number));

    /// <summary>Edges of the business account.</summary>
    internal GraphReply Answer(GraphCall call, string edge) => (call.Method, edge) switch
    {
        ("GET", "phone_numbers") => List(options.Numbers.Select(View)),
        ("GET", "message_templates") => List(local.Templates.List()
            .Where(template => call.Query("name") is not { } name || template.Name == name)
            .Select(template => template.View())),
        ("POST", "message_templates") => AddTemplate(GraphApi.ReadObject(call)),
        ("DELETE", "message_templates") => RemoveTemplate(call.Query("name")),
        ("POST" or "DELETE", "subscribed_apps") => GraphReply.Success,
        ("GET", "subscribed_apps") => List([new JsonObject
        {
            ["whatsapp_business_api_data"] = new JsonObject { ["id"] = "1", ["name"] = "Local app" },
        }]),
        _ => throw GraphErrors.NoSuchObject(call.Method, options.BusinessAccountId),
    };

    private GraphReply AddTemplate(JsonObject given)
    {
        var name = given.Text("name") ?? throw GraphErrors.Invalid("The parameter name is required.");
        if (name.Length > OutgoingTemplate.MaxNameLength || name.Any(character => !char.IsAsciiLetterLower(character) &&
            !char.IsAsciiDigit(character) && character is not '_'))
        {
            throw GraphErrors.Invalid(
                $"name must have at most {OutgoingTemplate.MaxNameLength} lower-case letters, digits and underscores.");
        }

        var language = given.Text("language") ?? throw GraphErrors.Invalid("The parameter language is required.");
        var category = given.Text("category") ?? throw GraphErrors.Invalid("The parameter category is required.");
        if (category.ToUpperInvariant() is not ("MARKETING" or "UTILITY" or "AUTHENTICATION"))
            throw GraphErrors.Invalid("category must be one of MARKETING, UTILITY, AUTHENTICATION.");
        var template = local.Templates.Add(name, language, category, given.Array("components") ?? []);
        return GraphReply.Of(new JsonObject
        {
            ["id"] = template.Id,
            ["status"] = "APPROVED",
            ["category"] = template.Category,
        });
    }

    private GraphReply RemoveTemplate(string? name)
    {
        if (name is null) throw GraphErrors.Invalid("The parameter name is required.");
        return local.Templates.Remove(name) > 0
            ? GraphReply.Success : throw GraphErrors.Invalid("No template has this name.");
    }

    private JsonObject View(BusinessNumber number) => new()
    {
        ["verified_name"] = number.Name,
        ["code_verification_status"] = "VERIFIED",
        ["display_phone_number"] = Pretty(number.Display),
        ["quality_rating"] = "GREEN",
        ["platform_type"] = "CLOUD_API",
        ["throughput"] = new JsonObject { ["level"] = "STANDARD" },
        ["webhook_configuration"] = new JsonObject { ["application"] = options.WebhookUrl()?.ToString() },
        ["id"] = number.Id,
    };

    private static GraphReply List(IEnumerable<JsonObject> items) => GraphReply.Of(new JsonObject
    {
        ["data"] = new JsonArray([.. items]),
        ["paging"] = new JsonObject { ["cursors"] = new JsonObject { ["before"] = "MA", ["after"] = "MA" } },
    });

    // North American numbers have their usual groups; others are digits only.
    private static string Pretty(string digits) => digits is { Length: 11 } and ['1', ..]
        ? string.Create(CultureInfo.InvariantCulture, $"+1 {digits[1..4]}-{digits[4..7]}-{digits[7..]}")
        : "+" + digits;
}
