using System.Net;
using Microsoft.AspNetCore.Http;

namespace Wappa.Emulator;

/// <summary>
/// Lets through only what came over loopback and names a loopback host. The address keeps the network out; the host keeps
/// out a web page whose own name was made to resolve to 127.0.0.1. Anything else sees a route that does not exist.
/// </summary>
internal sealed class LoopbackOnly : IEndpointFilter
{
    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        IsAllowed(context.HttpContext) ? next(context) : ValueTask.FromResult<object?>(Results.NotFound());

    internal static bool IsAllowed(HttpContext context)
    {
        var host = context.Request.Host.Host;
        var named = string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase) ||
            (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
        return named && context.Connection.RemoteIpAddress is { } remote && IPAddress.IsLoopback(remote);
    }
}
