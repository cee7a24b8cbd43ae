using Microsoft.Extensions.Options;
using Wappa.Caching.AspNetCore.Serving;
using Wappa.Caching.AspNetCore.Telemetry;
using Wappa.Caching.Loading;

namespace Wappa.Caching.AspNetCore.Invalidation;

/// <summary>Removes the responses of tags after writes. What the store refuses is tried again in the background until it works: a write
/// that succeeded must not be hidden by an old response for the rest of its time to live.</summary>
/// <remarks>Bounded: at most <see cref="MaxTags"/> tags, each for <see cref="Patience"/>. Responses that end sooner need no
/// removal.</remarks>
internal sealed class TagRemovals(CacheStrategyContext context, IOptions<ResponseCacheOptions> options, ResponseLog log)
{
    internal const int MaxTags = 10_000;

    internal static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly NamespaceFlights _flights = context.Flights.Of(ResponseCache.Name);
    private readonly string _prefix = options.Value.Prefix;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _owed = new(StringComparer.Ordinal); // since when
    private bool _isRunning;

    /// <summary>How many tags are still to be removed.</summary>
    internal int Owed
    {
        get
        {
            lock (_gate) return _owed.Count;
        }
    }

    /// <summary>Removes the responses of tags. Never fails.</summary>
    /// <param name="tags">The tags.</param>
    /// <param name="timeout">How long the caller waits.</param>
    internal async Task RemoveAsync(IReadOnlyCollection<string> tags, TimeSpan timeout)
    {
        if (tags.Count == 0) return;
        using var deadline = new CancellationTokenSource(timeout, context.Time);
        var failed = (await Task.WhenAll(tags.Select(tag => FailedAsync(tag, deadline.Token))).ConfigureAwait(false))
            .Where(static tag => tag is not null).ToList();
        Detach(tags);
        ResponseMeter.CountInvalidation(failed.Count == 0);
        if (failed.Count > 0) Owe(failed!);
    }

    /// <returns>The tag, if the store did not remove it.</returns>
    private async Task<string?> FailedAsync(string tag, CancellationToken cancellationToken)
    {
        Task? work = null;
        try
        {
            work = context.Store.RemoveByTagAsync(tag, cancellationToken).AsTask();
            await work.WaitAsync(cancellationToken).ConfigureAwait(false); // the store may not look at its token
            return null;
        }
#pragma warning disable CA1031 // The write has succeeded, whatever its cache does.
        catch (Exception error)
#pragma warning restore CA1031
        {
            log.InvalidationFailed(error, context.Store.Backend);
            _ = work?.ContinueWith(
                static late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            return tag;
        }
    }

    private void Owe(List<string> tags)
    {
        lock (_gate)
        {
            foreach (var tag in tags)
            {
                if (_owed.Count < MaxTags || _owed.ContainsKey(tag)) _owed[tag] = context.Time.GetTimestamp();
                else log.InvalidationGivenUp(context.Store.Backend);
            }

            if (_isRunning) return;
            _isRunning = true;
        }

        using (ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow()) _ = RepairAsync();
    }

    private async Task RepairAsync()
    {
        var pause = FirstPause;
        while (true)
        {
            await Task.Delay(pause, context.Time).ConfigureAwait(false);
            KeyValuePair<string, long>[] owed;
            lock (_gate) owed = [.. _owed];
            if (await RepairAsync(owed).ConfigureAwait(false))
            {
                pause = FirstPause;
                lock (_gate)
                {
                    if (_owed.Count > 0) continue;
                    _isRunning = false;
                    return;
                }
            }

            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <returns>False: the store fails still; one attempt is enough to know.</returns>
    private async Task<bool> RepairAsync(KeyValuePair<string, long>[] owed)
    {
        foreach (var (tag, since) in owed)
        {
            using var deadline = new CancellationTokenSource(LongestPause, context.Time);
            if (await FailedAsync(tag, deadline.Token).ConfigureAwait(false) is null)
            {
                Detach([tag]);
                Settle(tag, since);
                continue;
            }

            if (context.Time.GetElapsedTime(since) < Patience) return false;
            log.InvalidationGivenUp(context.Store.Backend);
            Settle(tag, since);
        }

        return true;
    }

    // A write somewhere must not cost the loads of everything else their waiters.
    private void Detach(IReadOnlyCollection<string> tags) => _flights.DetachWhere(load => ResponseTags.MayHave(load, tags, _prefix));

    // A write that has failed meanwhile owes it anew.
    private void Settle(string tag, long since)
    {
        lock (_gate)
        {
            if (_owed.TryGetValue(tag, out var now) && now == since) _owed.Remove(tag);
        }
    }
}
