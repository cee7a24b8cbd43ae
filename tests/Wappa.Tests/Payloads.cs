using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Wappa.Tests;

/// <summary>The corpus in tests/data/payloads.</summary>
internal static class Payloads
{
    internal const string Secret = "fictional-app-secret-for-tests-only";
    internal const string VerifyToken = "fictional-verify";
    internal const string PhoneNumberId = "770100200300402";
    internal const string Mira = "15550102233";

    private static readonly string Root = Path.Combine(Folder(), "..", "data", "payloads");

    internal static byte[] Bytes(string file) => File.ReadAllBytes(Path.Combine(Root, file));

    internal static JsonElement Json(string file) => JsonElement.Parse(Bytes(file));

    internal static IEnumerable<JsonElement> Index() => Json("INDEX.json").GetProperty("files").EnumerateArray();

    internal static IEnumerable<string> Files(string prefix) =>
        Index().Select(file => file.GetProperty("file").GetString()!)
            .Where(file => file.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>A text message as WhatsApp would deliver it, in a batch of one.</summary>
    internal static string Text(string id, string from = Mira, string body = "hi", string phoneNumberId = PhoneNumberId) =>
        Envelope(TextItem(id, from, body), phoneNumberId);

    internal static string TextItem(string id, string from = Mira, string body = "hi") =>
        JsonSerializer.Serialize(new { from, id, timestamp = "1789000000", type = "text", text = new { body } });

    /// <summary>An envelope around messages that are JSON already.</summary>
    internal static string Envelope(string messages, string phoneNumberId = PhoneNumberId) =>
        $$"""
        {"object":"whatsapp_business_account","entry":[{"id":"880100200300401","changes":[{"value":{"messaging_product":
        "whatsapp","metadata":{"display_phone_number":"15550104477","phone_number_id":"{{phoneNumberId}}"},"messages":
        [{{messages}}]},"field":"messages"}]}]}
        """;

    /// <summary>An envelope around statuses that are JSON already.</summary>
    internal static string Statuses(string statuses) =>
        Envelope(statuses).Replace("\"messages\":\n", "\"statuses\":\n", StringComparison.Ordinal);

    private static string Folder([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}
