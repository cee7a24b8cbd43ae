using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Wappa.Caching;
using Wappa.Webhooks;

namespace Wappa.Emulator;

/// <summary>Makes the local WhatsApp of an app that plays it itself.</summary>
internal static class EmbeddedWhatsApp
{
    internal static LocalWhatsApp Create(IServiceProvider services)
    {
        var account = services.GetRequiredService<IOptions<WhatsAppOptions>>().Value;
        var startup = services.GetRequiredService<EmulatorStartup>();
        var options = new LocalWhatsAppOptions
        {
            BusinessAccountId = account.BusinessAccountId ?? LocalWhatsAppOptions.DefaultBusinessAccountId,
            Numbers = NumbersOf(account, services),
            AccessToken = () => account.AccessToken ?? "",
            WebhookSecret = () => account.WebhookSecret,
            WebhookUrl = () => startup.Address is { } address ? new(address, WappaRoutes.Webhook) : null,
            ApiUrl = () => startup.Address is null ? null : new Uri(account.ApiUrl),
            Backend = () => services.GetService<IDocumentStore>()?.Backend,
            // No proxy: a proxy configured on the machine must not carry a loopback call away.
            Transport = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false },
            AssumesTalks = true,
            FirstCustomer = ("Sarah", "15550100001"),
        };
        return new(options, services.GetRequiredService<TimeProvider>());
    }

    // The account's own number, and each one that was given a tenant.
    private static List<BusinessNumber> NumbersOf(WhatsAppOptions account, IServiceProvider services)
    {
        var own = account.PhoneNumberId ?? LocalWhatsAppOptions.DefaultPhoneNumberId;
        var others = services.GetRequiredService<IOptions<WappaOptions>>().Value.Tenants.Keys.Where(id => id != own);
        var tenants = services.GetRequiredService<TenantDirectory>();
        var display = long.Parse(LocalWhatsAppOptions.DefaultDisplayNumber, CultureInfo.InvariantCulture);
        return [.. new[] { own }.Concat(others.Order(StringComparer.Ordinal)).Select((id, index) =>
        {
            var tenant = tenants.Find(id, account.BusinessAccountId);
            var name = tenant is null || tenant == id ? "Your bot" : tenant;
            return new BusinessNumber(id, (display - index).ToString(CultureInfo.InvariantCulture), name, tenant);
        })];
    }
}
