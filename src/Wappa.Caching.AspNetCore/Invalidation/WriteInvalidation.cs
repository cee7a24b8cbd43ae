using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Wappa.Caching.AspNetCore.Serving;

namespace Wappa.Caching.AspNetCore.Invalidation;

/// <summary>Invalidates what a successful write has changed, before its client learns of the success: whoever reads after that reads what
/// was written.</summary>
/// <remarks>
/// <para>It stands before the app's own pipeline, so it sees the status the client gets, and its <c>OnStarting</c> is the last to
/// run. What the request's method is, is decided then: a middleware may have set it.</para>
/// <para>Once more when the pipeline has returned, if the response began before: a handler may write its answer first and commit its
/// transaction after. A response that was read between the two is removed by the second, one that was being made is refused by its
/// fence.</para>
/// <para>A write that ends in an exception may have changed what it was to change: it invalidates as if it had succeeded. Too much is no
/// error, and an old response for the rest of its time is one.</para>
/// </remarks>
internal sealed class WriteInvalidation : IStartupFilter
{
    private readonly ResponseCacheOptions _options;
    private readonly TagRemovals _removals;
    private readonly AppPipeline _app;
    private readonly Func<object, Task> _start;

    public WriteInvalidation(TagRemovals removals, AppPipeline app, IOptions<ResponseCacheOptions> options)
    {
        _options = options.Value;
        _removals = removals;
        _app = app;
        _start = context => StartAsync((HttpContext)context);
    }

    /// <inheritdoc/>
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(pipeline =>
        {
            _app.Entrance = pipeline;
            return context => InvokeAsync(context, pipeline);
        });
        next(app);
    };

    // Not async: reads are many, and a hit in memory needs no state machine.
    private Task InvokeAsync(HttpContext context, RequestDelegate pipeline)
    {
        context.Response.OnStarting(_start, context);
        Task running;
        try
        {
            running = pipeline(context);
        }
        catch (Exception error) when (!IsRead(context))
        {
            running = Task.FromException(error); // a handler without async: what it throws comes at once
        }

        return running.IsCompletedSuccessfully && IsRead(context) ? running : AwaitAsync(context, running);
    }

    private async Task AwaitAsync(HttpContext context, Task running)
    {
        var isDone = false;
        try
        {
            await running.ConfigureAwait(false);
            isDone = true;
        }
        finally
        {
            if (!IsRead(context)) await EndAsync(context, isDone).ConfigureAwait(false);
        }
    }

    private Task StartAsync(HttpContext context)
    {
        // RFC 9111 §4.4: an answer that is no error.
        if (IsSafe(context.Request.Method) || context.Response.StatusCode is < 200 or > 399) return Task.CompletedTask;
        var write = new Write(WrittenPaths.TagsOf(context, _options));
        context.Features.Set(write);
        return RemoveAsync(write.Tags);
    }

    private Task EndAsync(HttpContext context, bool isDone)
    {
        if (context.Features.Get<Write>() is { } write) return RemoveAsync(write.Tags);
        if (!isDone) return RemoveAsync(WrittenPaths.TagsOf(context, _options));

        // A middleware of the app has made an answer of the exception, and put away what the request was for.
        return context.Features.Get<IExceptionHandlerFeature>() is { } failed
            ? RemoveAsync(WrittenPaths.TagsOf(context, _options, failed))
            : Task.CompletedTask;
    }

    private Task RemoveAsync(IReadOnlyCollection<string> tags) => _removals.RemoveAsync(tags, _options.InvalidationTimeout);

    private static bool IsRead(HttpContext context) => IsSafe(context.Request.Method) && context.Features.Get<Write>() is null;

    // RFC 9110 §9.2.1, and those of WebDAV and its kin that only ask.
    private static bool IsSafe(string method) =>
        HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method) || HttpMethods.IsTrace(method) ||
        HttpMethods.IsConnect(method) || method is "PROPFIND" or "REPORT" or "SEARCH" or "QUERY";

    /// <summary>What was invalidated as the response began.</summary>
    private sealed class Write(IReadOnlyCollection<string> tags)
    {
        internal IReadOnlyCollection<string> Tags { get; } = tags;
    }
}
