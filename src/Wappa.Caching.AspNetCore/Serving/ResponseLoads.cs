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
    // So long a key whose response could not be stored is nobody's to wait for: its callers run the endpoint at once, each for itself.
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
        if (_alone.IsPaused(key))
        {
            await exchange.Handler(exchange.Context).ConfigureAwait(false);
            return;
        }

        using var call = new EndpointCall(exchange, key);
        var found = await LoadAsync(call).ConfigureAwait(false);
        if (!call.Close()) await FinishAsync(call).ConfigureAwait(false);
        else if (call.IsAnswered) return;
        else if (found is { Kind: ResponseKind.Rule }) await LoadVariantAsync(exchange, key, found).ConfigureAwait(false);
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

        using var call = new EndpointCall(exchange, key, rule, variant);
        var found = await LoadAsync(call).ConfigureAwait(false);
        if (!call.Close()) await FinishAsync(call).ConfigureAwait(false);
        else if (!call.IsAnswered) await AnswerAsync(exchange, found).ConfigureAwait(false);
    }

    private Task AnswerAsync(in Exchange exchange, StoredResponse? found) =>
        found is { Kind: ResponseKind.Response } ? WriteAsync(exchange, found) : exchange.Handler(exchange.Context);

    /// <returns>What stands under the key now. Null: nothing that this caller could use.</returns>
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
            if (call.Leave() && !await TryAnswerAsync(call, error, token).ConfigureAwait(false)) throw;
            return null;
        }
    }

    private static async ValueTask<bool> TryAnswerAsync(EndpointCall call, Exception error, CancellationToken token)
    {
        call.IsAnswered = true;
        if (error is OperationCanceledException && token.IsCancellationRequested) return true; // there is nobody to answer
        if (error is not CacheLoadTimeoutException) return false;
        await Refusals.TimedOutAsync(call.Exchange.Context).ConfigureAwait(false);
        return true;
    }

    // This request's own run made the response. It must have ended before the request is let go of, also if its client has left.
    private async Task FinishAsync(EndpointCall call)
    {
        var run = call.Run!;
        await run.Running.ConfigureAwait(false);
        await call.Ended.ConfigureAwait(false);
        var context = call.Exchange.Context;
        if (IsTheSameNextTime(call.Obstacle)) _alone.Begin(call.Key, AloneFor);
        if (run.Error is OperationCanceledException && run.WasStopped && !context.RequestAborted.IsCancellationRequested)
        {
            await Refusals.TimedOutAsync(context).ConfigureAwait(false);
            return;
        }

        if (run.Error is not null) ExceptionDispatchInfo.Throw(run.Error);
        if (run.IsPassing || context.RequestAborted.IsCancellationRequested) return;
        if (call.Made is { } made) await ResponseWriter.WriteMadeAsync(context, made).ConfigureAwait(false);
        else if (run.Recorded.Bytes.Length > 0)
            await context.Response.BodyWriter.WriteAsync(run.Recorded.Bytes.Written, context.RequestAborted).ConfigureAwait(false);
    }

    private static bool IsTheSameNextTime(NotStored obstacle) => obstacle is not (NotStored.No or NotStored.Aborted or NotStored.Truncated);

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
