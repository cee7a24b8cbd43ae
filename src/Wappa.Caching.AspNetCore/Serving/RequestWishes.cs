using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Wappa.Caching.AspNetCore.Responses;

namespace Wappa.Caching.AspNetCore.Serving;

/// <summary>What a request asks of caches (RFC 9111 §5.2.1).</summary>
/// <param name="NoStore">The response must not be stored.</param>
/// <param name="Reload">A stored response must not be used.</param>
/// <param name="OnlyIfCached">Only a stored one will do.</param>
/// <param name="MaxAge">In seconds; null: any.</param>
/// <param name="MinFresh">In seconds.</param>
internal readonly record struct RequestWishes(bool NoStore, bool Reload, bool OnlyIfCached, long? MaxAge, long MinFresh)
{
    internal bool IsNone => !Reload && !OnlyIfCached && MaxAge is null && MinFresh == 0;

    internal bool AsksForAge => MaxAge is not null || MinFresh > 0;

    /// <summary>Whether a request can be answered by a cache of whole responses. One for a part gets it from the handler, unless clients
    /// may not pass the cache by: a server may ignore <c>Range</c> (RFC 9110 §14.2). So does one that can go on with another protocol, or
    /// has a body, which is in no key.</summary>
    internal static bool AllowCache(HttpRequest request, bool honorsWishes) =>
        (!honorsWishes || request.Headers.Range.Count == 0) &&
        (request.Headers.Upgrade.Count == 0 ||
            request.HttpContext.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true }) &&
        request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: true };

    internal static RequestWishes Of(HttpRequest request)
    {
        if (request.Headers.CacheControl.Count == 0)
        {
            return request.Headers.Pragma.Count > 0 && CacheDirectives.Parse(request.Headers.Pragma).NoCache
                ? new(false, Reload: true, false, null, 0)
                : default;
        }

        var directives = CacheDirectives.Parse(request.Headers.CacheControl);
        var reload = directives.NoCache || directives.MaxAge == 0;
        return new(directives.NoStore, reload, directives.OnlyIfCached, reload ? null : directives.MaxAge, directives.MinFresh ?? 0);
    }

    /// <summary>Whether a stored response is young enough.</summary>
    internal bool Accept(StoredResponse response, DateTimeOffset now)
    {
        var age = now - response.MadeAt;
        return !(MaxAge is { } most && age.TotalSeconds > most) && (response.FreshFor - age).TotalSeconds >= MinFresh;
    }
}
