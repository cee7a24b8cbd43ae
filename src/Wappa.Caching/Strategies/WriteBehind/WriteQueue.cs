namespace Wappa.Caching.WriteBehind;

/// <summary>The queue in memory: one place for each key, in the order of their turn. It does not know journal or database.</summary>
/// <remarks>Room is promised before a value goes to the journal and used up afterwards, so that a full queue has not accepted what it
/// makes wait. A key that has a place needs no room; if its place goes while it is journalled it enters all the same, so the limit may
/// be passed by as many writers as are at work.</remarks>
internal sealed class WriteQueue(int capacity, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, QueuedWrite> _places = new(StringComparer.Ordinal);
    private readonly PriorityQueue<QueuedWrite, (TimeSpan DueAt, long Order)> _turns = new();
    private readonly LinkedList<TaskCompletionSource> _waiting = new();
    private readonly long _start = time.GetTimestamp();
    private TaskCompletionSource? _empty;
    private long _order;
    private int _promised;
    private bool _isClosed;

    /// <summary>How many keys wait or are on their way.</summary>
    internal int Count
    {
        get
        {
            lock (_gate) return _places.Count;
        }
    }

    /// <summary>How many writers wait for room.</summary>
    internal int Waiting
    {
        get
        {
            lock (_gate) return _waiting.Count;
        }
    }

    internal bool HasRoom
    {
        get
        {
            lock (_gate) return _places.Count + _promised < capacity;
        }
    }

    internal TimeSpan Now => time.GetElapsedTime(_start);

    /// <summary>Waits until the key may enter.</summary>
    /// <param name="id">The key.</param>
    /// <param name="mayWait">False: whoever asks is what makes room, and would wait for itself.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>Whether room was promised to it: give it to <see cref="Put"/> or <see cref="GiveBack"/>.</returns>
    /// <exception cref="InvalidOperationException">There is no room and the caller must not wait.</exception>
    /// <exception cref="ObjectDisposedException">There is no room, and nobody makes any more.</exception>
    internal async ValueTask<bool> RoomAsync(string id, bool mayWait, CancellationToken cancellationToken)
    {
        LinkedListNode<TaskCompletionSource> place;
        lock (_gate)
        {
            if (_places.ContainsKey(id)) return false;
            if (_waiting.Count == 0 && _places.Count + _promised < capacity)
            {
                _promised++;
                return true;
            }

            if (_isClosed) throw Closed();
            if (!mayWait)
            {
                throw new InvalidOperationException(
                    $"The write-behind queue is full ({capacity} keys), and its own PersistAsync writes to it: it would " +
                    "wait for itself. Write to another cache there, or give the queue a larger Capacity.");
            }

            place = _waiting.AddLast(new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        var stop = cancellationToken.UnsafeRegister(
            static (waiting, token) => ((TaskCompletionSource)waiting!).TrySetCanceled(token), place.Value);
        try
        {
            await using (stop.ConfigureAwait(false)) await place.Value.Task.ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            lock (_gate)
            {
                if (place.List is not null) _waiting.Remove(place); // a queue that is full for long must not keep who has gone
            }

            throw;
        }
    }

    /// <summary>From now on nobody makes room: whoever waits for it is told.</summary>
    internal void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            foreach (var waiting in _waiting) waiting.TrySetException(Closed());
            _waiting.Clear();
        }
    }

    /// <summary>Room that was promised is not needed.</summary>
    internal void GiveBack()
    {
        lock (_gate)
        {
            _promised--;
            Admit();
        }
    }

    /// <summary>A value that was journalled takes its place, or replaces an older one.</summary>
    internal void Put(JournalRow row, TimeSpan delay, bool wasPromised)
    {
        lock (_gate)
        {
            if (wasPromised) _promised--;
            Enter(row, delay);
            Admit();
        }
    }

    /// <summary>A row found in the journal takes its place.</summary>
    /// <returns>False: there is no room.</returns>
    internal bool TryAdopt(JournalRow row)
    {
        lock (_gate)
        {
            if (!_places.ContainsKey(row.Id) && _places.Count + _promised >= capacity) return false;
            Enter(row, TimeSpan.Zero);
            return true;
        }
    }

    /// <summary>The newest value of a key.</summary>
    internal JournalRow? Find(string id)
    {
        lock (_gate) return _places.GetValueOrDefault(id)?.Row;
    }

    internal IReadOnlyList<JournalRow> Rows()
    {
        lock (_gate) return [.. _places.Values.Select(place => place.Row)];
    }

    /// <summary>Takes what is next: at most a batch, and of values that have failed the fewer the more often, so that one that cannot be
    /// written ends up alone.</summary>
    /// <param name="batchSize">The most.</param>
    /// <param name="isHurried">Values that never failed do not wait for others.</param>
    /// <param name="nextIn">If nothing was taken: when something will be due; null: when something comes.</param>
    internal IReadOnlyList<TakenWrite> Take(int batchSize, bool isHurried, out TimeSpan? nextIn)
    {
        var taken = new List<TakenWrite>();
        nextIn = null;
        lock (_gate)
        {
            var now = Now;
            isHurried |= _waiting.Count > 0 || _places.Count >= batchSize;
            for (var limit = batchSize; _turns.TryPeek(out var place, out _);)
            {
                if (place.IsGone)
                {
                    _turns.Dequeue();
                    continue;
                }

                limit = Math.Min(limit, Math.Max(1, batchSize >> Math.Min(place.Attempts, 30)));
                if (taken.Count >= limit) break;
                if (place.DueAt > now && !(isHurried && place.Attempts == 0))
                {
                    nextIn = place.DueAt - now;
                    break;
                }

                _turns.Dequeue();
                place.IsTaken = true;
                taken.Add(new(place, place.Row, place.Attempts));
            }
        }

        return taken;
    }

    /// <summary>A value is in the database, or set aside. A newer one of its key takes its turn.</summary>
    internal void Done(in TakenWrite write, TimeSpan delay)
    {
        lock (_gate)
        {
            write.Place.IsTaken = false;
            if (write.Place.Row.Sequence > write.Row.Sequence) Queue(write.Place, delay);
            else Leave(write.Place);
        }
    }

    /// <summary>A value could not be written. A newer one of its key takes over its turn with a clean record.</summary>
    internal void Failed(in TakenWrite write, TimeSpan delay)
    {
        lock (_gate)
        {
            var place = write.Place;
            place.IsTaken = false;
            if (place.Row.Sequence == write.Row.Sequence)
            {
                place.Attempts++;
                place.FailedSince ??= Now;
            }

            Queue(place, delay);
        }
    }

    /// <summary>A value has left the journal by another's hand.</summary>
    internal void Drop(JournalRow seen)
    {
        lock (_gate)
        {
            if (_places.TryGetValue(seen.Id, out var place) && !place.IsTaken && place.Row.Sequence == seen.Sequence) Leave(place);
        }
    }

    /// <summary>Completes when nothing waits and nothing is on its way.</summary>
    internal Task WhenEmpty()
    {
        lock (_gate)
        {
            if (_places.Count == 0) return Task.CompletedTask;
            _empty ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _empty.Task;
        }
    }

    private void Enter(JournalRow row, TimeSpan delay)
    {
        if (!_places.TryGetValue(row.Id, out var place))
        {
            _places[row.Id] = place = new QueuedWrite(row);
            Queue(place, delay);
            return;
        }

        if (row.Sequence <= place.Row.Sequence) return;
        place.Row = row;
        (place.Attempts, place.FailedSince) = (0, null);
    }

    private void Queue(QueuedWrite place, TimeSpan delay)
    {
        place.DueAt = Now + delay;
        _turns.Enqueue(place, (place.DueAt, _order++));
    }

    private void Leave(QueuedWrite place)
    {
        place.IsGone = true;
        _places.Remove(place.Row.Id);
        Admit();
        if (_places.Count > 0) return;
        _empty?.TrySetResult();
        _empty = null;
    }

    private void Admit()
    {
        while (_places.Count + _promised < capacity && _waiting.First is { } first)
        {
            _waiting.RemoveFirst();
            if (first.Value.TrySetResult()) _promised++;
        }
    }

    private static ObjectDisposedException Closed() =>
        new(nameof(WriteBehindCacheStrategy<>), "The write-behind queue was stopped before it had room for this write.");
}
