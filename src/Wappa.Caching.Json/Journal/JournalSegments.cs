namespace Wappa.Caching.Json.Journal;

/// <summary>The segments of a journal: the one being written, the one made ready to follow it, and those that are kept until
/// the files have what is in them. Under the journal's commit gate, except <see cref="Prepare"/>.</summary>
internal sealed class JournalSegments : IDisposable
{
    private readonly JournalOptions _options;
    private readonly List<(long Number, long LastBatch)> _old = [];
    private readonly Lock _preparing = new();
    private Segment? _current;
    private Segment? _prepared;
    private long _number;
    private long _size;
    private volatile bool _cannotPrepare;
    private bool _closed;

    internal JournalSegments(JournalOptions options, JournalScan found)
    {
        _options = options;
        _number = found.LastSegment;
        _size = options.FirstSegment;
        foreach (var path in found.Unfinished) options.Files.Delete(path);
        foreach (var segment in found.Segments) _old.Add((segment.Number, segment.LastBatch));
    }

    internal Segment Current => _current!;

    /// <summary>Whether the current segment is half full and no next one is ready. After a failure not before the next
    /// segment.</summary>
    internal bool WantsPreparation =>
        _current is { } current && current.Offset > current.Size / 2 && Volatile.Read(ref _prepared) is null && !_cannotPrepare;

    internal bool HasRoom(int bytes) => _current!.HasRoom(bytes);

    /// <summary>Goes over to a new segment; a batch of so many bytes fits into it.</summary>
    /// <param name="header">Its header, without the number.</param>
    /// <param name="bytes">How long the batch's lines are.</param>
    /// <param name="use">What for.</param>
    /// <param name="first">Writes what it has from the beginning; not with <see cref="SegmentUse.Next"/>.</param>
    internal void Begin(SegmentHeader header, int bytes, SegmentUse use = SegmentUse.Next, Action<Segment>? first = null)
    {
        lock (_preparing)
        {
            var next = _prepared;
            _prepared = null;
            if (next is not null && (use != SegmentUse.Next || !next.HasRoom(bytes)))
            {
                Retire(next); // its header says too little for a restart or a rest, or it is too small
                next = null;
            }

            if (next is null)
            {
                var size = use != SegmentUse.Rest ? Math.Max(_size, bytes + (2 * JournalText.HeaderRoom)) : JournalText.HeaderRoom;
                next = Segment.Create(_options.Files, _options.Directory, header with { Segment = ++_number }, size, first);
            }

            if (_current is { } old) Retire(old);
            _current = next;
            _cannotPrepare = false;
            _size = Math.Min(Math.Max(_size, _options.FirstSegment) * 2, _options.LargestSegment);
        }
    }

    /// <summary>Makes the next segment ready. Any thread. If it fails, whoever needs the segment makes it himself, and learns
    /// why it cannot be made.</summary>
    internal void Prepare(SegmentHeader header)
    {
        lock (_preparing)
        {
            if (_prepared is not null || _closed) return;
            try
            {
                _prepared = Segment.Create(_options.Files, _options.Directory, header with { Segment = ++_number }, _size);
            }
            catch (Files.FileSystemException)
            {
                _cannotPrepare = true;
            }
        }
    }

    /// <summary>Deletes the segments whose batches are all in the files. Their order does not matter: what is left of them is
    /// recognised as applied.</summary>
    internal void DeleteThrough(long batch)
    {
        for (var i = _old.Count - 1; i >= 0; i--)
        {
            if (_old[i].LastBatch > batch) continue;
            try
            {
                _options.Files.Delete(JournalScan.PathOf(_options.Directory, _old[i].Number));
                _old.RemoveAt(i);
            }
            catch (Files.FileSystemException)
            {
                // It stays in the list; the next checkpoint tries again.
            }
        }
    }

    /// <summary>Lets go of a segment that an operation has failed on.</summary>
    internal void Abandon()
    {
        if (_current is { } current) Retire(current);
        _current = null;
    }

    public void Dispose()
    {
        lock (_preparing)
        {
            _closed = true;
            _prepared?.Dispose();
            _current?.Dispose();
        }
    }

    private void Retire(Segment segment)
    {
        segment.Dispose();
        _old.Add((segment.Number, segment.LastBatch));
    }
}

/// <summary>What a segment is begun for.</summary>
internal enum SegmentUse
{
    /// <summary>The one before it is full.</summary>
    Next,

    /// <summary>The one before it has failed.</summary>
    Restart,

    /// <summary>The store is being closed: it holds nothing but its header.</summary>
    Rest,
}
