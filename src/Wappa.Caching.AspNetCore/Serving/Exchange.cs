using Microsoft.AspNetCore.Http;
using Wappa.Caching.AspNetCore.Keys;
using Wappa.Caching.AspNetCore.Policies;

namespace Wappa.Caching.AspNetCore.Serving;

/// <summary>A request that may be answered by the cache.</summary>
internal readonly record struct Exchange(
    HttpContext Context, Endpoint Endpoint, ResponsePlan Plan, RequestScope Scope, Func<HttpContext, Task> Handler, bool IsHead,
    RequestWishes Wishes)
{
    /// <summary>Whether any fresh response will do.</summary>
    internal bool IsPlain => Wishes.IsNone && !IsUnknownCaller;

    /// <summary>Whether the caller shows credentials that nothing before the endpoint has looked at.</summary>
    internal bool IsUnknownCaller =>
        !Plan.Policy.IsSharedByUsers && !Scope.Identity.IsSomebody && Context.Request.Headers.Authorization.Count > 0;

    /// <summary>Whether the response is for this caller or this tenant only, as far as caches on the way are concerned.</summary>
    internal bool IsPrivate => Scope.Identity.IsSomebody || Scope.Tenant is not null || Plan.IsAlwaysPrivate;
}
