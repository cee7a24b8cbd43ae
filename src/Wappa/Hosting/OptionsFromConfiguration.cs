using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Wappa.Hosting;

/// <summary>Fills <see cref="WhatsAppOptions"/>. The variables' names come first, because they are what deployments
/// already set.</summary>
internal sealed class WhatsAppOptionsFromConfiguration(IConfiguration configuration)
    : IConfigureOptions<WhatsAppOptions>
{
    public void Configure(WhatsAppOptions options)
    {
        configuration.GetSection("Wappa:WhatsApp").Bind(options);
        options.ApiUrl = Read("WHATSAPP_API_URL") ?? options.ApiUrl;
        options.AccessToken = Read("WHATSAPP_ACCESS_TOKEN", "WP_ACCESS_TOKEN") ?? Set(options.AccessToken);
        options.PhoneNumberId = Read("WHATSAPP_PHONE_NUMBER_ID", "WP_PHONE_ID") ?? Set(options.PhoneNumberId);
        options.BusinessAccountId = Read("WHATSAPP_BUSINESS_ACCOUNT_ID", "WP_BID") ?? Set(options.BusinessAccountId);
        options.WebhookVerifyToken =
            Read("WHATSAPP_WEBHOOK_VERIFY_TOKEN", "WP_WEBHOOK_VERIFY_TOKEN") ?? Set(options.WebhookVerifyToken);
        options.WebhookSecret = Read("WHATSAPP_WEBHOOK_SECRET") ?? Set(options.WebhookSecret);
    }

    private string? Read(string name, string? alias = null) =>
        Set(configuration[name]) ?? (alias is null ? null : Set(configuration[alias]));

    // A variable that is there but empty is how a .env file spells "not set".
    private static string? Set(string? value) => string.IsNullOrEmpty(value) ? null : value;
}

/// <summary>Fills <see cref="WappaOptions"/>.</summary>
internal sealed class WappaOptionsFromConfiguration(IConfiguration configuration) : IConfigureOptions<WappaOptions>
{
    public void Configure(WappaOptions options)
    {
        configuration.GetSection("Wappa").Bind(options);
        if (options.Tenant is "") options.Tenant = null;
        foreach (var (number, tenant) in options.Tenants.ToArray())
        {
            if (string.IsNullOrEmpty(tenant)) options.Tenants.Remove(number);
        }
    }
}
