using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using Microsoft.AspNetCore.Http;
using Wappa.Caching.AspNetCore.Keys;
using Wappa.Caching.AspNetCore.Responses;
using Wappa.Caching.Loading;

namespace Wappa.Caching.AspNetCore.Serving;

/// <summary>Requests that no fresh response in memory answers: the store is asked, and the endpoint runs once for all who wait.</summary>
internal sealed class ResponseLoads
{
    // How often a request joins others before it runs the endpoint for itself: once more if the first run failed by what may have been
    // its own request's fault, and no more, as each costs the time of a run.
    private const int Attempts = 2;

    // So long nobody waits for the response of a key that is too large, a stream, or sets a cookie: while one request runs the
    // endpoint, the others do so, too, each for itself.
    private static readonly TimeSpan AloneFor = TimeSpan.FromSeconds(1);

    private readonly CacheStrategyContext _context;
    private readonly EntryLoader<StoredResponse> _loader;
    private readonly LoadPauses _alone;
    private readonly EndpointLoads _endpoints;

    public ResponseLoads(CacheStrategyContext context, EndpointLoads endpoints)
    {
        _context = context;
        _endpoints = endpoints;
        _loader = new EntryLoader<StoredResponse>(context, ResponseCache.Name, new StoredResponseFormat());
        _alone = new LoadPauses(context.Clock);
    }

    internal FlightTable<StoredResponse> Flights => _loader.Flights;

    /// <summary>A fresh response, or the rule of those that vary, in this process's memory.</summary>
    internal bool TryHit(ReadOnlySpan<char> key, [MaybeNullWhen(false)] out StoredResponse found) =>
        _loader.TryHit(key, eager: null, out found);

    /// <summary>Answers by the store or by the endpoint.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="key">Its key.</param>
    /// <param name="rule">What stands there, if that is known already: the rule of those that vary.</param>
    internal async Task AnswerAsync(Exchange exchange, string key, StoredResponse? rule = null)
    {
        if (rule is not null && TryHit(KeyLayout.Variant(key, exchange.Context.Request.Headers, rule.Vary), out var variant))
        {
            await WriteAsync(exchange, variant).ConfigureAwait(false);
            return;
        }

        if (!exchange.IsPlain || exchange.IsHead)
        {
            if (await FindAsync(exchange, key).ConfigureAwait(false) is { } stored)
            {
                await WriteAsync(exchange, stored).ConfigureAwait(false);
                return;
            }

            if (exchange.Wishes.OnlyIfCached)
            {
                await Refusals.NotCachedAsync(exchange.Context).ConfigureAwait(false);
                return;
            }

            if (exchange.IsHead || exchange.IsUnknownCaller)
            {
                await exchange.Handler(exchange.Context).ConfigureAwait(false);
                return;
            }
        }

        await LoadAsync(exchange, key).ConfigureAwait(false);
    }

    // Reads without running the endpoint. What is stale is not used: only a load can say whether it may be.
    private async ValueTask<StoredResponse?> FindAsync(Exchange exchange, string key)
    {
        if (exchange.Wishes.Reload) return null;
        var (policy, token) = (exchange.Plan.Entries, exchange.Context.RequestAborted);
        var found = (await _loader.FindAsync(key, policy, takesStale: false, token).ConfigureAwait(false)).Value;
        if (found is { Kind: ResponseKind.Rule } rule)
        {
            var variant = KeyLayout.Variant(key, exchange.Context.Request.Headers, rule.Vary);
            found = (await _loader.FindAsync(variant, policy, takesStale: false, token).ConfigureAwait(false)).Value;
        }

        if (found is not { Kind: ResponseKind.Response }) return null;
        if (exchange.Wishes.AsksForAge && !exchange.Wishes.Accept(found, _context.Time.GetUtcNow())) return null;
        return exchange.IsUnknownCaller && !IsPublic(found) ? null : found;
    }

    private async Task LoadAsync(Exchange exchange, string key)
    {
        var found = await MakeAsync(exchange, key).ConfigureAwait(false);
        if (found is null) return;
        if (found.Kind == ResponseKind.Rule) await LoadVariantAsync(exchange, key, found).ConfigureAwait(false);
        else await AnswerAsync(exchange, found).ConfigureAwait(false);
    }

    private async Task LoadVariantAsync(Exchange exchange, string key, StoredResponse rule)
    {
        var variant = KeyLayout.Variant(key, exchange.Context.Request.Headers, rule.Vary);
        if (rule.FirstVariant is { } first && first.Key == variant)
        {
            await WriteAsync(exchange, first.Response).ConfigureAwait(false);
            return;
        }

        if (await MakeAsync(exchange, key, rule, variant).ConfigureAwait(false) is { } found)
            await AnswerAsync(exchange, found).ConfigureAwait(false);
    }

    /// <returns>What answers the request, or says that its handler must. Null: the request is answered.</returns>
    private async ValueTask<StoredResponse?> MakeAsync(
        Exchange exchange, string key, StoredResponse? rule = null, string? variant = null)
    {
        var found = StoredResponse.UnstorableThisTime;
        for (var tried = 0; tried < Attempts && ReferenceEquals(found, StoredResponse.UnstorableThisTime); tried++)
        {
            // One of those who do not wait records its response nevertheless: the first that can be stored ends the pause.
            if (_alone.IsPaused(variant ?? key) && Flights.TryFind(variant ?? key, out _)) return StoredResponse.Unstorable;
            using var call = new EndpointCall(exchange, key, rule, variant);
            found = await LoadAsync(call).ConfigureAwait(false);
            if (!call.Close())
            {
                await FinishAsync(call).ConfigureAwait(false);
                return null;
            }

            if (found is null) return null;
        }

        return found;
    }

    private Task AnswerAsync(in Exchange exchange, StoredResponse found) =>
        found.Kind == ResponseKind.Response ? WriteAsync(exchange, found) : exchange.Handler(exchange.Context);

    /// <returns>What stands under the key now. Null: the request is answered, or its own run answers it.</returns>
    private async ValueTask<StoredResponse?> LoadAsync(EndpointCall call)
    {
        var (exchange, key, token) = (call.Exchange, call.LoadKey, call.Exchange.Context.RequestAborted);
        try
        {
            return exchange.IsPlain
                ? await _loader.GetOrLoadAsync(key, call, _endpoints.Load, exchange.Plan.Entries, token).ConfigureAwait(false)
                : await _loader.LoadAsync(key, call, _endpoints.Load, exchange.Plan.Entries, token).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            // A load that has the request tells by its run what became of it.
            if (!call.Leave()) return null;

            // If its own token is cancelled, its client may have left or middleware may have limited its time: which, that code knows, and
            // expects the exception it would get from the handler.
            if (error is not CacheLoadTimeoutException) throw;
            await Refusals.TimedOutAsync(exchange.Context).ConfigureAwait(false);
            return null;
        }
    }

    // This request's own run made the response. It must have ended before the request is let go of, also if its client has left.
    private async Task FinishAsync(EndpointCall call)
    {
        var run = call.Run!;
        await run.Running.ConfigureAwait(false);
        await call.Ended.ConfigureAwait(false);
        var context = call.Exchange.Context;
        if (call.Made is not null) _alone.End(call.LoadKey);
        else if (call.Obstacle.IsLikelyAgain()) _alone.Begin(call.LoadKey, AloneFor);
        if (run.Error is OperationCanceledException && run.WasStopped && !context.RequestAborted.IsCancellationRequested)
        {
            await Refusals.TimedOutAsync(context).ConfigureAwait(false);
            return;
        }

        if (run.Error is not null) ExceptionDispatchInfo.Throw(run.Error);
        if (run.IsPassing || run.WasAborted) return;

        // Its client has left, or middleware has limited its time and answers this exception. Not to be ended as if nothing were: what the
        // handler made after it was told to stop may be a part.
        context.RequestAborted.ThrowIfCancellationRequested();
        if (call.Made is { } made) await ResponseWriter.WriteMadeAsync(context, made).ConfigureAwait(false);
        else if (run.Recorded.Bytes.Length > 0)
            await context.Response.BodyWriter.WriteAsync(run.Recorded.Bytes.Written, context.RequestAborted).ConfigureAwait(false);
    }

    private Task WriteAsync(in Exchange exchange, StoredResponse stored) =>
        ResponseWriter.WriteAsync(exchange.Context, stored, _context.Time);

    private static bool IsPublic(StoredResponse stored)
    {
        foreach (var (name, values) in stored.Headers)
        {
            if (name.Equals("Cache-Control", StringComparison.OrdinalIgnoreCase)) return CacheDirectives.Parse(values).IsPublic;
        }

        return false;
    }
}
