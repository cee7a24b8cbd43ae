using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Wappa.Emulator;

/// <summary>Posts what the user typed to the app's own webhook, the way Meta does.</summary>
internal sealed class WebhookSender(EmulatorIdentity identity, TimeProvider time) : IDisposable
{
    // No proxy: a proxy configured on the machine must not carry a loopback call away.
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>Sends one text message.</summary>
    /// <param name="endpoint">The webhook's address.</param>
    /// <param name="secret">Signs the bytes; empty: nobody will check, so a key made up on the spot signs them.</param>
    /// <param name="id">The message id.</param>
    /// <param name="message">What the page sent.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The HTTP status the app answered.</returns>
    internal async Task<int> SendAsync(
        Uri endpoint, string? secret, string id, TypedMessage message, CancellationToken cancellationToken)
    {
        var body = MetaJson.Write(Envelope(id, message));
        var key = string.IsNullOrEmpty(secret) ? RandomNumberGenerator.GetBytes(32) : Encoding.UTF8.GetBytes(secret);
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        content.Headers.Add("X-Hub-Signature-256", "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(key, body)));
        using var answer = await _http.PostAsync(endpoint, content, cancellationToken).ConfigureAwait(false);
        return (int)answer.StatusCode;
    }

    public void Dispose() => _http.Dispose();

    private JsonObject Envelope(string id, TypedMessage message)
    {
        var userId = EmulatorIdentity.UserIdOf(message.Phone);
        var sent = new JsonObject
        {
            ["from"] = message.Phone,
            ["from_user_id"] = userId,
            ["id"] = id,
            ["timestamp"] = time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
            ["text"] = new JsonObject { ["body"] = message.Text },
            ["type"] = "text",
        };
        var contact = new JsonObject
        {
            ["profile"] = new JsonObject { ["name"] = message.Name },
            ["wa_id"] = message.Phone,
            ["user_id"] = userId,
        };
        var value = new JsonObject
        {
            ["messaging_product"] = "whatsapp",
            ["metadata"] = new JsonObject
            {
                ["display_phone_number"] = identity.DisplayPhoneNumber,
                ["phone_number_id"] = identity.PhoneNumberId,
            },
            ["contacts"] = new JsonArray(contact),
            ["messages"] = new JsonArray(sent),
        };
        return new JsonObject
        {
            ["object"] = "whatsapp_business_account",
            ["entry"] = new JsonArray(new JsonObject
            {
                ["id"] = identity.BusinessAccountId,
                ["changes"] = new JsonArray(new JsonObject { ["value"] = value, ["field"] = "messages" }),
            }),
        };
    }
}

/// <summary>What the page posts.</summary>
/// <param name="Text">1 to 4,096 characters.</param>
/// <param name="Phone">5 to 15 digits.</param>
/// <param name="Name">The profile's name, at most 60 characters; may be empty.</param>
internal sealed record TypedMessage(string Text, string Phone, string Name)
{
    /// <summary>What is wrong with it; null if nothing.</summary>
    internal string? Problem() => this switch
    {
        { Text: null or "" or { Length: > 4096 } } => "the text must have 1 to 4096 characters",
        { Phone: null or { Length: < 5 or > 15 } } => "the phone number must have 5 to 15 digits",
        { Phone: var phone } when !phone.All(char.IsAsciiDigit) => "the phone number must be digits only, without +",
        { Name: null or { Length: > 60 } } => "the name must have at most 60 characters",
        _ => null,
    };
}
