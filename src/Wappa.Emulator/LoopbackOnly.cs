using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Wappa.Emulator;

/// <summary>
/// Lets through only what came over loopback, names a loopback host and was not forwarded. The address keeps the network
/// out, the host a web page whose own name was made to resolve to 127.0.0.1, the forwarding headers whoever comes through a
/// tunnel. Anything else sees a route that does not exist.
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
        var host = context.Request.Host.Host;
        var named = string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase) ||
            (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
        var forwarded = ForwardingHeaders.Any(context.Request.Headers.ContainsKey);
        return named && !forwarded && context.Connection.RemoteIpAddress is { } remote && IPAddress.IsLoopback(remote);
    }
}
