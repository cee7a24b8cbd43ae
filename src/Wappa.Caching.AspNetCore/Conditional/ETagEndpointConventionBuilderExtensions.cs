using Microsoft.AspNetCore.Http;
using Wappa.Caching.AspNetCore.Conditional;

namespace Microsoft.AspNetCore.Builder;

/// <summary>ETags of what an endpoint is about, known before its handler runs.</summary>
public static class ETagEndpointConventionBuilderExtensions
{
    /// <summary>Gives answers to GET and HEAD an ETag, answers 304 to who has it and 412 to a change of something that is not what the
    /// client takes it for, without running the handler.</summary>
    /// <param name="builder">An endpoint, a group, or all controllers. What an endpoint says goes before what its group says.</param>
    /// <param name="tag">What changes with every change of it, from route values or a look at the source:
    /// <c>ctx =&gt; $"user:{id}:{version}"</c>. The ETag is its hash; a value that is an ETag already (<c>"v1"</c>,
    /// <c>W/"v1"</c>, <see cref="Wappa.Caching.EntityTags"/>) is taken as it is. <see langword="null"/>: nothing is there. Headers it sets
    /// on the response (<c>Cache-Control</c>, <c>Vary</c>) are on a 304 too, as RFC 9110 wants.</param>
    /// <param name="requireIfMatch">Whether PUT, PATCH and DELETE of what is there are answered 428 without <c>If-Match</c>.
    /// Default: false.</param>
    /// <remarks>
    /// <para>Reads: <c>If-None-Match</c> that has the tag, weakly compared, is 304. With null the handler runs.</para>
    /// <para>Changes: <c>If-Match</c> that has not the tag, strongly compared, is 412; <c>If-Match: *</c> is 412 if nothing is there, and
    /// <c>If-None-Match: *</c> if something is. Their answers get no ETag: it would be the one from before the change.</para>
    /// <para>It is looked at first and changed then. What must not be lost between the two the handler still writes on condition of the
    /// version, as with <c>ReplaceIfAsync</c>.</para>
    /// </remarks>
    /// <returns>The same builder.</returns>
    public static TBuilder WithETag<TBuilder>(this TBuilder builder, Func<HttpContext, string?> tag, bool requireIfMatch = false)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(tag);
        return builder.WithETag(context => ValueTask.FromResult(tag(context)), requireIfMatch);
    }

    /// <inheritdoc cref="WithETag{TBuilder}(TBuilder, Func{HttpContext, string?}, bool)"/>
    public static TBuilder WithETag<TBuilder>(
        this TBuilder builder, Func<HttpContext, ValueTask<string?>> tag, bool requireIfMatch = false)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(tag);
        var metadata = new ETagMetadata(tag, requireIfMatch);
        builder.Add(endpoint => endpoint.Metadata.Add(metadata));
        builder.Finally(ETagEndpoint.Apply);
        return builder;
    }
}
