using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Wappa.Caching.AspNetCore.Conditional;

/// <summary>What the headers of a response say about giving it an ETag.</summary>
internal static class Taggable
{
    private const string EventStream = "text/event-stream";

    /// <summary>Whether it may be held and be given one. Not what is a stream or too large, a part, what has trailers, or what no
    /// client may keep.</summary>
    /// <remarks>Nor what offers ranges: a client would send the tag as <c>If-Range</c>, and a handler that knows of no tag takes that as
    /// fulfilled; the client would join parts of two versions.</remarks>
    internal static bool MayHaveTag(IHeaderDictionary headers, int maxBytes) =>
        headers.ETag.Count == 0 &&
        !(headers.ContentLength > maxBytes) &&
        headers.Trailer.Count == 0 &&
        headers.ContentRange.Count == 0 &&
        headers.AcceptRanges.Count == 0 &&
        !headers.ContentType.ToString().StartsWith(EventStream, StringComparison.OrdinalIgnoreCase) &&
        !HeaderUtilities.ContainsCacheDirective(headers.CacheControl, CacheControlHeaderValue.NoStoreString);
}
