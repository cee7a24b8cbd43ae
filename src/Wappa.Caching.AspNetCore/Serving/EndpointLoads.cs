using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Wappa.Caching.AspNetCore.Invalidation;
using Wappa.Caching.AspNetCore.Keys;
using Wappa.Caching.AspNetCore.Policies;
using Wappa.Caching.AspNetCore.Recording;
using Wappa.Caching.AspNetCore.Responses;
using Wappa.Caching.AspNetCore.Telemetry;
using Wappa.Caching.Loading;

namespace Wappa.Caching.AspNetCore.Serving;

/// <summary>Loads a response by running its endpoint: on the request that misses it, or, if there is a stale one, on a request of the
/// cache's own, as that caller may be answered before the run ends.</summary>
internal sealed class EndpointLoads
{
    private static readonly TimeSpan ShortestRuleLife = TimeSpan.FromDays(1);

    private readonly CacheStrategyContext _context;
    private readonly ResponseCacheOptions _options;
    private readonly IServiceProvider _services;
    private readonly AppPipeline _pipeline;
    private readonly ResponseLog _log;

    public EndpointLoads(
        CacheStrategyContext context, IOptions<ResponseCacheOptions> options, IServiceProvider services, AppPipeline pipeline,
        ResponseLog log)
    {
        _pipeline = pipeline;
        _log = log;
        _context = context;
        _options = options.Value;
        _services = services;
        Load = LoadAsync;
    }

    internal Func<EndpointCall, CacheLoad, CancellationToken, Task<StoredResponse>> Load { get; }

    private Task<StoredResponse> LoadAsync(EndpointCall call, CacheLoad load, CancellationToken stop)
    {
        if (call.TryTake(out var copy) is { } run) return LoadHereAsync(call, run, load, stop);
        return copy is not null
            ? LoadInBackgroundAsync(call, copy, load, stop)
            : throw new OperationCanceledException("Who asked for this response has it by now.");
    }

    private async Task<StoredResponse> LoadHereAsync(EndpointCall call, EndpointRun run, CacheLoad load, CancellationToken stop)
    {
        try
        {
            await run.StartAsync(call.Exchange.Handler, stop).ConfigureAwait(false);
            if (!run.IsDone || run.IsPassing) return Decline(call, load, run.IsStreaming ? NotStored.Streaming : NotStored.TooLarge);
            return run.Error switch
            {
                null => await TakeAsync(call, run, load).ConfigureAwait(false),
                BadHttpRequestException => Decline(call, load, NotStored.Status), // about a part of the request that may not be in the key
                var error => throw error, // theirs, too
            };
        }
        finally
        {
            call.End();
        }
    }

    private async Task<StoredResponse> LoadInBackgroundAsync(EndpointCall call, RequestCopy copy, CacheLoad load, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        var limit = call.Exchange.Plan.Policy.MaxBodyBytes;
        var background = new BackgroundRun(call.Key, limit, run => TakeInBackgroundAsync(call, run, load), stop);
        await OutsideTheCallerAsync(() => SendAsync(copy, background, load, stop)).ConfigureAwait(false);
        if (background.Error is not null) throw background.Error;
        if (background.Taken is null) return NotReached(call, load);

        // The endpoint has answered, and not with what is stored: that is no longer true of it.
        if (load.HasStale && background.Taken.Kind == ResponseKind.Unstorable) await RemoveAsync(call.LoadKey).ConfigureAwait(false);
        return background.Taken;
    }

    // Without the caller's execution context: what finds the current request in it must find the new one, and the caller's code must
    // not lose its own.
    private static Task OutsideTheCallerAsync(Func<Task> send)
    {
        var sent = new TaskCompletionSource<Task>(TaskCreationOptions.RunContinuationsAsynchronously);
        ThreadPool.UnsafeQueueUserWorkItem(static work => work.sent.SetResult(work.send()), (sent, send), preferLocal: false);
        return sent.Task.Unwrap();
    }

    private async Task SendAsync(RequestCopy copy, BackgroundRun background, CacheLoad load, CancellationToken stop)
    {
        var response = new BackgroundResponse();
        var factory = _services.GetRequiredService<IHttpContextFactory>();
        var context = copy.Open(factory, load.Services, response, background, stop);
        try
        {
            if (_pipeline.Entrance is { } app) await app(context).ConfigureAwait(false);
        }
        catch (Exception) when (background.Error is not null || background.Taken is not null)
        {
            // The handler's own, or of what came after it: what it made is known.
        }
        finally
        {
            await response.CompleteAsync().ConfigureAwait(false);
            factory.Dispose(context);
        }
    }

    private ValueTask<StoredResponse> TakeInBackgroundAsync(EndpointCall call, EndpointRun run, CacheLoad load)
    {
        var status = run.Context.Response.StatusCode;
        return load.HasStale && HasFailed(status, call.Exchange.Plan.Policy)
            ? throw new EndpointFailedException(status)
            : TakeAsync(call, run, load);
    }

    // Something before the endpoint has answered, or the request was not what it was: its caller's token has expired, say.
    private StoredResponse NotReached(EndpointCall call, CacheLoad load) => load.HasStale
        ? throw new EndpointFailedException("Something before the endpoint answered a request that renews a response.")
        : Decline(call, load, NotStored.Aborted);

    private async ValueTask RemoveAsync(string key)
    {
        try
        {
            await _context.Store.RemoveAsync(key, CancellationToken.None).ConfigureAwait(false);
        }
        catch (CacheStoreException error)
        {
            _log.StoreFailed(error, _context.Store.Backend);
        }
    }

    private static bool HasFailed(int status, ResponsePolicy policy) =>
        status is 500 or 502 or 503 or 504 && !policy.Statuses.Contains(status);

    private async ValueTask<StoredResponse> TakeAsync(EndpointCall call, EndpointRun run, CacheLoad load)
    {
        var (plan, now) = (call.Exchange.Plan, _context.Time.GetUtcNow());
        var (reason, freshFor, isNeverStale) = Verdicts.Of(run, plan, call.Exchange.Scope.Identity.IsSomebody, now);
        if (reason != NotStored.No)
        {
            var declined = Decline(call, load, reason);
            return reason == NotStored.Status ? SharedFailure(call, run, now) ?? declined : declined;
        }

        var made = ResponseMaker.Make(run, plan, call.Exchange.IsPrivate, freshFor, now);
        call.Made = made;
        load.Tags = [.. ResponseTags.Of(call, run.Context, _options.Prefix)];
        load.IsNeverStale = isNeverStale;
        var vary = ResponseMaker.Vary(run.Context.Response.Headers, plan.Policy);
        load.Ttl = freshFor;
        if (call.Rule is { } rule) return await TakeVariantAsync(call, load, made, rule, vary).ConfigureAwait(false);
        if (vary.Length == 0) return made;

        var first = new StoredVariant(KeyLayout.Variant(call.Key, run.Context.Request.Headers, vary), made);
        load.Companion = new LoadCompanion(first.Key, made.Stored, freshFor, isNeverStale);
        load.IsNeverStale = true;
        load.Ttl = RuleLife(plan.Entries.Ttl);
        return StoredResponseFormat.MakeRule(vary, now, load.Ttl.Value, first);
    }

    // A variant may tell of a header more. Then the rule grows, and this response is found by nobody: it is not stored.
    private async ValueTask<StoredResponse> TakeVariantAsync(
        EndpointCall call, CacheLoad load, StoredResponse made, StoredResponse rule, string[] vary)
    {
        if (vary.All(name => rule.Vary.Contains(name))) return made;
        var life = RuleLife(call.Exchange.Plan.Entries.Ttl);
        var larger = StoredResponseFormat.MakeRule(
            [.. rule.Vary.Union(vary).Order(StringComparer.Ordinal)], made.MadeAt, life, first: null);
        load.DoNotCache();
        try
        {
            var entry = new CacheEntry(larger.Stored) { Ttl = life, Tags = load.Tags };
            await _context.Store.SetAsync(call.Key, entry, CancellationToken.None).ConfigureAwait(false);
        }
        catch (CacheStoreException error)
        {
            _log.StoreFailed(error, _context.Store.Backend);
        }

        return StoredResponse.Unstorable;
    }

    private StoredResponse Decline(EndpointCall call, CacheLoad load, NotStored reason)
    {
        call.Obstacle = reason;
        var text = ResponseMeter.CountNotStored(reason);
        _log.NotStored(call.Exchange.Plan.Route, text);
        load.DoNotCache();
        return reason.IsLikelyAgain() ? StoredResponse.Unstorable : StoredResponse.UnstorableThisTime;
    }

    // As an exception does, it reaches those who waited, too: an endpoint in trouble must not be asked by all of them at once.
    private static StoredResponse? SharedFailure(EndpointCall call, EndpointRun run, DateTimeOffset now)
    {
        var (response, policy) = (run.Context.Response, call.Exchange.Plan.Policy);
        if (!HasFailed(response.StatusCode, policy) || !Verdicts.IsForWaiters(run, call.Exchange.Scope.Identity.IsSomebody)) return null;
        var isForAll = ResponseMaker.Vary(response.Headers, policy).All(name => call.Rule is { } rule && rule.Vary.Contains(name));
        return isForAll ? ResponseMaker.MakeFailure(run, now) : null;
    }

    // It outlives the variants found by it; it says nothing but the names of headers.
    private static TimeSpan RuleLife(TimeSpan? ttl) => ttl > ShortestRuleLife ? ttl.Value : ShortestRuleLife;
}
