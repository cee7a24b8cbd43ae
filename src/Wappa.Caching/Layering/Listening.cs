using Microsoft.Extensions.Logging;

namespace Wappa.Caching.Layering;

/// <summary>Sees to it that a feed tells: begins with the first read, and again after a failure, at most once a second.</summary>
/// <remarks>In the background: a read does not wait for it, it just keeps nothing until then.</remarks>
internal sealed partial class Listening<TListener>(
    IChangeFeed<TListener> feed, TListener listener, TimeProvider time, ILogger logger) : IAsyncDisposable
    where TListener : IChangeListener
{
    internal static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _gate = new();
    private Task<IAsyncDisposable?>? _begun; // null: nobody has tried since the last failure
    private bool _hasFailed;
    private bool _isClosed;
    private long _failedAt;

    /// <summary>Begins, unless that is under way, done, impossible, or failed just now.</summary>
    internal void Ensure()
    {
        if (Volatile.Read(ref _begun) is not null) return;
        lock (_gate)
        {
            if (_begun is not null || _isClosed) return;
            if (_hasFailed && time.GetElapsedTime(_failedAt) < RetryAfter) return;

            // On another thread: the caller has a read to make, and the gate is held.
            _begun = Task.Run(BeginAsync);
        }
    }

    /// <summary>Begins if need be and waits for it, so that a host can warm up before its first request.</summary>
    /// <returns>Ends when changes are told, or when the attempt failed, which is logged.</returns>
    internal Task StartAsync()
    {
        Ensure();
        return Volatile.Read(ref _begun) ?? Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        Task<IAsyncDisposable?>? begun;
        lock (_gate)
        {
            if (_isClosed) return;
            _isClosed = true;
            begun = _begun;
        }

        await _closing.CancelAsync().ConfigureAwait(false);
        if (begun is not null && await begun.ConfigureAwait(false) is { } telling) await telling.DisposeAsync().ConfigureAwait(false);
        _closing.Dispose();
    }

    private async Task<IAsyncDisposable?> BeginAsync()
    {
        try
        {
            return await feed.ListenAsync(listener, _closing.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            return null;
        }
        catch (NotSupportedException error)
        {
            LogImpossible(logger, error); // and not tried again: _begun stays
            return null;
        }
#pragma warning disable CA1031 // nobody awaits this; whatever it was, it is logged and tried again
        catch (Exception error)
#pragma warning restore CA1031
        {
            if (!_hasFailed) LogFailed(logger, error); // an outage is worth one line, not one a second
            lock (_gate)
            {
                _failedAt = time.GetTimestamp();
                _hasFailed = true;
                _begun = null;
            }

            return null;
        }
    }

    [LoggerMessage(1, LogLevel.Warning,
        "The shared store cannot tell which keys change, so nothing is kept in memory in front of it. Allow client tracking, or turn " +
        "the layer off.")]
    private static partial void LogImpossible(ILogger logger, Exception error);

    [LoggerMessage(2, LogLevel.Warning,
        "The shared store does not tell yet which keys change; until it does, every read goes to it. It is tried again " +
        "each second that somebody reads; this is logged once.")]
    private static partial void LogFailed(ILogger logger, Exception error);
}
