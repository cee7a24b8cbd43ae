using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Wappa.Emulator;

/// <summary>All routes of the emulator: its page, its API, its events and the Graph API.</summary>
internal static class EmulatorEndpoints
{
    private const string Resources = "wwwroot/";

    // Nothing from elsewhere, no code in the page, and in nobody's frame. Files customers send are data of this page.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data: blob:; " +
        "media-src 'self' blob:; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static readonly FileExtensionContentTypeProvider Types = new();

    internal static void Map(IEndpointRouteBuilder app, LocalWhatsApp local)
    {
        var services = app.ServiceProvider;
        var time = services.GetRequiredService<TimeProvider>();
        var routes = app.MapGroup("").AllowAnonymous().ExcludeFromDescription();
        ((IEndpointConventionBuilder)routes).Finally(LoopbackOnly.Guard);
        routes.MapGet("/emulator", (HttpResponse response) => Asset(response, "index.html"));
        routes.MapGet("/emulator/assets/{**path}", (string path, HttpResponse response) => Asset(response, path));
        var exchanges = new ExchangeApi(local, services.GetRequiredService<IHostApplicationLifetime>());
        routes.MapGet("/emulator/events", exchanges.Events);
        var api = routes.MapGroup("/emulator/api").AddEndpointFilter(RefuseAsync);
        ((IEndpointConventionBuilder)api).Finally(LiftBodyLimit);
        new WorldApi(local, time).Map(api);
        new ConversationApi(local).Map(api);
        exchanges.Map(api);
        var timeline = services.GetService<TurnTimeline>();
        var recorder = services.GetService<TestRecorder>() ?? new TestRecorder(local, null, null);
        new TurnApi(local, timeline, recorder).Map(api);
        if (services.GetService<MemoryHistory>() is not null) new MemoryApi(services, local).Map(api);
        new GraphEndpoints(local).Map(routes);
    }

    private static IResult Asset(HttpResponse response, string path)
    {
        // Names of resources, not paths of a disk: there is nothing above them to climb to.
        var file = Assembly.GetExecutingAssembly().GetManifestResourceStream(Resources + path);
        if (file is null || !Types.TryGetContentType(path, out var type)) return Results.NotFound();
        response.Headers.ContentSecurityPolicy = Policy;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers.CacheControl = "no-cache";
        return Results.Stream(file, type.StartsWith("text/", StringComparison.Ordinal) ? type + "; charset=utf-8" : type);
    }

    private static async ValueTask<object?> RefuseAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        context.HttpContext.Response.Headers.CacheControl = "no-store";
        context.HttpContext.Response.Headers.XContentTypeOptions = "nosniff";
        try
        {
            return await next(context).ConfigureAwait(false);
        }
        catch (ApiRefusal refusal)
        {
            return ApiRequests.Json(new { error = refusal.Message }, refusal.Status);
        }
        catch (LocalConflictException conflict)
        {
            return ApiRequests.Json(new { error = conflict.Message }, StatusCodes.Status409Conflict);
        }
    }

    // Kestrel's own limit is below the largest file; each route has a limit of its own.
    private static void LiftBodyLimit(EndpointBuilder route)
    {
        if (route.RequestDelegate is not { } next) return;
        route.RequestDelegate = context =>
        {
            if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = null;
            return next(context);
        };
    }
}
