using Microsoft.AspNetCore.Http;

namespace Wappa.Caching.AspNetCore.Serving;

/// <summary>Answers of the cache's own. None repeats what the request held.</summary>
internal static class Refusals
{
    internal static Task BadKeyAsync(HttpContext context) => WriteAsync(
        context, StatusCodes.Status400BadRequest, "Invalid cache key",
        "A value of this request cannot be part of a key. Keys have 1 to 256 letters, digits and : _ - . ~ @.");

    /// <summary>RFC 9111 §5.2.1.7.</summary>
    internal static Task NotCachedAsync(HttpContext context) => WriteAsync(
        context, StatusCodes.Status504GatewayTimeout, "Not cached", "The request asked for a stored response, and none is stored.");

    internal static Task TimedOutAsync(HttpContext context) => WriteAsync(
        context, StatusCodes.Status504GatewayTimeout, "Timed out", "The response was not ready in time. Try again later.");

    internal static Task PreconditionFailedAsync(HttpContext context) => WriteAsync(
        context, StatusCodes.Status412PreconditionFailed, "Precondition failed", "What is there is not what If-Match names.");

    private static Task WriteAsync(HttpContext context, int status, string title, string detail)
    {
        context.Response.Headers.CacheControl = "no-store";
        return Results.Problem(detail, statusCode: status, title: title).ExecuteAsync(context);
    }
}
