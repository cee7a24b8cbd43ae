using System.Collections.Concurrent;
using Wappa.Caching.Stores;
using Wappa.Caching.Tests.Stores;

namespace Wappa.Caching.Tests.Strategies;

/// <summary>A store with locks that all its users see.</summary>
internal sealed class LockingStore(ICacheStore inner) : ForwardingCacheStore(inner), ICacheLocks
{
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _locks = new();
    private int _taken;
    private int _released;

    public override string Backend => "locking";

    internal int Taken => _taken;

    internal int Held => _taken - _released;

    internal TimeSpan Patience { get; private set; }

    /// <summary>Takes a lock in another way.</summary>
    internal Func<CancellationToken, Task<ILoadLock?>>? Taking { get; set; }

    public async ValueTask<ILoadLock?> TakeAsync(
        string name, TimeSpan lease, TimeSpan patience, CancellationToken cancellationToken = default)
    {
        Patience = patience;
        if (Taking is not null) return await Taking(cancellationToken);
        var gate = _locks.GetOrAdd(name, _ => new SemaphoreSlim(1));
        await gate.WaitAsync(cancellationToken);
        Interlocked.Increment(ref _taken);
        return new HeldLock(() =>
        {
            Interlocked.Increment(ref _released);
            gate.Release();
        });
    }

    internal sealed class HeldLock(Action release) : ILoadLock
    {
        private readonly TaskCompletionSource _released = new();

        public CancellationToken Lost => CancellationToken.None;

        internal Task Released => _released.Task;

        public ValueTask DisposeAsync()
        {
            release();
            _released.TrySetResult();
            return ValueTask.CompletedTask;
        }
    }
}
