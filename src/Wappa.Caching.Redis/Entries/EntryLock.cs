using Wappa.Caching.Stores;

namespace Wappa.Caching.Redis.Entries;

/// <summary>A lock that is held. It renews itself each third of its lease; dispose of it to let it go.</summary>
internal sealed class EntryLock : ILoadLock
{
    private readonly EntryLocks _locks;
    private readonly string _key;
    private readonly string _owner;
    private readonly TimeSpan _lease;
    private readonly CancellationTokenSource _lost;
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _keeping;

    /// <param name="locks">Where it came from.</param>
    /// <param name="key">In Redis.</param>
    /// <param name="owner">Who holds it: this object and no other.</param>
    /// <param name="number">Above that of every earlier holder.</param>
    /// <param name="lease">How long each renewal lasts.</param>
    /// <param name="askedAt">When it was asked for, by the clock of the locks: the lease began then at the earliest.</param>
    internal EntryLock(EntryLocks locks, string key, string owner, long number, TimeSpan lease, long askedAt)
    {
        _locks = locks;
        _key = key;
        _owner = owner;
        _lease = lease;
        Number = number;
        _lost = new CancellationTokenSource(Left(askedAt), locks.Time);
        Lost = _lost.Token;
        _keeping = KeepAsync();
    }

    /// <summary>Grows with each holder. Whoever keeps the largest number seen can refuse a holder that comes too late.</summary>
    internal long Number { get; }

    /// <summary>Is cancelled when another may hold the lock: it was taken away, or could not be renewed in time.</summary>
    public CancellationToken Lost { get; }

    /// <summary>Lets go of it. If Redis cannot be reached, it is free when its lease ends.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_ending.IsCancellationRequested) return;
        await _ending.CancelAsync().ConfigureAwait(false);
        await _keeping.ConfigureAwait(false);
        try
        {
            if (!Lost.IsCancellationRequested) await _locks.ReleaseAsync(_key, _owner, _lease).ConfigureAwait(false);
        }
        catch (CacheStoreException)
        {
            // the lease ends by itself
        }

        _lost.Dispose();
        _ending.Dispose();
    }

    private TimeSpan Left(long since)
    {
        var left = _lease - _locks.Time.GetElapsedTime(since);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private async Task KeepAsync()
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token, _lost.Token);
        while (true)
        {
            await Task.Delay(_lease / 3, _locks.Time, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (either.IsCancellationRequested) return;
            var began = _locks.Time.GetTimestamp();
            try
            {
                if (await _locks.RenewAsync(_key, _owner, _lease, either.Token).ConfigureAwait(false))
                {
                    _lost.CancelAfter(Left(began));
                    continue;
                }

                await _lost.CancelAsync().ConfigureAwait(false);
                return;
            }
            catch (CacheStoreException)
            {
                // tried again; if the lease ends before that works, it is lost
            }
            catch (OperationCanceledException)
            {
                return; // it is let go, or lost
            }
        }
    }
}
