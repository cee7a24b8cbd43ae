using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.Extensions.DependencyInjection;
using Wappa.Caching.AspNetCore.Conditional;

namespace Wappa.Caching;

/// <summary><c>WithETag</c> for a controller or an action: <c>[ETag&lt;UserVersion&gt;]</c>.</summary>
/// <typeparam name="TSource">Knows the tag. Resolved from the request's services, or made with what its constructor asks of
/// them.</typeparam>
/// <remarks>A resource filter: behind authorization, before the model is bound. On an action of a controller that has one too, both are
/// asked; the action's tag stands.</remarks>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class)]
public sealed class ETagAttribute<TSource> : Attribute, IFilterFactory, IOrderedFilter
    where TSource : class, IETagSource
{
    /// <summary>Whether PUT, PATCH and DELETE of what is there are answered 428 without <c>If-Match</c>. Default: false.</summary>
    public bool RequireIfMatch { get; set; }

    /// <summary>Its place among the resource filters; the smaller runs first. Default: 1000.</summary>
    public int Order { get; set; } = ETagFilter.BehindTheCache;

    /// <inheritdoc/>
    public bool IsReusable => false;

    /// <inheritdoc/>
    public IFilterMetadata CreateInstance(IServiceProvider serviceProvider) =>
        new ETagFilter(ActivatorUtilities.GetServiceOrCreateInstance<TSource>(serviceProvider).GetETagAsync, RequireIfMatch);
}
