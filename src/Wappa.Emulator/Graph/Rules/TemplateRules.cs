using System.Text.Json.Nodes;

namespace Wappa.Emulator;

/// <summary>What a message made of a template must look like.</summary>
internal static class TemplateRules
{
    private static readonly string[] SubTypes =
    [
        "BOOKING_CONFIRMATION", "CATALOG", "COPY_CODE", "FLOW", "MPM", "ORDER_DETAILS", "QUICK_REPLY", "REMINDER", "URL", "VOICE_CALL",
    ];

    internal static void Check(JsonObject template)
    {
        template.NeedText("name", "template.name", OutgoingTemplate.MaxNameLength);
        template.Need("language", "template.language").NeedText("code", "template.language.code", 32);
        if (template["components"] is null) return;
        foreach (var component in template.NeedList("components", "template.components", 0, 64)) CheckComponent(component);
    }

    /// <summary>Compares a message with what its template was defined as.</summary>
    /// <param name="message">The content of the message.</param>
    /// <param name="template">The template.</param>
    /// <param name="byUserId">Whether it goes to a business-scoped user id.</param>
    internal static void Match(JsonObject message, Template template, bool byUserId)
    {
        if (byUserId && template.Category is "AUTHENTICATION") throw GraphErrors.Refuse(131062);
        var given = (message.Array("components") ?? []).OfType<JsonObject>()
            .Where(component => string.Equals(component.Text("type"), "body", StringComparison.OrdinalIgnoreCase))
            .Sum(component => component.Array("parameters")?.Count ?? 0);
        if (given == template.BodyParameters) return;
        throw GraphErrors.Refuse(
            132000,
            $"body: number of localizable_params ({given}) does not match the expected number of params ({template.BodyParameters})");
    }

    private static void CheckComponent(JsonObject component)
    {
        var type = component.NeedText("type", "template.components.type", 64).ToLowerInvariant();
        if (type is not ("header" or "body" or "button" or "carousel" or "limited_time_offer" or "order_status"))
        {
            throw GraphErrors.Invalid(
                "Param template.components.type must be one of {BODY, BUTTON, CAROUSEL, HEADER, LIMITED_TIME_OFFER}.");
        }

        if (type is not "button") return;
        var subType = component.NeedText("sub_type", "template.components.sub_type", 64);
        if (!SubTypes.Contains(subType.ToUpperInvariant()))
        {
            throw GraphErrors.Invalid(
                $"Param template['components'][0]['sub_type'] must be one of {{{string.Join(", ", SubTypes)}}} - got \"{subType}\".");
        }

        if (component["index"] is null) throw GraphErrors.Missing("Parameter 'template.components.index' is required.");
    }
}
