using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.Extensions.DependencyInjection;
using Wappa.Caching.AspNetCore.Policies;
using Wappa.Caching.AspNetCore.Serving;

namespace Wappa.Caching;

/// <summary>Caches the responses of a controller's action, of all actions of a controller, or of a minimal API's method or lambda:
/// <c>[Cache(Seconds = 300)]</c>. What <c>.Cache(c =&gt; …)</c> says of the same endpoint goes before it.</summary>
/// <remarks>On a controller it is a resource filter, so authorization filters have had their say before a response is served;
/// action and result filters, and a minimal API's endpoint filters, run when a response is made and not when a stored one is served.
/// Needs <c>AddWappaResponseCache</c>.</remarks>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class)]
public sealed class CacheAttribute : Attribute, IFilterFactory, IResponseCacheMetadata
{
    /// <summary>How long a response is fresh, in seconds, 1 or more. Default: the app's
    /// <see cref="ResponseCacheOptions.DefaultTtl"/>.</summary>
    public int Seconds { get; set; }

    /// <summary>For so many seconds more the old response is served while a new one is made in the background; 0: never.
    /// Default: 0.</summary>
    public int StaleWhileRevalidateSeconds { get; set; }

    /// <summary>For so many seconds after its time the old response is served when the action fails; 0: never. Default: 0.</summary>
    public int StaleIfErrorSeconds { get; set; }

    /// <summary>Request headers that the response depends on beside those it names in <c>Vary</c>. Default: none.</summary>
    public string[] VaryByHeader { get; set; } = [];

    /// <summary>The only names in the query that the response depends on. Default: all of them.</summary>
    public string[] VaryByQuery { get; set; } = [];

    /// <summary>Labels by which responses are invalidated together. Default: none.</summary>
    public string[] Tags { get; set; } = [];

    /// <inheritdoc/>
    public bool IsReusable => true;

    /// <inheritdoc/>
    public IFilterMetadata CreateInstance(IServiceProvider serviceProvider)
    {
        ArgumentNullException.ThrowIfNull(serviceProvider);
        return new ResponseCacheFilter(serviceProvider.GetRequiredService<ResponseCache>());
    }

    void IResponseCacheMetadata.Configure(ResponseCachePolicyBuilder policy)
    {
        if (Seconds != 0) policy.For(TimeSpan.FromSeconds(Seconds));
        if (StaleWhileRevalidateSeconds != 0) policy.StaleWhileRevalidate(TimeSpan.FromSeconds(StaleWhileRevalidateSeconds));
        if (StaleIfErrorSeconds != 0) policy.StaleIfError(TimeSpan.FromSeconds(StaleIfErrorSeconds));
        if (VaryByHeader.Length > 0) policy.VaryByHeader(VaryByHeader);
        if (VaryByQuery.Length > 0) policy.VaryByQuery(VaryByQuery);
        if (Tags.Length > 0) policy.Tag(Tags);
    }
}
