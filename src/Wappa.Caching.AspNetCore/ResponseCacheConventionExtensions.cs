using Microsoft.AspNetCore.Routing.Patterns;
using Wappa.Caching;
using Wappa.Caching.AspNetCore.Invalidation;
using Wappa.Caching.AspNetCore.Policies;
using Wappa.Caching.AspNetCore.Serving;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Caching the responses of minimal APIs and of groups of them. Needs <c>AddWappaResponseCache</c> among the app's services, and
/// nothing in its pipeline.</summary>
public static class ResponseCacheConventionExtensions
{
    /// <summary>Caches the responses to GET and HEAD: <c>app.MapGet("/users", …).Cache(TimeSpan.FromMinutes(5))</c>. A stored response is
    /// served after authorization has let the request through.</summary>
    /// <remarks>Endpoint filters, the endpoint's own and its groups', run when a response is made, and not when a stored one is served:
    /// who may have it is for <c>RequireAuthorization</c> or a middleware to say. An endpoint that has both a cache and filters is named
    /// in a warning.</remarks>
    /// <param name="builder">An endpoint or a group.</param>
    /// <param name="ttl">How long a response is fresh, above zero.</param>
    /// <returns>The same builder.</returns>
    public static TBuilder Cache<TBuilder>(this TBuilder builder, TimeSpan ttl)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(ttl, TimeSpan.Zero);
        return builder.Cache(policy => policy.For(ttl));
    }

    /// <summary>The same with more to say: <c>.Cache(c =&gt; c.For(TimeSpan.FromMinutes(10)).Key(ctx =&gt; …))</c>. What an
    /// endpoint says goes
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

    /// <summary>The responses of this endpoint, or group, are not cached though its group's are.</summary>
    /// <returns>The same builder.</returns>
    public static TBuilder WithoutCache<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Add(static endpoint => endpoint.Metadata.Add(ResponseCacheMetadata.Never));
        return builder;
    }

    /// <summary>Writes by this endpoint, or group, invalidate no paths of themselves. For endpoints that write often what no response
    /// shows, such as a webhook.</summary>
    /// <returns>The same builder.</returns>
    public static TBuilder WithoutInvalidation<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Add(static endpoint => endpoint.Metadata.Add(NoInvalidation.Mark));
        return builder;
    }

    /// <summary>Writes by this endpoint, or group, also invalidate these paths: <c>.Invalidates("/orders/{id}")</c>.</summary>
    /// <param name="builder">An endpoint or a group.</param>
    /// <param name="paths">Each begins with <c>/</c>. <c>{id}</c> stands for the write's own route value; if it has none of that name, all
    /// paths of the route that is written so are invalidated.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentException">A path does not begin with <c>/</c>, or is no template.</exception>
    public static TBuilder Invalidates<TBuilder>(this TBuilder builder, params string[] paths)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(paths);
        if (paths.Any(path => path is null || !path.StartsWith('/'))) throw new ArgumentException("A path begins with '/'.", nameof(paths));
        var also = new AlsoInvalidates([.. paths.Select(path => RoutePatternFactory.Parse(path))]);
        builder.Add(endpoint => endpoint.Metadata.Add(also));
        return builder;
    }

    /// <summary>Writes by this endpoint, or group, also invalidate what carries one of these tags.</summary>
    /// <param name="builder">An endpoint or a group.</param>
    /// <param name="tags">None empty.</param>
    /// <returns>The same builder.</returns>
    public static TBuilder InvalidatesTags<TBuilder>(this TBuilder builder, params string[] tags)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(tags);
        if (tags.Any(string.IsNullOrEmpty)) throw new ArgumentException("A tag is null or empty; leave it out.", nameof(tags));
        var also = new AlsoInvalidatesTags([.. tags]);
        builder.Add(endpoint => endpoint.Metadata.Add(also));
        return builder;
    }
}
