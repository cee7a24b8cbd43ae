namespace Wappa.Emulator;

/// <summary>The account a local WhatsApp plays and the app it talks to. What an app sets late is asked for when it is
/// needed.</summary>
internal sealed class LocalWhatsAppOptions
{
    internal const string DefaultBusinessAccountId = "100000000000001";
    internal const string DefaultPhoneNumberId = "100000000000002";
    internal const string DefaultDisplayNumber = "15550199999";

    /// <summary><c>embedded</c> or <c>standalone</c>.</summary>
    public string Mode { get; init; } = "embedded";

    /// <summary>The WhatsApp business account.</summary>
    public string BusinessAccountId { get; init; } = DefaultBusinessAccountId;

    /// <summary>The numbers of the business, at least one.</summary>
    public IReadOnlyList<BusinessNumber> Numbers { get; set; } =
        [new(DefaultPhoneNumberId, DefaultDisplayNumber, "Your bot", null)];

    /// <summary>What the app has to present.</summary>
    public required Func<string> AccessToken { get; init; }

    /// <summary>Signs webhooks. Null or empty: nobody will check, so a key made up on the spot does.</summary>
    public Func<string?> WebhookSecret { get; init; } = () => null;

    /// <summary>Where webhooks are posted; null while the app does not listen yet.</summary>
    public required Func<Uri?> WebhookUrl { get; init; }

    /// <summary>Where the app finds the Graph API, with its version; null while that is not known.</summary>
    public Func<Uri?> ApiUrl { get; init; } = () => null;

    /// <summary>The backend of the app's caches, to say what a moved clock does not reach.</summary>
    public Func<string?> Backend { get; init; } = () => null;

    /// <summary>Carries webhooks to the app.</summary>
    public required HttpMessageHandler Transport { get; init; }

    /// <summary>Makes ids the same in every run. Default: unpredictable ones.</summary>
    public int? Seed { get; init; }

    /// <summary>Whether everybody counts as having written right before the start: the app remembers conversations that were lost
    /// here with the last process, and may still have an answer to send. Default: no.</summary>
    public bool AssumesTalks { get; init; }

    /// <summary>The customer who is there at the start: name and phone. Null: nobody.</summary>
    public (string Name, string Phone)? FirstCustomer { get; init; }
}
