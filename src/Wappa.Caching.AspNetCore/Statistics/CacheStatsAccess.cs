using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Wappa.Caching.AspNetCore.Statistics;

/// <summary>Closes the statistics to those who have not signed in, unless the app says who may see them.</summary>
/// <remarks>An endpoint that wants authorization in an app that has none fails at each request, with a page of 500. Here it is closed
/// instead, and the app says so when it starts.</remarks>
internal static partial class CacheStatsAccess
{
    private const string Category = "Wappa.Caching.AspNetCore.Statistics";

    /// <summary>Runs when the endpoint is complete: by then whoever mapped it has said all about it.</summary>
    internal static void Guard(EndpointBuilder endpoint)
    {
        if (endpoint.Metadata.Any(static said => said is IAllowAnonymous or IAuthorizeData or AuthorizationPolicy)) return;
        if (CanAuthorize(endpoint.ApplicationServices))
        {
            endpoint.Metadata.Add(new AuthorizeAttribute());
            return;
        }

        endpoint.Metadata.Add(new Closed());
        endpoint.RequestDelegate = static context =>
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        };
    }

    /// <summary>Says at the app's start which addresses are closed to all.</summary>
    internal static void TellWhatIsClosed(IServiceProvider services)
    {
        if (services.GetService<IHostApplicationLifetime>() is not { } lifetime) return;
        lifetime.ApplicationStarted.Register(() =>
        {
            var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger(Category);
            foreach (var endpoint in services.GetRequiredService<EndpointDataSource>().Endpoints)
            {
                if (endpoint is not RouteEndpoint route || route.Metadata.GetMetadata<Closed>() is null) continue;
                LogClosed(logger, "/" + route.RoutePattern.RawText?.Trim('/'));
            }
        });
    }

    // Whether a caller who has not signed in could be asked to: else the authorization middleware would throw.
    private static bool CanAuthorize(IServiceProvider services)
    {
        if (services.GetService<IAuthorizationPolicyProvider>() is not { } policies ||
            services.GetService<IAuthenticationSchemeProvider>() is not { } schemes)
            return false;
        return AnswerOf(schemes.GetDefaultChallengeSchemeAsync()) is not null ||
            AnswerOf(policies.GetDefaultPolicyAsync()) is { AuthenticationSchemes.Count: > 0 };
    }

    // Asked while endpoints are built, which cannot wait; both are known from the options and answer at once.
    private static T? AnswerOf<T>(Task<T> known)
        where T : class? => known.IsCompletedSuccessfully ? known.GetAwaiter().GetResult() : null;

    [LoggerMessage(70, LogLevel.Warning,
        "{Route} answers 403 to everybody: it is for users who have signed in, and the app has no authentication. Add it " +
        "(AddAuthentication with a default scheme, AddAuthorization), or open the statistics: " +
        "MapCacheStats(o => o.AllowAnonymousReads = true), or .AllowAnonymous() for the reset as well.")]
    private static partial void LogClosed(ILogger logger, string route);

    private sealed class Closed;
}
