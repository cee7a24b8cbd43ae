using Wappa.Graph;

namespace Wappa;

/// <summary>
/// The app's account at WhatsApp. Each property is read from its environment variable, else from the configuration
/// section <c>Wappa:WhatsApp</c>; what code sets beats both. An empty variable counts as not set.
/// </summary>
/// <remarks>Address, token and number are read at each call and the secret at each webhook, so a host that learns them
/// late (a local stand-in on a free port) may set them while the app starts.</remarks>
public sealed class WhatsAppOptions
{
    /// <summary>The Graph API with its version; absolute, http or https. <c>WHATSAPP_API_URL</c>.
    /// Default: <c>https://graph.facebook.com/v25.0</c>.</summary>
    public string ApiUrl { get; set; } = "https://graph.facebook.com/v25.0";

    /// <summary>The access token. <c>WHATSAPP_ACCESS_TOKEN</c>, <c>WP_ACCESS_TOKEN</c>. Required outside
    /// Development.</summary>
    public string? AccessToken { get; set; }

    /// <summary>The id of the number that messages outside of a turn are sent from; within one, the answering number is
    /// the one written to. <c>WHATSAPP_PHONE_NUMBER_ID</c>, <c>WP_PHONE_ID</c>. Required outside Development.</summary>
    public string? PhoneNumberId { get; set; }

    /// <summary>The id of the business account. <c>WHATSAPP_BUSINESS_ACCOUNT_ID</c>, <c>WP_BID</c>. Default:
    /// none.</summary>
    public string? BusinessAccountId { get; set; }

    /// <summary>What WhatsApp must know to register this app's webhook. <c>WHATSAPP_WEBHOOK_VERIFY_TOKEN</c>,
    /// <c>WP_WEBHOOK_VERIFY_TOKEN</c>. Required outside Development; without it every registration is
    /// refused.</summary>
    public string? WebhookVerifyToken { get; set; }

    /// <summary>The app secret that webhooks are signed with. <c>WHATSAPP_WEBHOOK_SECRET</c>. Required outside
    /// Development; in Development signatures are not checked without it.</summary>
    public string? WebhookSecret { get; set; }

    /// <summary>How long one call of the Graph API may take, above zero, at most a day. Default: 30 seconds.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How many messages of turns a number sends in a second, 1 to 100,000, counted by this process alone; 0: as fast
    /// as it can. Set it to 1,000 where WhatsApp has granted that. Default: 80.</summary>
    public int MessagesPerSecond { get; set; } = 80;

    /// <summary>The time for which one message to the same recipient counts, zero to an hour; zero: no limit. Default: 6
    /// seconds, WhatsApp's rule.</summary>
    public TimeSpan PairInterval { get; set; } = TimeSpan.FromSeconds(6);

    /// <summary>How many messages to the same recipient may go out at once after a while without any, 1 to 10,000.
    /// Default: 45, WhatsApp's rule.</summary>
    public int PairBurst { get; set; } = 45;

    /// <summary>Whether a message that is no template is refused without asking WhatsApp, with its code 131047, when the user is
    /// known to have last written to the number more than 24 hours ago (72 after an advertisement). Switch it off where users
    /// also call: a call opens the window too, and it is not seen here. Default: yes.</summary>
    public bool ChecksServiceWindow { get; set; } = true;

    /// <summary>How long a message whose outcome is unknown waits for a status that settles it, before it is reported; 1 second
    /// to 7 days. Statuses come within seconds, and within the hour when WhatsApp is behind. Default: 1 hour.</summary>
    public TimeSpan HeldFor { get; set; } = TimeSpan.FromHours(1);

    internal void ThrowIfInvalid(bool development)
    {
        ThrowIfNotHttpUrl();
        ThrowIfNotOneWord(AccessToken, nameof(AccessToken));
        ThrowIfNotOneWord(PhoneNumberId, nameof(PhoneNumberId));
        ThrowIfNotOneWord(BusinessAccountId, nameof(BusinessAccountId));
        ThrowIfNotOneWord(WebhookSecret, nameof(WebhookSecret));
        if (RequestTimeout <= TimeSpan.Zero || RequestTimeout > TimeSpan.FromDays(1))
            throw Invalid(nameof(RequestTimeout), $"is {RequestTimeout}; it must be above zero and at most a day");
        ThrowIfNotBetween(MessagesPerSecond, 0, 100_000, nameof(MessagesPerSecond));
        ThrowIfNotBetween(PairBurst, 1, 10_000, nameof(PairBurst));
        if (PairInterval < TimeSpan.Zero || PairInterval > TimeSpan.FromHours(1))
            throw Invalid(nameof(PairInterval), $"is {PairInterval}; it must be between zero and an hour");
        if (HeldFor < TimeSpan.FromSeconds(1) || HeldFor > TimeSpan.FromDays(7))
            throw Invalid(nameof(HeldFor), $"is {HeldFor}; it must be between a second and 7 days");
        if (development) return;
        Require(AccessToken, nameof(AccessToken), "WHATSAPP_ACCESS_TOKEN");
        Require(PhoneNumberId, nameof(PhoneNumberId), "WHATSAPP_PHONE_NUMBER_ID");
        Require(WebhookVerifyToken, nameof(WebhookVerifyToken), "WHATSAPP_WEBHOOK_VERIFY_TOKEN");
        Require(WebhookSecret, nameof(WebhookSecret), "WHATSAPP_WEBHOOK_SECRET");
        if (!GraphId.IsValid(PhoneNumberId!))
        {
            throw Invalid(
                nameof(PhoneNumberId),
                "(WHATSAPP_PHONE_NUMBER_ID) must be letters and digits: the id shown in WhatsApp Manager, not the phone " +
                "number");
        }
    }

    // Values are not shown: an address may carry a password, and the other ones are secrets.
    private void ThrowIfNotHttpUrl()
    {
        if (Uri.TryCreate(ApiUrl, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            && url is { Query: "", Fragment: "" })
        {
            return;
        }

        throw Invalid(
            nameof(ApiUrl),
            "(WHATSAPP_API_URL) must be an absolute http or https address without a query, such as " +
            "https://graph.facebook.com/v25.0");
    }

    private static void ThrowIfNotOneWord(string? value, string option)
    {
        if (value is null) return;
        if (value.Length == 0) throw Invalid(option, "is empty; leave it unset instead");
        foreach (var character in value)
        {
            if (character is <= ' ' or > '~')
            {
                throw Invalid(
                    option, "holds a blank or a character outside ASCII; was it copied with its surroundings?");
            }
        }
    }

    private static void ThrowIfNotBetween(int value, int low, int high, string option)
    {
        if (value < low || value > high) throw Invalid(option, $"is {value}; it must be between {low} and {high}");
    }

    private static void Require(string? value, string option, string variable)
    {
        if (string.IsNullOrEmpty(value))
        {
            throw Invalid(
                option,
                $"is not set and is required outside Development. Set {variable}, or ENVIRONMENT=development to " +
                "try the app without an account");
        }
    }

    private static ArgumentException Invalid(string option, string problem) =>
        new($"{nameof(WhatsAppOptions)}.{option} {problem}.");
}
