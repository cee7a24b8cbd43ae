using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Wappa;
using Wappa.Hosting;
using Wappa.Webhooks;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Mapping the bot's routes.</summary>
public static class WappaEndpointRouteBuilderExtensions
{
    /// <summary>Maps <c>GET</c> and <c>POST /webhook/whatsapp</c>, <c>GET /health</c> and <c>GET /health/ready</c>.
    /// They ask for no login: a webhook proves itself by its signature, and the health pages tell no secret. An app
    /// that has health pages of its own at these addresses keeps them.</summary>
    /// <param name="endpoints">The app.</param>
    /// <returns>The same app.</returns>
    /// <exception cref="InvalidOperationException"><c>AddWappa</c> was not called.</exception>
    public static IEndpointRouteBuilder MapWappa(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var services = endpoints.ServiceProvider;
        if (!services.GetRequiredService<IServiceProviderIsService>().IsService(typeof(WebhookEndpoint)))
        {
            throw new InvalidOperationException(
                "The bot's services are missing. Call builder.Services.AddWappa(...) before building the app.");
        }

        // Made at the first request: options are checked when the app starts, not while its routes are mapped.
        var webhooks = new Lazy<WebhookEndpoint>(services.GetRequiredService<WebhookEndpoint>);
        var routes = endpoints.MapGroup("").AllowAnonymous().ExcludeFromDescription();
        routes.MapGet(WappaRoutes.Webhook, (RequestDelegate)(context => webhooks.Value.VerifyAsync(context)));
        routes.MapPost(WappaRoutes.Webhook, (RequestDelegate)(context => webhooks.Value.ReceiveAsync(context)))
            .WithMetadata(new BodyLimit());
        HealthEndpoints.Map(routes);
        foreach (var additional in services.GetServices<AdditionalEndpoints>()) additional.Map(endpoints);
        return endpoints;
    }
}
