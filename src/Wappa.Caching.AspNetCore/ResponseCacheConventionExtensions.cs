using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Wappa.Caching;
using Wappa.Caching.AspNetCore.Policies;
using Wappa.Caching.AspNetCore.Serving;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Caching the responses of minimal APIs and of groups of them. Needs <c>AddWappaResponseCache</c> among the app's services, and
/// nothing in its pipeline.</summary>
public static class ResponseCacheConventionExtensions
{
    /// <summary>Caches the responses to GET and HEAD: <c>app.MapGet("/users", …).Cache(TimeSpan.FromMinutes(5))</c>. A stored response is
    /// served after authorization has let the request through.</summary>
    /// <param name="builder">An endpoint or a group.</param>
    /// <param name="ttl">How long a response is fresh, above zero.</param>
    /// <returns>The same builder.</returns>
    public static TBuilder Cache<TBuilder>(this TBuilder builder, TimeSpan ttl)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(ttl, TimeSpan.Zero);
        return builder.Cache(policy => policy.For(ttl));
    }

    /// <summary>The same with more to say: <c>.Cache(c =&gt; c.For(TimeSpan.FromMinutes(10)).Key(ctx =&gt; …))</c>. What an endpoint says goes
    /// before what its group says, setting by setting.</summary>
    /// <param name="builder">An endpoint or a group.</param>
    /// <param name="configure">Says it; runs once for an endpoint, when its first request comes.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="InvalidOperationException">When the app starts: <c>AddWappaResponseCache</c> was not called.</exception>
    public static TBuilder Cache<TBuilder>(this TBuilder builder, Action<ResponseCachePolicyBuilder> configure)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        builder.Add(endpoint => endpoint.Metadata.Add(new ResponseCacheMetadata(configure)));
        builder.Finally(static endpoint => CachedEndpoints.Wrap(endpoint));
        return builder;
    }
}
