using System.Collections.Concurrent;

namespace Wappa.Caching.Tests.Strategies;

/// <summary>A source whose answers wait for the test: each load is a gate.</summary>
public sealed class Source<T>
{
    private readonly ConcurrentQueue<TaskCompletionSource<T>> _gates = new();
    private readonly ConcurrentDictionary<int, TaskCompletionSource> _begun = new();
    private int _loads;

    /// <summary>How many loads have begun.</summary>
    public int Loads => Volatile.Read(ref _loads);

    /// <summary>The tokens the loads were given, in order.</summary>
    public ConcurrentQueue<CancellationToken> Tokens { get; } = new();

    public Task<T> LoadAsync(CancellationToken cancellationToken)
    {
        var gate = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _gates.Enqueue(gate);
        Tokens.Enqueue(cancellationToken);
        Begun(Interlocked.Increment(ref _loads)).TrySetResult();
        return gate.Task;
    }

    /// <summary>Completes when the load of that number, from 1, has begun.</summary>
    public Task BegunAsync(int load) => Begun(load).Task.WaitAsync(TimeSpan.FromSeconds(30));

    /// <summary>Lets the oldest load that waits end.</summary>
    public void Answer(T value) => Next().SetResult(value);

    public void Fail(Exception error) => Next().SetException(error);

    /// <summary>The gate of the oldest load, kept for later.</summary>
    public TaskCompletionSource<T> Next() => _gates.TryDequeue(out var gate) ? gate : throw new InvalidOperationException("No load waits.");

    private TaskCompletionSource Begun(int load) =>
        _begun.GetOrAdd(load, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}
