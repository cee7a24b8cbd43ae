using System.Runtime.InteropServices;
using Wappa.Caching.Loading;

namespace Wappa.Caching.Writing;

/// <summary>Who writes a key next: one writer at a time for each key, in the order they came. On this node only.</summary>
/// <remarks>
/// <para>Two writers of one key without it: the first stores 1 in the database, the second stores 2 there and 2 in the cache, the first
/// stores 1 in the cache, and 1 is served until it expires.</para>
/// <para>A writer whose write writes further keys holds several turns. Waits, those of loads included, form no cycle
/// (<see cref="FlightWaits"/>): the one that would close it throws, so that a write of a key within a write of that key fails at once
/// instead of hanging.</para>
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
        var turn = new Turn(this, key, Turn.Running);
        lock (_gate)
        {
            ref var line = ref CollectionsMarshal.GetValueRefOrAddDefault(_lines, key, out var isTaken);
            if (!isTaken)
            {
                line = new Line();
                line.Give(turn);
                return new(turn);
            }

            turn.BeginWait(line!);
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
                line.Give(next);
                next.EndWait();
                next.Grant();
                return;
            }

            _lines.Remove(turn.Key);
        }
    }

    /// <summary>One writer's turn, until it is disposed of.</summary>
    internal sealed class Turn(KeyOrder order, string key, Turn? outer) : WaitNode, IDisposable
    {
        // The next writer goes on by itself: whoever ends its turn must not run another's write.
        private readonly TaskCompletionSource _granted = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private FlightWaits.Wait _wait;
        private bool _isOver;

        /// <summary>The write that this code is part of; null: none, or one that is over.</summary>
        internal static Turn? Running => Current.Value is { IsOver: false } turn ? turn : null;

        internal string Key => key;

        /// <summary>The write this one is part of.</summary>
        internal Turn? Outer { get; } = outer;

        internal override bool HasEnded => IsOver;

        internal Task Granted => _granted.Task;

        internal bool IsOver
        {
            get => Volatile.Read(ref _isOver);
            set => Volatile.Write(ref _isOver, value);
        }

        /// <summary>From here to the end of the calling async method, code is part of this write.</summary>
        internal void Enter() => Current.Value = this;

        internal void Grant() => _granted.TrySetResult();

        /// <exception cref="InvalidOperationException">It would wait for itself.</exception>
        internal void BeginWait(WaitNode line) => _wait = FlightWaits.Begin(LoadFlight.Running, Outer, line);

        internal void EndWait()
        {
            _wait.Dispose();
            _wait = default;
        }

        public void Dispose() => order.Release(this);
    }

    private sealed class Line : WaitNode
    {
        private volatile Turn? _holder; // written under the order's lock, read under that of the waits

        internal override bool HasEnded => false;

        internal override Turn? Holder => _holder;

        internal void Give(Turn turn) => _holder = turn;

        internal Queue<Turn> Waiting { get; } = new();
    }
}
