using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Wappa.Guide.Tests.Bots;

/// <summary>The phone of user 1234567890: what is typed into it reaches a bot as a signed webhook.</summary>
/// <param name="botUrl">The bot's address.</param>
/// <param name="time">What the phone's clock shows.</param>
internal sealed class UserPhone(string botUrl, TimeProvider time) : IDisposable
{
    internal const string UserId = "1234567890";
    internal const string PhoneNumberId = "106540352242922";
    internal const string Secret = "app-secret";

    private readonly HttpClient _http = new();
    private int _messages;

    public void Dispose() => _http.Dispose();

    /// <summary>Sends a text. Returns as soon as the bot has accepted it.</summary>
    internal Task TypeAsync(string text) => SendAsync("text", new { body = text });

    /// <summary>Presses a button. Returns as soon as the bot has accepted it.</summary>
    internal Task PressAsync(string id, string title) =>
        SendAsync("interactive", new { type = "button_reply", button_reply = new { id, title } });

    /// <summary>Reports what became of a message of the bot's.</summary>
    internal Task ReportAsync(string messageId, string status) =>
        PostAsync(Envelope("statuses", new { id = messageId, status, recipient_id = UserId }));

    /// <summary>Sends a message of any type.</summary>
    internal Task SendAsync(string type, object content) => PostAsync(Envelope("messages", new Dictionary<string, object>
    {
        ["from"] = UserId,
        ["id"] = $"wamid.user.{++_messages}",
        ["timestamp"] = time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
        ["type"] = type,
        [type] = content,
    }));

    private async Task PostAsync(object envelope)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(envelope);
        var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), body);
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new("application/json");
        content.Headers.Add("X-Hub-Signature-256", "sha256=" + Convert.ToHexStringLower(signature));
        using var answer = await _http.PostAsync(new Uri(botUrl + "/webhook/whatsapp"), content);
        answer.EnsureSuccessStatusCode();
    }

    private static object Envelope(string kind, object item)
    {
        var value = new Dictionary<string, object>
        {
            ["messaging_product"] = "whatsapp",
            ["metadata"] = new { display_phone_number = "15550783881", phone_number_id = PhoneNumberId },
            ["contacts"] = new[] { new { profile = new { name = "Sarah Johnson" }, wa_id = UserId } },
            [kind] = new[] { item },
        };
        var entry = new { id = "102290129340398", changes = new[] { new { field = "messages", value } } };
        return new { @object = "whatsapp_business_account", entry = new[] { entry } };
    }
}
