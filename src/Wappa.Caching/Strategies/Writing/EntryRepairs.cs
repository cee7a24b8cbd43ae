using Wappa.Caching.Loading;
using Wappa.Caching.Statistics;

namespace Wappa.Caching.Writing;

/// <summary>Entries that should be gone and are not, as the store failed: they are removed as soon as it works again. One loop for all
/// of them, so that an outage costs one attempt at a time however many keys were written meanwhile.</summary>
internal sealed class EntryRepairs(CacheStrategyContext context, CacheCounters counters, StoreChanges changes)
{
    /// <summary>The most keys remembered. Beyond it they are left to their time to live: a store that fails for so many writes is
    /// mostly empty or gone when it comes back.</summary>
    internal const int MaxKeys = 10_000;

    /// <summary>How long a key is tried.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (long Since, CacheEntryPolicy Policy)> _keys = new(StringComparer.Ordinal);
    private volatile int _count;
    private bool _isRunning;

    internal bool Contains(string key)
    {
        if (_count == 0) return false;
        lock (_gate) return _keys.ContainsKey(key);
    }

    internal void Begin(string key, CacheEntryPolicy policy)
    {
        lock (_gate)
        {
            if (_keys.Count >= MaxKeys && !_keys.ContainsKey(key))
            {
                StrategyWriteLog.RepairGivenUp(context.Logger, counters.Cache);
                return;
            }

            _keys[key] = (context.Time.GetTimestamp(), policy);
            _count = _keys.Count;
            if (_isRunning) return;
            _isRunning = true;
        }

        using (ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow()) _ = RunAsync();
    }

    /// <summary>The key's entry is right or gone.</summary>
    internal void End(string key)
    {
        if (_count == 0) return;
        lock (_gate)
        {
            _keys.Remove(key);
            _count = _keys.Count;
        }
    }

    private async Task RunAsync()
    {
        var pause = FirstPause;
        while (true)
        {
            await Task.Delay(pause, context.Time).ConfigureAwait(false);
            if (await RemoveAllAsync().ConfigureAwait(false))
            {
                lock (_gate)
                {
                    if (_keys.Count > 0) continue;
                    _isRunning = false;
                    return;
                }
            }

            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <returns>False: the store fails still.</returns>
    private async ValueTask<bool> RemoveAllAsync()
    {
        KeyValuePair<string, (long Since, CacheEntryPolicy Policy)>[] keys;
        lock (_gate) keys = [.. _keys];
        foreach (var (key, (since, policy)) in keys)
        {
            if (await TryRemoveAsync(key, policy).ConfigureAwait(false))
            {
                End(key);
                continue;
            }

            if (context.Time.GetElapsedTime(since) < Patience) return false;
            StrategyWriteLog.RepairGivenUp(context.Logger, counters.Cache);
            End(key);
        }

        return true;
    }

    // Whatever the store throws: the loop is the only one who still knows of the key.
    private async ValueTask<bool> TryRemoveAsync(string key, CacheEntryPolicy policy)
    {
        try
        {
            await changes.RemoveAsync(key, policy, CancellationToken.None).ConfigureAwait(false);
            return true;
        }
        catch (CacheStoreException)
        {
            return false; // told when the key came here
        }
        catch (Exception error)
        {
            StrategyWriteLog.RepairFailed(context.Logger, error, counters.Cache);
            return false;
        }
    }
}
