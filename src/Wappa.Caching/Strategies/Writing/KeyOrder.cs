using System.Runtime.InteropServices;

namespace Wappa.Caching.Writing;

/// <summary>Who writes a key next: one writer at a time for each key, in the order they came. On this node only.</summary>
/// <remarks>
/// <para>Two writers of one key without it: the first stores 1 in the database, the second stores 2 there and 2 in the cache, the first
/// stores 1 in the cache, and 1 is served until it expires.</para>
/// <para>A writer whose write writes further keys holds several turns. Waits form no cycle: the one that would close it throws, so that
/// a write of a key within a write of that key fails at once instead of hanging.</para>
/// </remarks>
internal sealed class KeyOrder
{
    private static readonly AsyncLocal<Turn?> Current = new();

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Line> _lines = new(StringComparer.Ordinal);

    /// <summary>How many keys are being written.</summary>
    internal int Count
    {
        get
        {
            lock (_gate) return _lines.Count;
        }
    }

    /// <summary>Waits for the turn of the caller. It calls <see cref="Turn.Enter"/> itself, as only code called from an async method
    /// directly can change what that method's context holds.</summary>
    /// <exception cref="InvalidOperationException">The wait would close a cycle.</exception>
    internal ValueTask<Turn> TakeAsync(string key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var turn = new Turn(this, key, Current.Value is { IsOver: false } outer ? outer : null);
        lock (_gate)
        {
            ref var line = ref CollectionsMarshal.GetValueRefOrAddDefault(_lines, key, out var isTaken);
            if (!isTaken)
            {
                line = new Line { Holder = turn };
                return new(turn);
            }

            ThrowIfCircular(key, turn);
            turn.BeginWait();
            line!.Waiting.Enqueue(turn);
        }

        return WaitAsync(turn, cancellationToken);
    }

    private async ValueTask<Turn> WaitAsync(Turn turn, CancellationToken cancellationToken)
    {
        try
        {
            await turn.Granted.WaitAsync(cancellationToken).ConfigureAwait(false);
            return turn;
        }
        catch (OperationCanceledException)
        {
            Release(turn); // it may have been granted just now
            throw;
        }
    }

    private void Release(Turn turn)
    {
        lock (_gate)
        {
            if (turn.IsOver) return;
            turn.IsOver = true;
            turn.EndWait();
            var line = _lines[turn.Key];
            if (!ReferenceEquals(line.Holder, turn)) return; // it gave up waiting; whoever comes to it passes it over
            while (line.Waiting.TryDequeue(out var next))
            {
                if (next.IsOver) continue;
                line.Holder = next;
                next.EndWait();
                next.Grant();
                return;
            }

            _lines.Remove(turn.Key);
        }
    }

    private void ThrowIfCircular(string key, Turn turn)
    {
        if (!Reaches(key, turn)) return;
        throw new InvalidOperationException(
            "A write of a cache waits for itself: within it, the same key is written, or one whose writer waits for this one. Take the " +
            "inner write out of persist.");
    }

    // Ends, as no cycle is ever closed.
    private bool Reaches(string key, Turn turn)
    {
        var holder = _lines[key].Holder;
        for (var outer = turn.Outer; outer is not null; outer = outer.Outer)
        {
            if (ReferenceEquals(outer, holder)) return true;
        }

        return holder!.WaitsFor is { } keys && keys.Exists(next => Reaches(next, turn));
    }

    /// <summary>One writer's turn, until it is disposed of.</summary>
    internal sealed class Turn(KeyOrder order, string key, Turn? outer) : IDisposable
    {
        // The next writer goes on by itself: whoever ends its turn must not run another's write.
        private readonly TaskCompletionSource _granted = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private bool _isOver;

        internal string Key => key;

        /// <summary>The write this one is part of, of this order.</summary>
        internal Turn? Outer { get; } = outer?.IsOf(order) == true ? outer : null;

        /// <summary>The keys that writes within this one wait for. Under the lock of the order.</summary>
        internal List<string>? WaitsFor { get; private set; }

        internal Task Granted => _granted.Task;

        internal bool IsOver
        {
            get => Volatile.Read(ref _isOver);
            set => Volatile.Write(ref _isOver, value);
        }

        /// <summary>From here to the end of the calling async method, code is part of this write.</summary>
        internal void Enter() => Current.Value = this;

        internal void Grant() => _granted.TrySetResult();

        internal void BeginWait()
        {
            for (var at = Outer; at is not null; at = at.Outer) (at.WaitsFor ??= []).Add(key);
        }

        internal void EndWait()
        {
            for (var at = Outer; at is not null; at = at.Outer) at.WaitsFor?.Remove(key);
        }

        public void Dispose() => order.Release(this);

        private bool IsOf(KeyOrder other) => ReferenceEquals(order, other);
    }

    private sealed class Line
    {
        internal Turn? Holder { get; set; }

        internal Queue<Turn> Waiting { get; } = new();
    }
}
