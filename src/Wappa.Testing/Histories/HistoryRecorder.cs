using System.Collections.Concurrent;

namespace Wappa.Testing;

/// <summary>Records what several workers ask of something at once, and in which order the asking and answering
/// happened.</summary>
/// <typeparam name="TOperation">What is asked.</typeparam>
/// <typeparam name="TAnswer">What is answered.</typeparam>
public sealed class HistoryRecorder<TOperation, TAnswer>
{
    private readonly ConcurrentBag<HistoryCall<TOperation, TAnswer>> _calls = [];
    private long _events;

    /// <summary>The calls so far, in the order in which they were asked.</summary>
    public IReadOnlyList<HistoryCall<TOperation, TAnswer>> Calls => [.. _calls.OrderBy(call => call.Started)];

    /// <summary>Makes one call and records it; a call that throws is recorded as one without an answer.</summary>
    /// <param name="worker">Who asks.</param>
    /// <param name="operation">What is asked.</param>
    /// <param name="call">Asks it.</param>
    public async Task RecordAsync(int worker, TOperation operation, Func<TOperation, ValueTask<TAnswer>> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        var started = Interlocked.Increment(ref _events);
        try
        {
            var answer = await call(operation).ConfigureAwait(false);
            _calls.Add(new(worker, operation, answer, started, Interlocked.Increment(ref _events)));
        }
        catch
        {
            _calls.Add(new(worker, operation, default!, started, long.MaxValue));
            throw;
        }
    }
}
