using System.Security.Cryptography;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Wappa.Emulator;

/// <summary>The account the emulator plays: fixed ids, and an access token made anew at each start, so that nothing outside
/// this process can send in the bot's name. Becomes the app's account when it has none, and only in Development.</summary>
internal sealed class EmulatorIdentity(IHostEnvironment environment) : IPostConfigureOptions<WhatsAppOptions>
{
    private const string UserIdPrefix = "US.7000";

    /// <summary>Whether the app has no account of its own, so that the emulator plays one. Known once the options were read.</summary>
    internal bool IsOn { get; private set; }

    /// <summary>The WhatsApp business account.</summary>
    internal string BusinessAccountId { get; } = "100000000000001";

    /// <summary>The bot's phone number id.</summary>
    internal string PhoneNumberId { get; private set; } = "100000000000002";

    /// <summary>The number users see.</summary>
    internal string DisplayPhoneNumber { get; } = "15550199999";

    /// <summary>What the bot has to present.</summary>
    internal string AccessToken { get; } = "EMULATOR" + Convert.ToHexString(RandomNumberGenerator.GetBytes(16));

    public void PostConfigure(string? name, WhatsAppOptions options)
    {
        if (!environment.IsDevelopment() || options.AccessToken is not null) return;
        IsOn = true;
        options.AccessToken = AccessToken;
        PhoneNumberId = options.PhoneNumberId ??= PhoneNumberId;
    }

    /// <summary>The business-scoped id of the user with this phone.</summary>
    internal static string UserIdOf(string phone) => UserIdPrefix + phone;

    /// <summary>The phone behind a business-scoped id made here; null for any other text.</summary>
    internal static string? PhoneOf(string userId) =>
        userId.StartsWith(UserIdPrefix, StringComparison.Ordinal) ? userId[UserIdPrefix.Length..] : null;
}
