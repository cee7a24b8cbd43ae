using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Wappa.Emulator;

/// <summary>The bytes of a webhook.</summary>
internal static class WebhookBody
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Puts updates of one account into one body.</summary>
    /// <param name="account">The business account.</param>
    /// <param name="updates">At least one; one that brings its own body is alone.</param>
    /// <param name="unescaped">UTF-8 instead of Meta's escapes.</param>
    internal static byte[] Write(string account, IReadOnlyList<WebhookUpdate> updates, bool unescaped)
    {
        if (updates is [{ Body: { } own }]) return own;
        var changes = new JsonArray([.. updates.Select(update => update.Change!.DeepClone())]);
        return Write(
            new JsonObject
            {
                ["object"] = "whatsapp_business_account",
                ["entry"] = new JsonArray(new JsonObject { ["id"] = account, ["changes"] = changes }),
            },
            unescaped);
    }

    internal static byte[] Write(JsonNode node, bool unescaped) =>
        unescaped ? Encoding.UTF8.GetBytes(node.ToJsonString(Plain)) : MetaJson.Write(node);
}
