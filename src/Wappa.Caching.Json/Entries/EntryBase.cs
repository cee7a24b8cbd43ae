using Wappa.Caching.Json.Files;
using Wappa.Caching.Json.Journal;
using Wappa.Caching.Json.Records;
using Wappa.Caching.Memory;

namespace Wappa.Caching.Json.Entries;

/// <summary>The file <c>base.jsonl</c>: all entries there were when it was made, a line each. With it, the journal before it is not
/// needed any more; what the record files are to the records, it is to the entries.</summary>
/// <remarks>It is written like a segment of the journal, in pieces with a checksum each, so that damage costs a piece and not the
/// cache; an empty piece ends it. Each one has a number, which the journal repeats: an older one in its place, which a disk that
/// lies could leave, is seen. It gets its name when it is durable.</remarks>
internal sealed class EntryBase(IFileSystem disk, string directory)
{
    private const int PieceBytes = 256 << 10;

    private readonly string _path = Path.Combine(directory, "base.jsonl");

    internal string FilePath => _path;

    /// <summary>Writes a base and puts it in place of the one before.</summary>
    /// <param name="number">Above that of every base there was.</param>
    /// <param name="after">Batches of the journal up to this one are in it.</param>
    /// <param name="entries">The entries; may be walked while they change.</param>
    /// <param name="clock">The store's.</param>
    /// <param name="isDurable">Called when it has been written and before it has its name: whether everything it may show is
    /// durable in the journal.</param>
    /// <returns>How long it is; -1: <paramref name="isDurable"/> said no, and the one before is still there.</returns>
    internal long Write(long number, long after, IEnumerable<MemoryEntry> entries, DiskClock clock, Func<bool> isDurable)
    {
        var unfinished = _path + Segment.UnfinishedSuffix;
        try
        {
            var length = WriteUnfinished(unfinished, number, after, entries, clock);
            if (!isDurable())
            {
                disk.Delete(unfinished);
                return -1;
            }

            disk.Rename(unfinished, _path);
            disk.SyncDirectory(directory);
            return length;
        }
        catch (FileSystemException)
        {
            Discard(unfinished);
            throw;
        }
    }

    /// <summary>Reads the base.</summary>
    /// <param name="least">A lower number is that of a base which was replaced.</param>
    /// <param name="visit">Meets each valid piece, if the base is the right one.</param>
    internal EntryBaseState Read(long least, BatchVisitor visit)
    {
        var content = new FileBuffer();
        if (!disk.TryRead(_path, content)) return new(0, 0, least == 0 ? "" : "The base of the entries is missing.", [], content.Length);
        var text = content.Span;
        if (!JournalText.TryReadSegment(text, out var header, out var at))
            return new(0, 0, "The base of the entries is damaged where it begins.", [text.ToArray()], content.Length);
        if (header.Segment < least)
        {
            return new(0, 0, "The base of the entries is older than the journal: the disk has lost its successor, or somebody " +
                "put it there.", [text.ToArray()], content.Length);
        }

        List<byte[]> damaged = [];
        var ended = false;
        var expected = 1L;
        while (at < text.Length)
        {
            if (JournalText.TryReadBatch(text[at..], header.Segment, true, out var piece, out var lines, out var length))
            {
                ended = piece.Lines == 0 && piece.Number == expected;
                expected = piece.Number + 1;
                at += length;
                visit(piece, lines);
                continue;
            }

            var next = JournalText.NextBatch(text[(at + 1)..]);
            var end = next < 0 ? text.Length : at + 1 + next;
            damaged.Add(text[at..end].ToArray());
            at = end;
        }

        var problem = ended && damaged.Count == 0 ? "" : "The base of the entries is damaged.";
        return new(header.Segment, header.After, problem, damaged, content.Length);
    }

    private long WriteUnfinished(
        string path, long number, long after, IEnumerable<MemoryEntry> entries, DiskClock clock)
    {
        using var piece = new Piece(disk.Create(path, exclusive: false), number, after);
        foreach (var entry in entries)
        {
            EntryLine.Set(piece.Lines, entry, clock);
            piece.Count++;
            if (piece.Lines.Length >= PieceBytes) piece.Write();
        }

        if (piece.Count > 0) piece.Write();
        piece.Write();
        piece.Sync();
        return piece.Offset;
    }

    // A disk that is full needs its room back.
    private void Discard(string path)
    {
        try
        {
            disk.Delete(path);
        }
        catch (FileSystemException)
        {
            // The next opening deletes it.
        }
    }

    private sealed class Piece : IDisposable
    {
        private readonly IWritableFile _file;
        private readonly FileBuffer _output = new();
        private readonly long _base;
        private long _number;

        internal Piece(IWritableFile file, long number, long after)
        {
            _file = file;
            _base = number;
            var text = _output.Free(JournalText.HeaderRoom);
            _output.Advance(JournalText.Write(new SegmentHeader(number, after, after, after, 0, number), text));
        }

        internal FileBuffer Lines { get; } = new();

        internal int Count { get; set; }

        internal long Offset { get; private set; }

        internal void Write()
        {
            var header = new BatchHeader(++_number, Lines.Length, Count, 0, 0, _base);
            var text = _output.Free(JournalText.HeaderRoom);
            _output.Advance(JournalText.Write(header, _base, Lines.Span, text));
            _output.Append(Lines.Span);
            _file.Write(Offset, _output.Span);
            Offset += _output.Length;
            _output.Clear();
            Lines.Clear();
            Count = 0;
        }

        internal void Sync() => _file.Sync();

        public void Dispose() => _file.Dispose();
    }
}

/// <summary>What was found where the base should be.</summary>
/// <param name="Number">Its number; 0: there is none to be used.</param>
/// <param name="After">Batches up to this one are in it.</param>
/// <param name="Problem">A sentence; empty: none.</param>
/// <param name="Damaged">What could not be read.</param>
/// <param name="Bytes">How long it is.</param>
internal sealed record EntryBaseState(long Number, long After, string Problem, IReadOnlyList<byte[]> Damaged, long Bytes);
