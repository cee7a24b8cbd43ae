using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Wappa.Caching.AspNetCore.Recording;

/// <summary>The request's conditions. A response that is stored is a whole one, so a handler that answers conditions itself must not see
/// them; the cache answers them for each client.</summary>
internal sealed class ConditionalHeaders(IHeaderDictionary headers)
{
    private readonly StringValues _ifMatch = headers.IfMatch;
    private readonly StringValues _ifNoneMatch = headers.IfNoneMatch;
    private readonly StringValues _ifModifiedSince = headers.IfModifiedSince;
    private readonly StringValues _ifUnmodifiedSince = headers.IfUnmodifiedSince;

    private bool IsEmpty =>
        _ifMatch.Count == 0 && _ifNoneMatch.Count == 0 && _ifModifiedSince.Count == 0 && _ifUnmodifiedSince.Count == 0;

    internal void Remove()
    {
        if (!IsEmpty) Set(default, default, default, default);
    }

    internal void PutBack()
    {
        if (!IsEmpty) Set(_ifMatch, _ifNoneMatch, _ifModifiedSince, _ifUnmodifiedSince);
    }

    private void Set(StringValues ifMatch, StringValues ifNoneMatch, StringValues ifModifiedSince, StringValues ifUnmodifiedSince)
    {
        headers.IfMatch = ifMatch;
        headers.IfNoneMatch = ifNoneMatch;
        headers.IfModifiedSince = ifModifiedSince;
        headers.IfUnmodifiedSince = ifUnmodifiedSince;
    }
}
