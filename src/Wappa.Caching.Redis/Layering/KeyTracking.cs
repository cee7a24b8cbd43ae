using System.Diagnostics.CodeAnalysis;
using Wappa.Caching.Redis.Records;
using Wappa.Caching.Redis.Resp;

namespace Wappa.Caching.Redis.Layering;

/// <summary>One client tracking that several listeners share: the client allows one for each database, and on a cluster records and
/// entries stand in the same.</summary>
/// <remarks>
/// <para>One database's connections are enough: the server names changed keys of every database alike. A change told on another connection
/// than the one a read goes over may arrive before or after the read's reply; a read that takes its ticket first is right in both cases.
/// </para>
/// <para>Tracking begins with the first listener and ends with the last. Calls of one listener do not overlap with its joining and
/// leaving: both are under the gate, like the gap and its end.</para>
/// </remarks>
/// <param name="client">Whose connections carry it.</param>
/// <param name="database">Which of them; on a cluster there is only database 0.</param>
/// <param name="prefixes">Of all keys any listener wants; empty: every key. One that begins with another is left out.</param>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore without a wait handle holds nothing to give back.")]
internal sealed class KeyTracking(IRedisClient client, int database, IReadOnlyList<string> prefixes) : IInvalidationListener
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _turns = new(1, 1); // beginning and ending are round trips, and one after the other
    private readonly string[] _prefixes = Disjoint(prefixes);
    private IInvalidationListener[] _listeners = [];
    private IAsyncDisposable? _tracking;
    private bool _isTracking;

    /// <summary>Tells a listener too.</summary>
    /// <param name="listener">Is told <see cref="IInvalidationListener.OnTracking"/> before this ends, and a gap when it leaves.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>Dispose it to leave.</returns>
    /// <exception cref="NotSupportedException">The server, or the user's ACL, has no client tracking.</exception>
    /// <exception cref="CacheStoreException">The server cannot be reached, or refused.</exception>
    internal async ValueTask<IAsyncDisposable> AddAsync(IInvalidationListener listener, CancellationToken cancellationToken = default)
    {
        await _turns.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            lock (_gate)
            {
                _listeners = [.. _listeners, listener];
                if (_isTracking) listener.OnTracking();
            }

            _tracking ??= await BeginAsync(cancellationToken).ConfigureAwait(false);
            return new Membership(this, listener);
        }
        catch (Exception error)
        {
            Leave(listener);
            if (error is RedisServerException or RespFormatException) throw RedisFailures.Translate(error, isWrite: false);
            throw;
        }
        finally
        {
            _turns.Release();
        }
    }

    void IInvalidationListener.OnInvalidated(ReadOnlySpan<byte> key)
    {
        foreach (var listener in Volatile.Read(ref _listeners)) listener.OnInvalidated(key);
    }

    void IInvalidationListener.OnEverythingInvalidated()
    {
        foreach (var listener in Volatile.Read(ref _listeners)) listener.OnEverythingInvalidated();
    }

    void IInvalidationListener.OnGap()
    {
        lock (_gate)
        {
            _isTracking = false;
            foreach (var listener in _listeners) listener.OnGap();
        }
    }

    void IInvalidationListener.OnTracking()
    {
        lock (_gate)
        {
            _isTracking = true;
            foreach (var listener in _listeners) listener.OnTracking();
        }
    }

    private static string[] Disjoint(IReadOnlyList<string> prefixes) =>
    [
        .. prefixes.Contains("") ? [] : prefixes.Distinct().Where(one => !prefixes.Any(other =>
            other != one && one.StartsWith(other, StringComparison.Ordinal))),
    ];

    private async ValueTask<IAsyncDisposable> BeginAsync(CancellationToken cancellationToken)
    {
        var facts = await client.ConnectAsync(cancellationToken).ConfigureAwait(false);
        return await client.TrackAsync(facts.IsCluster ? 0 : database, _prefixes, this, cancellationToken).ConfigureAwait(false);
    }

    private bool Leave(IInvalidationListener listener)
    {
        lock (_gate)
        {
            _listeners = [.. _listeners.Where(one => !ReferenceEquals(one, listener))];
            listener.OnGap();
            return _listeners.Length == 0;
        }
    }

    private async ValueTask RemoveAsync(IInvalidationListener listener)
    {
        await _turns.WaitAsync().ConfigureAwait(false);
        try
        {
            if (!Leave(listener) || _tracking is not { } tracking) return;
            _tracking = null;
            await tracking.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            _turns.Release();
        }
    }

    private sealed class Membership(KeyTracking tracking, IInvalidationListener listener) : IAsyncDisposable
    {
        private int _left;

        public ValueTask DisposeAsync() =>
            Interlocked.Exchange(ref _left, 1) == 0 ? tracking.RemoveAsync(listener) : ValueTask.CompletedTask;
    }
}
