using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Wappa.Caching.AspNetCore.Conditional;

/// <summary>Making a 304 of a response that has not started.</summary>
internal static class NotModified
{
    /// <summary>Sets the status and the tag and takes away what describes a body. What a 304 must carry (RFC 9110 §15.4.5:
    /// <c>Cache-Control</c>, <c>Content-Location</c>, <c>Date</c>, <c>Expires</c>, <c>Vary</c>) stays, and so does all else, cookies
    /// included: a handler that set them has run.</summary>
    internal static void Apply(HttpResponse response, string? tag)
    {
        response.StatusCode = StatusCodes.Status304NotModified;
        WithoutBody(response.Headers);
        if (tag is not null) response.Headers.ETag = tag;
    }

    /// <summary>Takes away what describes a body.</summary>
    internal static void WithoutBody(IHeaderDictionary headers)
    {
        headers.ContentLength = null;
        headers.ContentType = StringValues.Empty;
        headers.ContentEncoding = StringValues.Empty;
        headers.ContentLanguage = StringValues.Empty;
        headers.ContentRange = StringValues.Empty;
        headers.ContentMD5 = StringValues.Empty;
        headers.Trailer = StringValues.Empty;
    }
}
