using System.Diagnostics;
using Wappa.Caching.Json.Files;

namespace Wappa.Caching.Json.Journal;

/// <summary>
/// A redo journal with group commit: changes are collected in an open batch; whoever commits takes the whole batch, writes it
/// with one call, syncs it once, publishes it and wakes everybody who waited.
/// </summary>
/// <remarks>
/// <para>One batch is in flight at a time. That costs nothing, as the disk syncs one at a time anyway, and it is what tells
/// the remains of an unacknowledged batch from damage to an acknowledged one (<see cref="JournalScan"/>).</para>
/// <para><b>After an error</b> the segment is never touched again: whether the failed batch is on the disk is unknown, and a
/// second sync would report success without having written anything. Everything pending is rolled back, and only a new
/// segment whose header voids the failed batch lets writers in again: <see cref="Restart(Func{FileBuffer, int})"/>.</para>
/// <para><b>Epochs.</b> A writer works out its change from a pending version and appends it afterwards. <i>Interleaving:</i> it
/// reads the pending version, the batch of that version fails and is rolled back, the journal restarts, it appends - and a
/// version built on one that never was would become durable. So it notes the epoch before it reads, and an append of an older
/// epoch is refused.</para>
/// <para>Locks nest in one order: the owner's checkpoint gate, the commit gate, the owner's stripes, the gate of the open
/// batch.</para>
/// </remarks>
internal sealed partial class Journal<TItem> : IDisposable
{
    private readonly JournalOptions _options;
    private readonly IJournalOwner<TItem> _owner;
    private readonly Lock _commitGate = new();
    private readonly Lock _gate = new();
    private readonly JournalSegments _segments;
    private readonly FileBuffer _scratch = new();
    private JournalBatch<TItem> _open = new();
    private JournalState _state = JournalState.Open;
    private JournalBatch<TItem>? _over; // whose room the next one takes; under the commit gate
    private TaskCompletionSource _changed = NewSignal();
    private Exception? _error;
    private long _epoch;
    private long _last;
    private long _synced;
    private long _applied;
    private long _published;
    private long _lastChange; // the last batch with lines
    private long _bytes;        // ever appended
    private long _appliedBytes; // of these, in the files
    private long _busy;
    private long _commitTicks;

    internal Journal(JournalOptions options, IJournalOwner<TItem> owner, JournalScan found)
    {
        _options = options;
        _owner = owner;
        _last = _published = _lastChange = found.Last;
        _applied = found.Applied;
        _segments = new JournalSegments(options, found);
        Relog(found);
    }

    /// <summary>Called when there is something to commit, by the thread that appended it.</summary>
    internal Action? Wake { get; set; }

    /// <summary>Changes when everything pending is void. Read it before the versions a change is built on.</summary>
    internal long Epoch => Volatile.Read(ref _epoch);

    /// <summary>Bytes that are not in the files yet.</summary>
    internal long Lag => Volatile.Read(ref _bytes) - Volatile.Read(ref _appliedBytes);

    internal JournalState State => _state;

    /// <summary>Why it does not take changes.</summary>
    internal Exception? Error => _error;

    /// <summary>Batches that were written and not synced.</summary>
    internal bool HasUnsynced => Volatile.Read(ref _synced) < Volatile.Read(ref _last);

    /// <summary>Whether every change is in the files, durably.</summary>
    internal bool IsApplied => Volatile.Read(ref _applied) >= Volatile.Read(ref _lastChange);

    /// <summary>The last batch whose changes readers see. Those behind it may never become durable.</summary>
    internal long Published => Volatile.Read(ref _published);

    /// <summary>Whether everything acknowledged so far is durable.</summary>
    internal bool IsDurable => _options.AlwaysSync || Volatile.Read(ref _synced) >= Published;

    /// <summary>How long commits have taken so far, in ticks of <see cref="Stopwatch"/>.</summary>
    internal long BusyTicks => Volatile.Read(ref _busy);

    /// <summary>How long a commit takes: an average that forgets.</summary>
    internal TimeSpan CommitTime() => Stopwatch.GetElapsedTime(0, Volatile.Read(ref _commitTicks));

    /// <summary>How many lines wait to be committed.</summary>
    internal int Waiting => _open.LineCount;

    /// <summary>Whether an append would be taken now.</summary>
    internal bool IsReady => _state == JournalState.Open && Lag < _options.MaxBytes;

    /// <summary>Whether it is half full.</summary>
    internal bool IsCrowded => Lag > _options.MaxBytes / 2;

    /// <summary>Ends when <see cref="IsReady"/> may have changed.</summary>
    internal Task Changed
    {
        get
        {
            lock (_gate) return _changed.Task;
        }
    }

    /// <summary>Adds lines to the open batch.</summary>
    /// <param name="epoch">As read before the change was worked out.</param>
    /// <param name="lines">Whole lines.</param>
    /// <param name="items">One per line.</param>
    /// <returns>The batch to wait for; null: the change was built on something void, so work it out again when
    /// <see cref="IsReady"/>.</returns>
    internal JournalBatch<TItem>? Append(long epoch, ReadOnlySpan<byte> lines, params ReadOnlySpan<TItem> items)
    {
        JournalBatch<TItem> batch;
        lock (_gate)
        {
            if (_state != JournalState.Open || epoch != _epoch) return null;
            batch = _open;
            batch.Lines.Append(lines);
            batch.LineCount += items.Length;
            batch.Items.AddRange(items);
        }

        Wake?.Invoke();
        return batch;
    }

    /// <summary>A batch that is synced: when it is done, everything appended before is durable.</summary>
    /// <returns>Null: the journal has stopped.</returns>
    internal JournalBatch<TItem>? RequestSync()
    {
        JournalBatch<TItem> batch;
        lock (_gate)
        {
            if (_state != JournalState.Open) return null;
            batch = _open;
            batch.IsWanted = batch.MustSync = true;
        }

        Wake?.Invoke();
        return batch;
    }

    /// <summary>Commits the open batch on this thread; another commit is waited for.</summary>
    /// <returns>False: there was nothing to commit, or the journal has stopped.</returns>
    internal bool Commit()
    {
        lock (_commitGate)
        {
            JournalBatch<TItem> batch;
            lock (_gate)
            {
                if (_state != JournalState.Open || (_open.LineCount == 0 && !_open.IsWanted)) return false;
                batch = _open;
                _open = batch.Next(_over);
                _over = null;
            }

            var began = Stopwatch.GetTimestamp();
            var written = false;
            try
            {
                Write(batch, ref written);
            }
            catch (FileSystemException error)
            {
                Stop(batch, error, written);
                return true;
            }

            if (_options.Fault != ProtocolFault.PublishBeforeSync) _owner.Publish(batch.Items);
            Volatile.Write(ref _published, _last);
            if (batch.LineCount > 0) Volatile.Write(ref _lastChange, _last);
            batch.Complete();
            _over = batch;
            var took = Stopwatch.GetTimestamp() - began;
            Volatile.Write(ref _commitTicks, _commitTicks + ((took - _commitTicks) / 8));
            Volatile.Write(ref _busy, _busy + took);
            if (IsCrowded) _owner.Crowded();
            return true;
        }
    }

    /// <summary>Makes everything acknowledged durable.</summary>
    /// <returns>False: the journal has stopped.</returns>
    internal bool Sync()
    {
        lock (_commitGate)
        {
            if (_state != JournalState.Open) return false;
            if (!HasUnsynced) return true;
            try
            {
                _segments.Current.Sync();
                Volatile.Write(ref _synced, _last);
                return true;
            }
            catch (FileSystemException error)
            {
                Stop(null, error, written: true);
                return false;
            }
        }
    }

    /// <summary>Where the journal stands: everything up to here has been published.</summary>
    internal JournalMark Mark()
    {
        lock (_commitGate) return new JournalMark(_published, _bytes);
    }

    /// <summary>Says that everything up to a mark is durable in the files; when this returns, that is durable too, and segments
    /// that are no longer needed are gone.</summary>
    internal void Applied(in JournalMark mark)
    {
        if (!IsApplied && _options.Fault != ProtocolFault.NoAppliedMark)
        {
            lock (_commitGate)
            {
                _applied = mark.Batch;
                if (_options.Fault == ProtocolFault.DeleteBeforeApplied) _segments.DeleteThrough(_applied);
            }

            if (RequestSync() is { } batch)
            {
                while (!batch.Done.IsCompleted) Commit(); // another thread may be committing it: then this waits for the gate
            }

            if (_state != JournalState.Open) return;
        }

        lock (_gate)
        {
            _appliedBytes = IsApplied ? _bytes : Math.Max(_appliedBytes, mark.Bytes); // the mark itself lags behind nothing
            Signal();
        }

        lock (_commitGate) _segments.DeleteThrough(mark.Batch);
    }

    /// <summary>Makes the next segment before it is needed, so that no writer waits for it.</summary>
    internal void PrepareSegment() => _segments.Prepare(new SegmentHeader(0, 0, 0, 0, Volatile.Read(ref _applied), _owner.Revision));

    internal bool WantsPreparation => _segments.WantsPreparation;

    /// <summary>Leaves one small segment that says that everything is in the files. Everything must be.</summary>
    internal void Rest()
    {
        lock (_commitGate)
        {
            if (_state != JournalState.Open || !IsApplied) return;
            _segments.Begin(new SegmentHeader(0, _last, _last, _last, _last, _owner.Revision), 0, SegmentUse.Rest);
            _segments.DeleteThrough(_last);
        }
    }

    /// <summary>Takes no more changes; those that wait fail.</summary>
    public void Dispose()
    {
        lock (_commitGate)
        {
            JournalBatch<TItem> open;
            lock (_gate)
            {
                _state = JournalState.Closed;
                open = _open;
                _open = open.Next(null);
                Signal();
            }

            open.Fail(new ObjectDisposedException(nameof(JsonDocumentStore), "The store was disposed before the change was written."));
            _segments.Dispose();
        }
    }

    private void Write(JournalBatch<TItem> batch, ref bool written)
    {
        var lines = batch.Lines.Span;
        if (!_segments.HasRoom(lines.Length))
        {
            // The last batches of the old segment must not be missing when the new one's first is there.
            if (HasUnsynced) _segments.Current.Sync();
            Volatile.Write(ref _synced, _last);
            _segments.Begin(new SegmentHeader(0, _last, _last, _last, _applied, _owner.Revision), lines.Length);
        }

        written = true;
        var number = _last + 1;
        var header = new BatchHeader(number, lines.Length, batch.LineCount, _applied, _synced, _owner.Revision);
        _segments.Current.Write(header, lines, _scratch);
        Volatile.Write(ref _last, number);
        Volatile.Write(ref _bytes, _bytes + _scratch.Length);
        if (_options.Fault == ProtocolFault.PublishBeforeSync) _owner.Publish(batch.Items);
        if (!_options.AlwaysSync && !batch.MustSync) return;
        try
        {
            _segments.Current.Sync();
        }
        catch (FileSystemException) when (_options.Fault == ProtocolFault.RetrySync)
        {
            _segments.Current.Sync();
        }

        Volatile.Write(ref _synced, number);
    }

    private void Signal()
    {
        var signal = _changed;
        _changed = NewSignal();
        signal.TrySetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
