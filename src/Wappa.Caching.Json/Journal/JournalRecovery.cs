using Wappa.Caching.Json.Files;

namespace Wappa.Caching.Json.Journal;

/// <content>After a crash and after an error of the disk.</content>
internal sealed partial class Journal<TItem>
{
    /// <summary>Begins anew after an error: a new segment says that everything before it is either in the files or void. The
    /// files must have been made durable before.</summary>
    /// <exception cref="FileSystemException">It cannot; the journal stays stopped.</exception>
    internal void Restart()
    {
        lock (_commitGate)
        {
            if (_state == JournalState.Closed) return;
            _segments.Begin(new SegmentHeader(0, _last, _last, _last, _last, _owner.Revision), 0, SegmentUse.Restart);
            _applied = _synced = _published = _lastChange = _last;
            Volatile.Write(ref _appliedBytes, _bytes);
            Reopen();
            _segments.DeleteThrough(_applied);
        }
    }

    /// <summary>Begins anew after an error: a new segment says that the batches that may not be durable are void, and has all
    /// that readers have seen of them in one batch of its own.</summary>
    /// <param name="relog">Appends a line for each version that readers see and the files do not have, and returns how many. Only
    /// called if there are batches that were published and not synced.</param>
    /// <exception cref="FileSystemException">It cannot; the journal stays stopped.</exception>
    /// <remarks>The batch is in the segment before that gets its name. <i>Rejected:</i> bringing the files up to date first. A
    /// machine that stops between two files leaves half of a commit in them, and no batch has the other half.</remarks>
    internal void Restart(Func<FileBuffer, int> relog)
    {
        lock (_commitGate)
        {
            if (_state == JournalState.Closed) return;
            var lines = new FileBuffer();
            var count = _synced < _published ? relog(lines) : 0;
            var kept = _synced;
            var number = count > 0 ? _last + 1 : _last;
            var header = new SegmentHeader(0, _last, kept, number, _applied, _owner.Revision);
            _segments.Begin(header, lines.Length, SegmentUse.Restart, count == 0 ? null : segment => segment.Write(
                new BatchHeader(number, lines.Length, count, _applied, number, _owner.Revision), lines.Span, _scratch));
            if (count > 0)
            {
                Volatile.Write(ref _bytes, _bytes + _scratch.Length);
                _lastChange = number;
            }

            Volatile.Write(ref _last, number);
            Volatile.Write(ref _synced, number);
            Volatile.Write(ref _published, number);
            Reopen();
        }
    }

    /// <summary>Takes no changes: an attempt to restart has failed, or nothing may be written any more. Those that wait
    /// fail.</summary>
    internal void StayStopped(Exception error)
    {
        lock (_commitGate)
        {
            if (_state == JournalState.Open) Stop(null, error, written: false);
            lock (_gate)
            {
                if (_state == JournalState.Closed) return;
                _error = error;
                _state = JournalState.Failed;
                Signal();
            }
        }
    }

    private void Stop(JournalBatch<TItem>? batch, Exception error, bool written)
    {
        JournalBatch<TItem> queued;
        lock (_gate)
        {
            _state = JournalState.Healing;
            _error = error;
            _epoch++;
            queued = _open;
            _open = queued.Next(null);
        }

        if (_options.Fault != ProtocolFault.NoRollback)
        {
            if (batch is not null) _owner.Rollback(batch.Items);
            _owner.Rollback(queued.Items);
        }

        // The number of a batch that may be on the disk is not given to another one.
        if (batch is not null && written) Volatile.Write(ref _last, Math.Max(_last, _published + 1));
        _segments.Abandon();
        batch?.Fail(Failures.NotWritten(error, written));
        queued.Fail(Failures.NotWritten(error, outcomeUnknown: false));
        _owner.Stopped(error);
    }

    private void Reopen()
    {
        lock (_gate)
        {
            _error = null;
            _epoch++;
            _state = JournalState.Open;
            Signal();
        }
    }

    // What may exist only in the operating system's memory is written again into a file of our own and synced there. Syncing
    // the old segment would not do: if a sync of it has failed before, this one reports success and writes nothing.
    private void Relog(JournalScan found)
    {
        var synced = Math.Max(found.Applied, found.Synced);
        var after = _options.Fault == ProtocolFault.NoRelog ? found.Last : synced;
        var bytes = 0;
        found.Visit(after, (in BatchHeader header, ReadOnlySpan<byte> _) => bytes += header.Bytes + JournalText.HeaderRoom);
        _segments.Begin(new SegmentHeader(0, found.Last, found.Kept, synced, found.Applied, found.Revision), bytes);
        found.Visit(after, (in BatchHeader header, ReadOnlySpan<byte> lines) =>
            _segments.Current.Write(header with { Applied = _applied, Synced = after }, lines, _scratch));
        if (bytes > 0) _segments.Current.Sync();
        _synced = _last;
        _bytes = found.Bytes;
    }
}
