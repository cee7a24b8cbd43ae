using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Wappa.Caching.AspNetCore.Keys;
using Wappa.Caching.AspNetCore.Policies;
using Wappa.Caching.AspNetCore.Responses;
using Wappa.Caching.Loading;

namespace Wappa.Caching.AspNetCore.Serving;

/// <summary>From a request to its response: the way of a hit, and who goes which other way. The steps are numbered in
/// <c>README.md</c>.</summary>
internal sealed class ResponseCache
{
    /// <summary>The cache's name in metrics and logs.</summary>
    internal const string Name = "http";

    private const int KeyOnStack = 1024;

    private readonly ConditionalWeakTable<Endpoint, ResponsePlan> _plans = [];
    private readonly ResponseLoads _loads;

    public ResponseCache(CacheStrategyContext context, IOptions<ResponseCacheOptions> options, ResponseLoads loads)
    {
        Options = options.Value;
        Context = context;
        _loads = loads;
    }

    internal ResponseCacheOptions Options { get; }

    internal CacheStrategyContext Context { get; }

    /// <summary>Answers a request, by the store or by the endpoint.</summary>
    /// <param name="context">The request; authorization has let it through.</param>
    /// <param name="endpoint">Its endpoint.</param>
    /// <param name="handler">What answers it without a cache.</param>
    internal Task InvokeAsync(HttpContext context, Endpoint endpoint, Func<HttpContext, Task> handler)
    {
        var method = context.Request.Method;
        var isHead = HttpMethods.IsHead(method);
        if (!(HttpMethods.IsGet(method) || isHead) || context.Response.HasStarted || IsOfAnError(context)) return handler(context);
        var plan = PlanOf(endpoint);
        if (plan.Policy.IsOff || !RequestWishes.AllowCache(context.Request, Options.HonorRequestCacheControl)) return handler(context);
        var isKnown = RequestScopes.TryFind(context, plan, Options, out var scope, out var isBadKey);
        if (context.Features.Get<BackgroundRun>() is { } background)
            return background.InvokeAsync(context, isKnown ? KeyOf(plan, context, scope) : null, handler);
        if (!isKnown) return isBadKey ? Refusals.BadKeyAsync(context) : handler(context);
        var wishes = Options.HonorRequestCacheControl ? RequestWishes.Of(context.Request) : default;
        if (wishes.NoStore) return handler(context);
        return FindAsync(new Exchange(context, endpoint, plan, scope, handler, isHead, wishes));
    }

    // A page that another request's failure ends in: a stored one would come with its own status, and what is made now would be stored
    // for those who ask for the page by its name.
    private static bool IsOfAnError(HttpContext context) =>
        context.Response.StatusCode != StatusCodes.Status200OK ||
        context.Features.Get<IExceptionHandlerFeature>() is not null || context.Features.Get<IStatusCodeReExecuteFeature>() is not null;

    private ResponsePlan PlanOf(Endpoint endpoint) => _plans.TryGetValue(endpoint, out var plan)
        ? plan
        : _plans.GetValue(endpoint, known => ResponsePlan.Of(known, Options));

    // Not async: a hit in memory needs neither a state machine nor a string.
    [SkipLocalsInit]
    private Task FindAsync(in Exchange exchange)
    {
        Span<char> text = stackalloc char[KeyOnStack];
        if (!exchange.Plan.Keys.TryWrite(exchange.Context, exchange.Scope, text, out var length))
            return _loads.AnswerAsync(exchange, KeyOf(exchange.Plan, exchange.Context, exchange.Scope));
        if (length > KeyLayout.MaxLength) return _loads.AnswerAsync(exchange, KeyLayout.Text(text[..length]));
        if (exchange.IsPlain && _loads.TryHit(text[..length], out var found))
        {
            return found.Kind == ResponseKind.Response
                ? ResponseWriter.WriteAsync(exchange.Context, found, Context.Time)
                : _loads.AnswerAsync(exchange, text[..length].ToString(), found);
        }

        return _loads.AnswerAsync(exchange, text[..length].ToString());
    }

    private static string KeyOf(ResponsePlan plan, HttpContext context, in RequestScope scope)
    {
        for (var size = KeyOnStack; ; size *= 4)
        {
            var text = new char[size];
            if (plan.Keys.TryWrite(context, scope, text, out var length)) return KeyLayout.Text(text.AsSpan(0, length));
        }
    }
}
