using Wappa.Caching.Layering;

namespace Wappa.Caching.Tests.Layering;

/// <summary>A feed whose messages the test tells itself, or has told by the stores that write through it.</summary>
internal sealed class FakeFeed<TListener> : IChangeFeed<TListener>
    where TListener : class, IChangeListener
{
    /// <summary>Runs before listening begins; what it throws is what listening throws.</summary>
    internal Func<Task> Before { get; set; } = () => Task.CompletedTask;

    /// <summary>How often somebody tried to listen.</summary>
    internal int Attempts { get; private set; }

    internal List<TListener> Listeners { get; } = [];

    public async ValueTask<IAsyncDisposable> ListenAsync(TListener listener, CancellationToken cancellationToken = default)
    {
        Attempts++;
        await Before();
        Listeners.Add(listener);
        listener.OnListening();
        return new End(() =>
        {
            Listeners.Remove(listener);
            listener.OnGap();
        });
    }

    internal void Tell(Action<TListener> message)
    {
        foreach (var listener in Listeners.ToArray()) message(listener);
    }

    private sealed class End(Action end) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            end();
            return ValueTask.CompletedTask;
        }
    }
}
