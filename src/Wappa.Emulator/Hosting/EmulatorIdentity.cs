using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Wappa.Emulator;

/// <summary>The account the emulator plays: fixed ids, and an access token made anew at each start, so that nothing outside
/// this process can send in the bot's name. Becomes the app's account when it has none, and only in Development.</summary>
internal sealed class EmulatorIdentity(IHostEnvironment environment) : IPostConfigureOptions<WhatsAppOptions>
{
    /// <summary>Whether the app has no account of its own, so that the emulator plays one. Known once the options were read.</summary>
    internal bool IsOn { get; private set; }

    /// <summary>What the bot has to present.</summary>
    internal string AccessToken { get; } = "EMULATOR" + Convert.ToHexString(RandomNumberGenerator.GetBytes(16));

    /// <summary>Whether the emulator of an app is on; reads the options if nobody has.</summary>
    internal static bool IsOnIn(IServiceProvider services)
    {
        if (!services.GetRequiredService<IHostEnvironment>().IsDevelopment()) return false;
        _ = services.GetRequiredService<IOptions<WhatsAppOptions>>().Value;
        return services.GetRequiredService<EmulatorIdentity>().IsOn;
    }

    public void PostConfigure(string? name, WhatsAppOptions options)
    {
        if (!environment.IsDevelopment() || options.AccessToken is not null) return;
        IsOn = true;
        options.AccessToken = AccessToken;
        options.PhoneNumberId ??= LocalWhatsAppOptions.DefaultPhoneNumberId;
        options.BusinessAccountId ??= LocalWhatsAppOptions.DefaultBusinessAccountId;
    }
}
