using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Controllers;
using Microsoft.AspNetCore.Routing;

namespace Wappa.Caching.AspNetCore.Keys;

/// <summary>Tells apart the endpoints of one path: a matcher policy may choose between them by anything, and one may be open where
/// another is guarded.</summary>
internal static class EndpointMark
{
    private const int Bytes = 6;

    /// <summary>The mark: 12 hexadecimal digits, the same on every node that runs the same build.</summary>
    /// <remarks>Of the name, the route, the method that answers and what the metadata say of themselves. Neither an action's id nor the
    /// endpoint as an object will do: the one is drawn anew by every process, and routing builds the other more than once.</remarks>
    internal static string Of(Endpoint endpoint)
    {
        var text = new StringBuilder(endpoint.DisplayName).Append('\n');
        if (endpoint is RouteEndpoint route)
            text.Append(CultureInfo.InvariantCulture, $"{route.RoutePattern.RawText}\n{route.Order}\n");
        var method = endpoint.Metadata.GetMetadata<ControllerActionDescriptor>()?.MethodInfo ?? endpoint.Metadata.GetMetadata<MethodInfo>();
        text.Append(CultureInfo.InvariantCulture, $"{method?.DeclaringType?.FullName} {method}\n");
        foreach (var metadata in endpoint.Metadata) text.Append(CultureInfo.InvariantCulture, $"{metadata}\n");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, Bytes));
    }
}
