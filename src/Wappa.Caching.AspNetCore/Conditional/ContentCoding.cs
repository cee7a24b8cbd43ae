using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Wappa.Caching.AspNetCore.Conditional;

/// <summary>Keeps a strong tag true when a middleware further out codes the body after the tag was made: gzip and plain bytes are two
/// representations, and RFC 9110 §8.8.3 gives them two tags.</summary>
internal static class ContentCoding
{
    /// <summary>Sets the ETag of a response whose body is not coded yet, or is by the handler itself.</summary>
    internal static void SetTag(HttpResponse response, string tag)
    {
        response.Headers.ETag = tag;
        var made = new Tagged(response, tag, response.Headers.ContentEncoding.ToString());
        response.OnStarting(static state => ((Tagged)state).OnStarting(), made);
    }

    /// <summary>The same for a response whose tag is set, where it is known that a middleware may code it: the way of a hit is
    /// short.</summary>
    internal static void FollowTag(HttpContext context, string tag)
    {
        if (context.Features.Get<IHttpsCompressionFeature>() is not null) SetTag(context.Response, tag);
    }

    private sealed class Tagged(HttpResponse response, string tag, string coding)
    {
        internal Task OnStarting()
        {
            var headers = response.Headers;
            if (headers.ETag != tag) return Task.CompletedTask; // the handler knew better
            var now = headers.ContentEncoding.ToString();
            if (!IsOfTag(response.StatusCode)) headers.ETag = default;
            else if (now.Length > 0 && now != coding) headers.ETag = EntityTags.InCoding(tag, now);
            return Task.CompletedTask;
        }

        // An error or a redirect is not what was tagged; 304 and 412 name the tag of what is there.
        private static bool IsOfTag(int status) =>
            status is (>= 200 and < 300) or StatusCodes.Status304NotModified or StatusCodes.Status412PreconditionFailed;
    }
}
