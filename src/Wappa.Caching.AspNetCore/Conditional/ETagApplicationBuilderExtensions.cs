using Microsoft.Extensions.DependencyInjection;
using Wappa.Caching;
using Wappa.Caching.AspNetCore.Conditional;

namespace Microsoft.AspNetCore.Builder;

/// <summary>ETags for all that an app answers.</summary>
public static class ETagApplicationBuilderExtensions
{
    /// <summary>Gives answers to GET and HEAD with status 200 a strong ETag of their content, and answers 304 to a client that has it. An
    /// ETag that is there already stays, and is answered 304 for too.</summary>
    /// <param name="app">The app. Comes before response compression, so that what is tagged is what is sent; behind it a coded body gets
    /// a tag of its own, but the client's 304 lacks <c>Vary</c>.</param>
    /// <param name="configure">Limits. Default: bodies up to 1,048,576 bytes, flushed ones held for 100 milliseconds.</param>
    /// <remarks>
    /// <para>The handler runs each time; what is saved is the way to the client. To save the handler too: <c>WithETag</c> or
    /// <c>Cache</c>.</para>
    /// <para>Left alone, byte for byte and in order: other methods and statuses, server-sent events, bodies larger than the limit or
    /// flushed long before their end, parts (206) and what offers ranges, <c>no-store</c>, trailers, an answer to HEAD that wrote
    /// nothing, an empty body.</para>
    /// </remarks>
    /// <returns>The same app.</returns>
    /// <exception cref="ArgumentException">An option cannot work; the text names it.</exception>
    public static IApplicationBuilder UseETags(this IApplicationBuilder app, Action<ETagOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(app);
        var options = new ETagOptions();
        configure?.Invoke(options);
        options.ThrowIfInvalid();
        var time = app.ApplicationServices.GetService<TimeProvider>() ?? TimeProvider.System;
        return app.Use(next => new ETagMiddleware(next, options, time).InvokeAsync);
    }
}
