using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Wappa.Emulator;

/// <summary>
/// Lets through only what came over loopback, names a loopback host, was not forwarded and comes from no other page. The
/// address keeps the network out, the host a web page whose own name was made to resolve to 127.0.0.1, the forwarding
/// headers whoever comes through a tunnel, the origin every other page of the developer's browser. Anything else sees a
/// route that does not exist.
/// </summary>
internal static class LoopbackOnly
{
    private static readonly string[] ForwardingHeaders = ["X-Forwarded-For", "X-Forwarded-Host", "Forwarded"];

    /// <summary>Guards a route before anything of the request is read, its body included.</summary>
    internal static void Guard(EndpointBuilder route)
    {
        if (route.RequestDelegate is not { } next) return;
        route.RequestDelegate = context =>
        {
            if (IsAllowed(context)) return next(context);
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        };
    }

    internal static bool IsAllowed(HttpContext context)
    {
        var request = context.Request;
        return IsLoopback(request.Host.Host) && IsOwn(request) && !ForwardingHeaders.Any(request.Headers.ContainsKey) &&
            context.Connection.RemoteIpAddress is { } remote && IPAddress.IsLoopback(remote);
    }

    private static bool IsLoopback(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase) ||
        (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    // Another port of this machine is another origin: what runs there may be anybody's page. Browsers that name no origin
    // for a GET tell by Sec-Fetch-Site what it is; a link or a bookmark ("none") is fine.
    private static bool IsOwn(HttpRequest request)
    {
        var origin = request.Headers.Origin;
        if (!StringValues.IsNullOrEmpty(origin))
            return string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
        var site = request.Headers["Sec-Fetch-Site"];
        if (StringValues.IsNullOrEmpty(site) || site == "same-origin" || site == "none") return true;
        return request.Headers["Sec-Fetch-Mode"] == "navigate" && HttpMethods.IsGet(request.Method);
    }
}
