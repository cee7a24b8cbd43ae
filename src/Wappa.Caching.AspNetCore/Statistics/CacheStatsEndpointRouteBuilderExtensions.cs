using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Wappa.Caching;
using Wappa.Caching.AspNetCore.Statistics;

namespace Microsoft.AspNetCore.Builder;

/// <summary>The statistics of the app's store of entries over HTTP.</summary>
public static class CacheStatsEndpointRouteBuilderExtensions
{
    private const string DefaultPattern = "/cache-stats";

    /// <summary>Maps <c>GET {pattern}</c>: what <see cref="CacheManager.GetStatsAsync"/> says, as JSON; and <c>POST {pattern}/reset</c>:
    /// begins to count anew, and answers <c>{"status":"reset"}</c>. Both are for users who have signed in, by the app's default policy;
    /// in an app without authentication they answer 403, and it says so when it starts.</summary>
    /// <param name="endpoints">The app, or a group.</param>
    /// <param name="pattern">The address of the statistics. Default: <c>/cache-stats</c>.</param>
    /// <param name="configure">Who may see them. Default: users who have signed in.</param>
    /// <returns>Both endpoints: <c>.RequireAuthorization("ops")</c> asks for more, <c>.AllowAnonymous()</c> opens the reset as
    /// well.</returns>
    /// <exception cref="InvalidOperationException"><c>AddWappaCaching</c> was not called.</exception>
    public static IEndpointConventionBuilder MapCacheStats(
        this IEndpointRouteBuilder endpoints, string pattern = DefaultPattern, Action<CacheStatsOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(pattern);
        var services = endpoints.ServiceProvider;
        if (!services.GetRequiredService<IServiceProviderIsService>().IsService(typeof(CacheManager)))
        {
            throw new InvalidOperationException(
                "There is no cache to tell of. Call builder.Services.AddWappaCaching(...) before building the app.");
        }

        var options = new CacheStatsOptions();
        configure?.Invoke(options);
        var both = endpoints.MapGroup(pattern);
        var reads = both.MapGet("", (RequestDelegate)ReadAsync);
        if (options.AllowAnonymousReads) reads.AllowAnonymous();
        both.MapPost("/reset", (RequestDelegate)ResetAsync).WithoutInvalidation();
        ((IEndpointConventionBuilder)both).Finally(CacheStatsAccess.Guard);
        CacheStatsAccess.TellWhatIsClosed(services);
        return both;
    }

    /// <inheritdoc cref="MapCacheStats(IEndpointRouteBuilder, string, Action{CacheStatsOptions}?)"/>
    public static IEndpointConventionBuilder MapCacheStats(this IEndpointRouteBuilder endpoints, Action<CacheStatsOptions> configure) =>
        endpoints.MapCacheStats(DefaultPattern, configure);

    private static async Task ReadAsync(HttpContext context)
    {
        var manager = context.RequestServices.GetRequiredService<CacheManager>();
        var statistics = await manager.GetStatsAsync(context.RequestAborted).ConfigureAwait(false);
        context.Response.Headers.CacheControl = "no-store";
        await TypedResults.Json(CacheStatsPage.Of(statistics), CacheStatsJson.Default.CacheStatsPage)
            .ExecuteAsync(context).ConfigureAwait(false);
    }

    private static Task ResetAsync(HttpContext context)
    {
        context.RequestServices.GetRequiredService<CacheManager>().ResetStats();
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Json(CacheStatsReset.Done, CacheStatsJson.Default.CacheStatsReset).ExecuteAsync(context);
    }
}
