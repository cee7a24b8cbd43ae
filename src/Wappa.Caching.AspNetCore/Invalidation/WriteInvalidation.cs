using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Wappa.Caching.AspNetCore.Serving;

namespace Wappa.Caching.AspNetCore.Invalidation;

/// <summary>Invalidates what a successful write has changed, before its client learns of the success: whoever reads after that
/// reads what was
/// written.</summary>
/// <remarks>
/// <para>It stands before the app's own pipeline, so it sees the status the client gets, and its <c>OnStarting</c> is the last to
/// run.</para>
/// <para>Once more when the pipeline has returned, if the response began before: a handler may write its answer first and commit its
/// transaction after. A response that was read between the two is removed by the second, one that was being made is refused by its
/// fence.</para>
/// </remarks>
internal sealed class WriteInvalidation(TagRemovals removals, AppPipeline app, IOptions<ResponseCacheOptions> options) : IStartupFilter
{
    private readonly ResponseCacheOptions _options = options.Value;
    private readonly TagRemovals _removals = removals;
    private readonly AppPipeline _app = app;

    /// <inheritdoc/>
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(pipeline =>
        {
            _app.Entrance = pipeline;
            return context => IsSafe(context.Request.Method) ? pipeline(context) : InvokeAsync(context, pipeline);
        });
        next(app);
    };

    private async Task InvokeAsync(HttpContext context, RequestDelegate pipeline)
    {
        var write = new Write(this, context);
        context.Response.OnStarting(static state => ((Write)state).StartAsync(), write);
        await pipeline(context).ConfigureAwait(false);
        if (write.Tags is { } tags) await _removals.RemoveAsync(tags, _options.InvalidationTimeout).ConfigureAwait(false);
    }

    private static bool IsSafe(string method) =>
        HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method) || HttpMethods.IsTrace(method) ||
        HttpMethods.IsConnect(method);

    private sealed class Write(WriteInvalidation owner, HttpContext context)
    {
        /// <summary>What was invalidated as the response began; null: it has not begun, or was no success.</summary>
        internal IReadOnlyCollection<string>? Tags { get; private set; }

        internal Task StartAsync()
        {
            // RFC 9111 §4.4: an answer that is no error.
            if (context.Response.StatusCode is < 200 or > 399) return Task.CompletedTask;
            Tags = WrittenPaths.TagsOf(context, owner._options);
            return owner._removals.RemoveAsync(Tags, owner._options.InvalidationTimeout);
        }
    }
}
