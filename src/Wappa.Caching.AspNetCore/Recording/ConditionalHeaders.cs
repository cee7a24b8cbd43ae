using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Wappa.Caching.AspNetCore.Recording;

/// <summary>The request's conditions, and the part it wants. A response that is stored is a whole one, so a handler that answers conditions
/// or parts itself must not see them; the cache answers conditions for each client, and all of them with the whole.</summary>
internal sealed class ConditionalHeaders(IHeaderDictionary headers)
{
    private readonly StringValues _ifMatch = headers.IfMatch;
    private readonly StringValues _ifNoneMatch = headers.IfNoneMatch;
    private readonly StringValues _ifModifiedSince = headers.IfModifiedSince;
    private readonly StringValues _ifUnmodifiedSince = headers.IfUnmodifiedSince;
    private readonly StringValues _ifRange = headers.IfRange;
    private readonly StringValues _range = headers.Range;

    private bool IsEmpty =>
        _ifMatch.Count == 0 && _ifNoneMatch.Count == 0 && _ifModifiedSince.Count == 0 && _ifUnmodifiedSince.Count == 0 &&
        _ifRange.Count == 0 && _range.Count == 0;

    internal void Remove()
    {
        if (!IsEmpty) Set(default, default, default, default, default, default);
    }

    internal void PutBack()
    {
        if (!IsEmpty) Set(_ifMatch, _ifNoneMatch, _ifModifiedSince, _ifUnmodifiedSince, _ifRange, _range);
    }

    private void Set(
        StringValues ifMatch, StringValues ifNoneMatch, StringValues ifModifiedSince, StringValues ifUnmodifiedSince,
        StringValues ifRange, StringValues range)
    {
        headers.IfMatch = ifMatch;
        headers.IfNoneMatch = ifNoneMatch;
        headers.IfModifiedSince = ifModifiedSince;
        headers.IfUnmodifiedSince = ifUnmodifiedSince;
        headers.IfRange = ifRange;
        headers.Range = range;
    }
}
