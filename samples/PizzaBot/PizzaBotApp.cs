using Wappa;

namespace PizzaBot;

/// <summary>The app, so that tests start the very same one.</summary>
public static class PizzaBotApp
{
    public static WebApplication Build(string[] args)
    {
        var builder = new WappaBuilder(args)
            .WithWhatsApp()                // WHATSAPP_ACCESS_TOKEN and its kin
            .WithConfiguredCache("json")   // files under cache/; --cache memory, --cache-path DIR
            .WithHandler<PizzaOrderHandler>()
            .WithEmulator();               // in Development, while there is no access token
        builder.Configuration["Wappa:Tenant"] ??= "pizzeria";
        builder.Services.AddHostedService<MenuAtStart>();
        return builder.Build();
    }
}
