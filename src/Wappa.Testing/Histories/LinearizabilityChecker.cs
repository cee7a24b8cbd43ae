namespace Wappa.Testing;

/// <summary>
/// Decides whether a recorded history could have come from calls that took effect one after the other, each at some
/// instant between its asking and its answer.
/// </summary>
/// <remarks>
/// The search of Wing and Gong (1993), with Lowe's memory of configurations seen before (2017): a set of calls done and
/// the state they led to is never explored twice. Exponential in the number of calls that overlap, about linear in the
/// length of the history. Check each key on its own: a history is linearizable if each key's is.
/// </remarks>
/// <typeparam name="TState">The state of the thing, compared by value.</typeparam>
/// <typeparam name="TOperation">What is asked of it.</typeparam>
/// <typeparam name="TAnswer">What it answers.</typeparam>
/// <param name="initial">Its state before the first call.</param>
/// <param name="step">What a call does: whether it could be answered like this in that state, and the state after
/// it.</param>
public sealed class LinearizabilityChecker<TState, TOperation, TAnswer>(
    TState initial, Func<TState, HistoryCall<TOperation, TAnswer>, (bool Possible, TState Next)> step)
    where TState : IEquatable<TState>
{
    /// <summary>Checks one history.</summary>
    /// <param name="history">The calls, in any order. A call without an answer may have happened or not.</param>
    /// <returns><see langword="null"/> if the history is linearizable; else the calls that could not be put in order,
    /// the ones that could be before them, as text.</returns>
    public string? FindViolation(IEnumerable<HistoryCall<TOperation, TAnswer>> history)
    {
        ArgumentNullException.ThrowIfNull(history);
        var calls = history.OrderBy(call => call.Started).ToArray();
        var search = new Search(calls, initial, step);
        return search.Run() ? null : search.Describe();
    }

    /// <summary>An event of the history: a call's asking or its answer, linked in the order of time. A call that has
    /// been put in order is unlinked with its answer and linked again when the search goes back.</summary>
    private sealed class Event(int call, bool isAnswer)
    {
        internal int Call => call;

        internal bool IsAnswer => isAnswer;

        internal Event? Answer { get; set; }

        internal Event? Previous { get; set; }

        internal Event? Next { get; set; }

        internal void Unlink()
        {
            Previous!.Next = Next;
            if (Next is not null) Next.Previous = Previous;
        }

        internal void Relink()
        {
            Previous!.Next = this;
            if (Next is not null) Next.Previous = this;
        }
    }

    private sealed class Search
    {
        private readonly HistoryCall<TOperation, TAnswer>[] _calls;
        private readonly Func<TState, HistoryCall<TOperation, TAnswer>, (bool Possible, TState Next)> _step;
        private readonly Event _head = new(-1, isAnswer: false);
        private readonly HashSet<(Done Done, TState State)> _seen = [];
        private readonly Stack<(Event Asked, TState Before)> _order = new();
        private TState _state;
        private Done _done;
        private int _toOrder;
        private (int Length, string Text) _best = (-1, "");

        internal Search(
            HistoryCall<TOperation, TAnswer>[] calls, TState initial,
            Func<TState, HistoryCall<TOperation, TAnswer>, (bool Possible, TState Next)> step)
        {
            (_calls, _state, _step) = (calls, initial, step);
            _done = new Done(calls.Length);
            _toOrder = calls.Count(call => call.IsAnswered);
            Link();
        }

        internal bool Run()
        {
            var current = _head.Next;
            while (_toOrder > 0)
            {
                // Past the first answer, no later call can come next: that call was over before they were asked.
                if (current is { IsAnswer: false })
                {
                    current = TryNext(current) ? _head.Next : current.Next;
                    continue;
                }

                Remember();
                if (!_order.TryPop(out var last)) return false;
                GoBack(last.Asked, last.Before);
                current = last.Asked.Next;
            }

            return true;
        }

        internal string Describe() => _best.Text;

        private bool TryNext(Event asked)
        {
            var (possible, next) = _step(_state, _calls[asked.Call]);
            if (!possible) return false;
            var done = _done.With(asked.Call);
            if (!_seen.Add((done, next))) return false;
            _order.Push((asked, _state));
            (_state, _done) = (next, done);
            asked.Unlink();
            asked.Answer?.Unlink();
            if (asked.Answer is not null) _toOrder--;
            return true;
        }

        private void GoBack(Event asked, TState before)
        {
            (_state, _done) = (before, _done.Without(asked.Call));
            asked.Answer?.Relink(); // in the reverse order of unlinking, so that each finds its neighbours
            asked.Relink();
            if (asked.Answer is not null) _toOrder++;
        }

        private void Link()
        {
            var events = new List<(long Time, Event Event)>();
            for (var call = 0; call < _calls.Length; call++)
            {
                var asked = new Event(call, isAnswer: false);
                events.Add((_calls[call].Started, asked));
                if (!_calls[call].IsAnswered) continue;
                asked.Answer = new Event(call, isAnswer: true);
                events.Add((_calls[call].Ended, asked.Answer));
            }

            var last = _head;
            foreach (var (_, next) in events.OrderBy(entry => entry.Time))
            {
                (last.Next, next.Previous) = (next, last);
                last = next;
            }
        }

        // What a person needs to see: the longest order that worked, and what could not follow it.
        private void Remember()
        {
            if (_order.Count <= _best.Length) return;
            var worked = _order.Reverse().Select(entry => _calls[entry.Asked.Call]).TakeLast(12);
            var stuck = new List<HistoryCall<TOperation, TAnswer>>();
            for (var next = _head.Next; next is { IsAnswer: false }; next = next.Next) stuck.Add(_calls[next.Call]);
            _best = (_order.Count,
                $"After {_order.Count} of {_calls.Length} calls nothing could come next.\nThe last that could:\n" +
                string.Join("\n", worked) + $"\nThe state then: {_state}\nNone of these:\n" + string.Join("\n", stuck));
        }
    }

    /// <summary>The set of calls put in order so far, compared by value.</summary>
    private readonly struct Done : IEquatable<Done>
    {
        private readonly ulong[] _words;

        internal Done(int calls) => _words = new ulong[(calls + 63) / 64];

        private Done(ulong[] words) => _words = words;

        internal Done With(int call) => Toggle(call);

        internal Done Without(int call) => Toggle(call);

        public bool Equals(Done other) => _words.AsSpan().SequenceEqual(other._words);

        public override bool Equals(object? obj) => obj is Done other && Equals(other);

        public override int GetHashCode()
        {
            var hash = default(HashCode);
            foreach (var word in _words) hash.Add(word);
            return hash.ToHashCode();
        }

        private Done Toggle(int call)
        {
            var words = (ulong[])_words.Clone();
            words[call / 64] ^= 1UL << (call % 64);
            return new(words);
        }
    }
}
